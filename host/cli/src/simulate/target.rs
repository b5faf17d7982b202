//! Determines the address and the secret of a request.

use cordboard_core::types::manifest::{IfUnset, Route};
use cordboard_core::{AccountId, AppId};
use url::Url;

use crate::plug::file;
use crate::{CliError, secret_env};
use cordboard::config::{Account, Config, Connection, PlugRef, Settings};
use cordboard::ingress::{app_path, ingest_path};
use cordboard::store::ConnectionId;
use cordboard::store::sqlite::Sqlite;

use super::{Sender, Simulate};

/// The app and account in HubSpot's documentation.
const SAMPLE_APP: u64 = 54_321;
const SAMPLE_ACCOUNT: u64 = 123_123;

/// Returns a route of a built-in plug, with the signature schemes of its sender.
pub(super) fn route(plug: &str, name: &str) -> Result<Route, CliError> {
    let missing = || CliError::new(format!("the built-in plug `{plug}` has no route `{name}`: reinstall the program"));
    let (engine, file) = file::open(plug)?;
    let plug = engine.load(&file)?;
    plug.routes().iter().find(|route| route.name == name).cloned().ok_or_else(missing)
}

/// Where to send a request, and which URL to sign.
pub(crate) struct Address {
    /// The URL to call.
    pub to: Url,
    /// The URL that the sender knows.
    pub signed: String,
}

/// The app and account of a request.
pub(super) struct Target<'a> {
    /// The CRM's ID of the app.
    pub app: AppId,
    /// The CRM's ID of the account.
    pub account: AccountId,
    configured: Option<Configured<'a>>,
}

struct Configured<'a> {
    config: &'a Config,
    /// The connection, or `None` for a request to the app.
    connection: Option<&'a Connection>,
    /// The name of the app's plug, which is part of its addresses.
    crm: &'a str,
    settings: &'a Settings,
}

impl<'a> Target<'a> {
    /// A target without a configuration.
    pub fn unknown(account: Option<AccountId>) -> Self {
        let account = account.unwrap_or_else(|| SAMPLE_ACCOUNT.into());
        Self { app: SAMPLE_APP.into(), account, configured: None }
    }

    /// Finds the app, account and connection that the command line selects.
    pub fn configured(config: &'a Config, args: &Simulate) -> Result<Self, CliError> {
        let (account, connection) = match args.sender {
            Sender::Hubspot => (self::account(config, args.account.as_ref())?, None),
            sender => {
                let (account, connection) = self::connection(config, sender, args)?;
                (account, Some(connection))
            }
        };
        let app = config
            .apps
            .get(&account.app)
            .ok_or_else(|| CliError::new(format!("the configuration has no app {}: add it", account.app)))?;
        let crm = match &app.plug {
            PlugRef::Name(name) => name,
            PlugRef::File(_) | PlugRef::Digest(_) => Sender::Hubspot.plug(),
        };
        let settings = connection.map_or(&app.settings, |connection| &connection.settings);
        let configured = Some(Configured { config, connection, crm, settings });
        Ok(Self { app: app.id.clone(), account: account.id.clone(), configured })
    }

    /// Returns the given address, or that of the route at the bridge on this machine.
    pub async fn address(&self, route: &Route, given: Option<&str>) -> Result<Address, CliError> {
        match (given, &self.configured) {
            (Some(given), _) => address(given),
            (None, Some(configured)) => {
                let path = self.path(configured, route).await?;
                let to = format!("{}{path}", configured.config.local_base());
                let signed = format!("{}{path}", configured.config.public_base());
                Ok(Address { signed, ..address(&to)? })
            }
            (None, None) => Err(CliError::new("no address to send to: add --to URL or --config FILE")),
        }
    }

    async fn path(&self, configured: &Configured<'_>, route: &Route) -> Result<String, CliError> {
        let Some(connection) = configured.connection else {
            return Ok(app_path(configured.crm, &self.app, &route.name));
        };
        let id = ConnectionId::new(self.account.clone(), connection.name.clone());
        let key = match &connection.ingest_key {
            Some(key) => Some(key.expose().to_owned()),
            None => Sqlite::open_read_only(&configured.config.data_dir)?.stored_ingest_key(&id).await?,
        };
        match key {
            Some(key) => Ok(ingest_path(&key, &route.name)),
            None => Err(CliError::new(format!(
                "{id} has no ingest key yet: start `cordboard serve`, which makes one, or set `ingest-key`"
            ))),
        }
    }

