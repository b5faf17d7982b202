//! Derives the emulator's options from the command line and a configuration.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use cordboard_core::AppId;
use cordboard_emulator::hubspot::{Account, Error, Fault, FaultKind, Forward, Options, Rates, User};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as KindError, StrDeserializer};

use crate::{CliError, secret_env};
use cordboard::config::Config;
use cordboard::random::random_id;

use super::Hubspot;

/// The app in HubSpot's documentation.
const SAMPLE_APP: u64 = 54_321;
/// The user in HubSpot's documentation.
const SAMPLE_USER: (u64, &str) = (123, "test.user@example.com");

/// Maximum delay, in seconds: longer than any test waits.
const MAX_DELAY: u64 = 600;

/// Facts that the greeting need not repeat.
pub(super) struct Provided {
    /// Whether the client secret comes from the configuration or the environment.
    pub client_secret: bool,
    /// Whether the developer key or token is configured.
    pub developer: bool,
    /// The `api-url` of the configured app, or `None` for the real HubSpot.
    pub api_url: Option<String>,
}

/// Builds the emulator's options, and says which secrets the user already knows.
///
/// # Errors
/// Fails if the app, an environment variable or an option is invalid.
pub(super) fn options(args: &Hubspot, config: Option<&Config>) -> Result<(Options, Provided), CliError> {
    let named = args.app.map(AppId::from);
    let app = config.map(|config| config.app(named.as_ref())).transpose()?;
    let id = app.map_or(Ok(args.app.unwrap_or(SAMPLE_APP)), |app| number(app.id.as_str()))?;
    let setting = |key: &str| Some(app?.settings.get(key).first()?.expose().to_owned());
    let client_secret = match &args.client_secret_env {
        Some(variable) => Some(secret_env("--client-secret-env", variable)?),
        None => setting("client-secret"),
    };
    let (key, token) = (setting("developer-api-key"), setting("developer-access-token"));
    let provided = Provided {
        client_secret: client_secret.is_some(),
        developer: key.is_some() || token.is_some(),
        api_url: setting("api-url"),
    };
    // Generate what is not given.
    let mut options = Options::new(id, client_secret.map_or_else(random_id, Ok)?)?;
    options.developer_key = key.unwrap_or(options.developer_key);
    options.developer_token = token.unwrap_or(options.developer_token);
    let ids = match (args.accounts.is_empty(), config) {
        (false, _) => args.accounts.clone(),
        (true, Some(config)) => {
            let app = AppId::from(id);
            let accounts = config.accounts.values().filter(|account| account.app == app);
            accounts.map(|account| number(account.id.as_str())).collect::<Result<Vec<_>, _>>()?
        }
        (true, None) => options.accounts.iter().map(|account| account.id).collect(),
    };
    let users = match args.users.is_empty() {
        false => args.users.clone(),
        true => vec![User { id: SAMPLE_USER.0, email: SAMPLE_USER.1.to_owned() }],
    };
    let accounts: Result<_, Error> = ids.into_iter().map(|id| Account::new(id, users.clone())).collect();
    options.accounts = accounts?;
    options.forwards.clone_from(&args.forwards);
    if let Some(config) = config {
        options.forwards.push(Forward { public: config.public_base().to_owned(), to: config.local_base() });
    }
    let accepted = app.and_then(|app| app.accept_signatures.as_ref()?.iter().find_map(|name| name.parse().ok()));
    options.signatures = args.signatures.or(accepted).unwrap_or(options.signatures);
    options.rates = if args.rate_limits { Rates::documented() } else { Rates::default() };
    options.indexing_delay = args.indexing_delay;
    options.settings_delay = args.settings_delay;
    options.custom_properties.clone_from(&args.properties);
    options.custom_outcomes.clone_from(&args.outcomes);
    Ok((options, provided))
}

/// Parses `123=ada@acme.example`.
pub(super) fn user(text: &str) -> Result<User, &'static str> {
    let read = || {
        let (id, email) = text.split_once('=')?;
        (!email.is_empty()).then_some(User { id: id.parse().ok()?, email: email.to_owned() })
    };
    read().ok_or("expected NUMBER=EMAIL, such as 123=ada@acme.example")
}

/// Parses `https://bridge.example.com=http://127.0.0.1:8080`.
pub(super) fn forward(text: &str) -> Result<Forward, &'static str> {
    match text.split_once('=') {
        Some((public, to)) if !public.is_empty() && !to.is_empty() => {
            Ok(Forward { public: public.to_owned(), to: to.to_owned() })
        }
        _ => Err("expected URL=URL, such as https://bridge.example.com=http://127.0.0.1:8080"),
    }
}

/// Reads an id of the configuration as a number, as HubSpot's are.
fn number(id: &str) -> Result<u64, CliError> {
    id.parse().map_err(|_| CliError::new(format!("the id {id} is not a number, as HubSpot's are: correct it")))
}

/// Parses `replay` or `replay=2`.
pub(super) fn fault(text: &str) -> Result<Fault, &'static str> {
    const EXPECTED: &str = "expected rate-limited, server-error, slow, wrong-signature or replay, optionally with a \
                            count of at least 1, as in replay=2";
    let (name, times) = match text.split_once('=') {
        Some((name, times)) => (name, Some(times.parse::<NonZeroU32>().map_err(|_| EXPECTED)?.get())),
        None => (text, None),
    };
    let deserializer: StrDeserializer<'_, KindError> = name.into_deserializer();
    let kind = FaultKind::deserialize(deserializer).map_err(|_| EXPECTED)?;
    Ok(Fault { kind, times })
}

/// Parses seconds, with or without a fraction.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = f64::from_str(text).ok().filter(|seconds| (0.0..=MAX_DELAY as f64).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| format!("expected seconds from 0 to {MAX_DELAY}"))
}
