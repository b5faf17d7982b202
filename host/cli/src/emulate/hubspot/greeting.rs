//! What the user of the stand-in should know: where it is, with which secrets it works, and how it comes to know where
//! to call. Secrets of a configuration or the environment are known there and not repeated; those that were made are
//! told, since nothing else does, and they open this stand-in only.

use std::net::SocketAddr;
use std::path::Path;

use cordboard_emulator::hubspot::Options;
use serde_json::{Value, json};
use url::{Host, Url};

use super::Hubspot;
use super::options::Known;
use crate::shell;
use crate::terminal::{plain, wrapped};

/// For people.
pub(super) fn text(at: SocketAddr, options: &Options, known: &Known, args: &Hubspot) -> String {
    let mut text = format!("A stand-in for HubSpot, until ctrl-c. Its page: http://{at}/\n\n");
    let mut line = |name: &str, value: &str| text += &format!("  {name:<17} {}\n", plain(value));
    line("API", &format!("http://{at}"));
    line("app", &options.app.to_string());
    line("client id", &options.client_id);
    for (name, value) in secrets(options, known) {
        line(name.text, value);
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
        Some(config) => next(at, options, known, config, args.app),
        None => wrapped("Let it know where to call, as you would HubSpot: by a PUT to its settings API.", 0),
    }
}

/// For programs.
pub(super) fn json(at: SocketAddr, options: &Options, known: &Known) -> Value {
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
        members.extend(secrets(options, known).map(|(name, value)| (name.json.to_owned(), value.into())));
    }
    greeting
}

/// What a secret is called.
struct Name {
    text: &'static str,
    json: &'static str,
}

/// The secrets that nobody knows yet.
fn secrets<'a>(options: &'a Options, known: &Known) -> impl Iterator<Item = (Name, &'a str)> {
    let name = |text, json| Name { text, json };
    [
        (name("client secret", "clientSecret"), &options.client_secret, known.client_secret),
        (name("developer key", "developerKey"), &options.developer_key, known.developer),
        (name("developer token", "developerToken"), &options.developer_token, known.developer),
    ]
    .into_iter()
    .filter(|(.., known)| !known)
    .map(|(name, value, _)| (name, value.as_str()))
}

/// What is to be typed, once the configuration's app calls this stand-in: typed before, it would change HubSpot.
fn next(at: SocketAddr, options: &Options, known: &Known, config: &Path, named: Option<u64>) -> String {
    let is_called = known.api_url.as_deref().is_some_and(|url| is_here(url, at));
    let (first, then) = if is_called { (String::new(), "Let") } else { (change(at, options.app), "Then let") };
    let options = shell::options(config, named);
    format!(
        "{first}{then} it know where to call:\n  cordboard hubspot video set --from-config{options}\n  cordboard hubspot \
         calling create --from-config --is-ready true{options}\n"
    )
}

/// How the app of the configuration comes to call this stand-in.
fn change(at: SocketAddr, app: u64) -> String {
    format!(
        "The app in this configuration calls another HubSpot. To let it call this one:\n  [app.{app}]\n  outbound = {{ \
         allow-private = true, allow = [\"{at}\"] }}\n  [app.{app}.settings]\n  api-url = \"http://{at}\"\n\n"
    )
}

/// Whether an address is the one that is listened on.
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
    fn an_address_is_here_where_it_is_what_is_listened_on() {
        let at = "127.0.0.1:8090".parse().unwrap();
        for here in ["http://127.0.0.1:8090", " http://127.0.0.1:8090/ ", "http://localhost:8090"] {
            assert!(is_here(here, at), "{here}");
        }
        for other in ["https://api.hubapi.com", "http://127.0.0.1:8091", "http://[::1]:8090", "http://127.0.0.1", "x"] {
            assert!(!is_here(other, at), "{other}");
        }
    }
}