    /// Returns the secret to sign with, or `None` if the route accepts unsigned requests.
    pub fn secret(&self, route: &Route, variable: Option<&str>) -> Result<Option<String>, CliError> {
        if let Some(variable) = variable {
            return secret_env("--secret-env", variable).map(Some);
        }
        let settings = self.configured.as_ref().map(|configured| configured.settings);
        let secret = settings.and_then(|settings| route.secrets.iter().find_map(|key| settings.get(key).first()));
        match secret {
            Some(secret) => Ok(Some(secret.expose().to_owned())),
            None if route.if_unset == IfUnset::Accept => Ok(None),
            None => Err(CliError::new(format!(
                "no secret to sign with: name an environment variable that holds it (--secret-env NAME), or set `{}` \
                 in the configuration",
                route.secrets.join("` or `")
            ))),
        }
    }
}

fn account<'a>(config: &'a Config, id: Option<&AccountId>) -> Result<&'a Account, CliError> {
    let known: Vec<_> = config.accounts.keys().map(AccountId::to_string).collect();
    match id {
        Some(id) => config.accounts.get(id).ok_or_else(|| {
            CliError::new(format!("the configuration has no account {id}: {}", one_of("--account", &known)))
        }),
        None => only(config.accounts.values(), "account", "--account", &known),
    }
}

/// Finds the connection that a provider calls: the named one, or the only one with its plug.
fn connection<'a>(
    config: &'a Config,
    sender: Sender,
    args: &Simulate,
) -> Result<(&'a Account, &'a Connection), CliError> {
    let accounts: Vec<_> = match &args.account {
        Some(id) => vec![account(config, Some(id))?],
        None => config.accounts.values().collect(),
    };
    let all = accounts.into_iter().flat_map(|account| account.connections.values().map(move |found| (account, found)));
    let meant: Vec<_> = all
        .filter(|(_, connection)| match &args.connection {
            Some(name) => connection.name == *name,
            None => connection.plug == PlugRef::Name(sender.plug().to_owned()),
        })
        .collect();
    let known: Vec<_> = meant.iter().map(|(account, found)| format!("{}/{}", account.id, found.name)).collect();
    let what = match &args.connection {
        Some(name) => format!("connection `{}`", name.escape_debug()),
        None => format!("connection with the plug `{}`", sender.plug()),
    };
    let (account, connection) = only(meant.into_iter(), &what, "--account and --connection", &known)?;
    match &connection.plug {
        PlugRef::Name(plug) if plug != sender.plug() => Err(CliError::new(format!(
            "{what} of account {} has the plug `{plug}`, but this sender calls `{}`: choose another connection",
            account.id,
            sender.plug()
        ))),
        _ => Ok((account, connection)),
    }
}

/// Returns the only item, or an error that lists the `known` ones.
fn only<T>(mut found: impl Iterator<Item = T>, what: &str, option: &str, known: &[String]) -> Result<T, CliError> {
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => {
            Err(CliError::new(format!("the configuration has no {what}: add one, or use --to URL without --config")))
        }
        (Some(_), Some(_)) => {
            Err(CliError::new(format!("the configuration has more than one {what}: {}", one_of(option, known))))
        }
    }
}

/// Lists at most ten, since a configuration may have thousands.
fn one_of(option: &str, known: &[String]) -> String {
    let more = if known.len() > 10 { ", …" } else { "" };
    let known: Vec<_> = known.iter().take(10).map(String::as_str).collect();
    format!("select one of {}{more} with {option}", known.join(", "))
}

fn address(text: &str) -> Result<Address, CliError> {
    const EXAMPLE: &str = "--to takes an address such as `https://bridge.example.com/hubspot/54321/create-meeting`";
    let mut to = Url::parse(text).map_err(|_| CliError::new(EXAMPLE))?;
    let known = matches!(to.scheme(), "http" | "https") && to.username().is_empty() && to.password().is_none();
    if !known {
        return Err(CliError::new(EXAMPLE));
    }
    to.set_fragment(None);
    Ok(Address { signed: to.as_str().to_owned(), to })
}
