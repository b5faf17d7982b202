//! The greeting of the emulator: its address, its secrets, and the next commands to run.
//!
//! Secrets from the configuration or the environment are not repeated. Generated ones are printed, since there is no
//! other way to learn them, and they are valid for this emulator only.

use std::net::SocketAddr;
use std::path::Path;

use cordboard_core::AppId;
use cordboard_emulator::hubspot::Options;
use serde_json::{Value, json};
use url::{Host, Url};

use super::Hubspot;
use super::options::Provided;
use crate::shell;
use crate::terminal::{plain, wrapped};

/// Formats the greeting as text.
pub(super) fn text(at: SocketAddr, options: &Options, provided: &Provided, args: &Hubspot) -> String {
    let mut text = format!("HubSpot emulator (ctrl-c to stop). Booking page: http://{at}/\n\n");
    let mut line = |name: &str, value: &str| text += &format!("  {name:<17} {}\n", plain(value));
    line("API", &format!("http://{at}"));
    line("app", &options.app.to_string());
    line("client id", &options.client_id);
    for (name, _, value) in secrets(options, provided) {
        line(name, value);
    }
    for account in &options.accounts {
        line("account", &account.id.to_string());
        line("  refresh token", &account.refresh_token);
    }
    for forward in &options.forwards {
        line("calls to", &forward.public);
        line("  are sent to", &forward.to);
    }
    text.push('\n');
    text + &match &args.config {
        Some(config) => next(at, options, provided, config, args.app),
        None => wrapped(
            "Tell the emulator where to call as you would tell HubSpot: with a PUT request to its settings API.",
            0,
        ),
    }
}

/// Formats the greeting as JSON.
pub(super) fn json(at: SocketAddr, options: &Options, provided: &Provided) -> Value {
    let accounts: Vec<_> = options
        .accounts
        .iter()
        .map(|account| json!({ "id": account.id, "refreshToken": account.refresh_token, "users": account.users }))
        .collect();
    let mut greeting = json!({
        "url": format!("http://{at}"),
        "app": options.app,
        "clientId": options.client_id,
        "accounts": accounts,
    });
    if let Some(members) = greeting.as_object_mut() {
        members.extend(secrets(options, provided).map(|(_, name, value)| (name.to_owned(), value.into())));
    }
    greeting
}

/// Returns the generated secrets, each with its names in text and in JSON.
fn secrets<'a>(
    options: &'a Options,
    provided: &Provided,
) -> impl Iterator<Item = (&'static str, &'static str, &'a str)> {
    let secrets = [
        ("client secret", "clientSecret", &options.client_secret, provided.client_secret),
        ("developer key", "developerKey", &options.developer_key, provided.developer),
        ("developer token", "developerToken", &options.developer_token, provided.developer),
    ];
    let generated = secrets.into_iter().filter(|(.., provided)| !provided);
    generated.map(|(text, json, value, _)| (text, json, value.as_str()))
}

/// Returns the next commands to run. If the configuration's app does not call this emulator yet, says first how to
/// change that: until then, the commands would change the real HubSpot.
fn next(at: SocketAddr, options: &Options, provided: &Provided, config: &Path, named: Option<u64>) -> String {
    let is_called = provided.api_url.as_deref().is_some_and(|url| is_here(url, at));
    let (first, then) = if is_called { (String::new(), "Tell") } else { (change(at, options.app), "Then tell") };
    let options = shell::options(config, named.map(AppId::from).as_ref());
    format!(
        "{first}{then} the emulator where to call:\n  cordboard hubspot video set --from-config{options}\n  cordboard \
         hubspot calling create --from-config --is-ready true{options}\n"
    )
}

/// Returns the configuration with which the app calls this emulator.
fn change(at: SocketAddr, app: u64) -> String {
    format!(
        "The app in this configuration calls another HubSpot. To make it call this one, set:\n  [app.{app}]\n  \
         outbound = {{ allow-private = true, allow = [\"{at}\"] }}\n  [app.{app}.settings]\n  api-url = \
         \"http://{at}\"\n\n"
    )
}

/// Whether a URL points to the emulator.
fn is_here(url: &str, at: SocketAddr) -> bool {
    let Ok(url) = Url::parse(url.trim()) else { return false };
    let host = match url.host() {
        Some(Host::Ipv4(ip)) => at.ip() == ip,
        Some(Host::Ipv6(ip)) => at.ip() == ip,
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    host && url.port_or_known_default() == Some(at.port())
}

#[cfg(test)]
mod tests {
    use super::is_here;

    #[test]
    fn only_the_listening_address_is_recognized() {
        let at = "127.0.0.1:8090".parse().unwrap();
        for here in ["http://127.0.0.1:8090", " http://127.0.0.1:8090/ ", "http://localhost:8090"] {
            assert!(is_here(here, at), "{here}");
        }
        for other in ["https://api.hubapi.com", "http://127.0.0.1:8091", "http://[::1]:8090", "http://127.0.0.1", "x"] {
            assert!(!is_here(other, at), "{other}");
        }
    }
}
