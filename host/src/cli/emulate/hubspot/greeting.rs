//! What the user of the stand-in should know: where it is, and with which secrets it works.

use std::net::SocketAddr;

use cordboard_emulator::hubspot::Options;
use serde_json::{Value, json};

/// For people. Secrets of a configuration are known there and not repeated; those that were made are told, since
/// nothing else does, and they open this stand-in only.
pub(super) fn text(at: SocketAddr, options: &Options, configured: bool) -> String {
    let mut text = format!("A stand-in for HubSpot, until ctrl-c. Its page: http://{at}/\n\n");
    let mut line = |name: &str, value: &str| text += &format!("  {name:<18}{value}\n");
    line("API", &format!("http://{at}"));
    line("app", &options.app.to_string());
    if !configured {
        line("client secret", &options.client_secret);
        line("developer key", &options.developer_key);
    }
    line("client id", &options.client_id);
    for account in &options.accounts {
        line("account", &format!("{}, refresh token {}", account.id, account.refresh_token));
    }
    for forward in &options.forwards {
        line("calls to", &forward.public);
        line("  are sent to", &forward.to);
    }
    text + if configured {
        "\nLet it know where to call:\n  cordboard hubspot video set --from-config\n  cordboard hubspot calling create \
         --from-config --is-ready true\n"
    } else {
        "\nLet it know where to call, as you would HubSpot: a PUT to its settings API.\n"
    }
}

/// For programs.
pub(super) fn json(at: SocketAddr, options: &Options) -> Value {
    let accounts: Vec<_> = options
        .accounts
        .iter()
        .map(|account| json!({ "id": account.id, "refreshToken": account.refresh_token, "users": account.users }))
        .collect();
    json!({
        "url": format!("http://{at}"),
        "app": options.app,
        "clientId": options.client_id,
        "clientSecret": options.client_secret,
        "developerKey": options.developer_key,
        "developerToken": options.developer_token,
        "accounts": accounts,
    })
}
