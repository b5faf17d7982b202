//! `cordboard status`: the addresses to hand out, and whatever needs attention.

mod acknowledge;
mod leftovers;
mod unprocessed;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::{Value, json};

use cordboard::config::{Account, Config, PlugRef, Settings};
use cordboard::contract::manifest::{Authenticity, IfUnset, Route};
use cordboard::events::rfc3339;
use cordboard::ingress::{app_path, ingest_path};
use cordboard::plug::{Plug, Role};
use cordboard::registry::Plugs;
use cordboard::store::sqlite::Sqlite;
use cordboard::store::{ConnectionId, Store};

use super::terminal::{Output, plain, wrapped};
use super::{CliError, ConfigFile, compile_plug, retention};
use leftovers::{Leftovers, PageArgs};
use unprocessed::Unprocessed;

/// Show the addresses to hand out and whatever needs attention.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    override_usage = "cordboard status [OPTIONS]\n       cordboard status acknowledge [OPTIONS] ID...",
    after_help = "\
Reads the store in `data-dir` directly, also while `cordboard serve` is running.
Addresses of connections contain ingest keys: treat them as secrets.

Examples:
  cordboard status
  cordboard status --limit 10 --all
  cordboard status acknowledge 3f1c2f0e7a7b"
)]
pub struct Status {
    #[command(subcommand)]
    command: Option<StatusCommand>,
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Subcommand)]
enum StatusCommand {
    /// Remove leftovers that you have dealt with from the list.
    Acknowledge(acknowledge::Acknowledge),
}

pub(super) async fn run(args: Status) -> Result<ExitCode, CliError> {
    match args.command {
        Some(StatusCommand::Acknowledge(args)) => acknowledge::run(args).await,
        None => show(args).await,
    }
}

async fn show(args: Status) -> Result<ExitCode, CliError> {
    let config = args.config.load()?;
    let mut plugs = Plugs::read_only(&config, compile_plug::program())?;
    plugs.load_all(&config);
    let store = Sqlite::open_read_only(&config.data_dir).ok();
    let mut addresses = Vec::new();
    for app in config.apps.values() {
        let plug = loaded(&plugs, &app.plug, &format!("app.{}", app.id))?;
        let path = |route: &str| Some(app_path(&plug.description().name, &app.id, route));
        addresses.extend(addresses_of(&config, format!("app {}", app.id), plug, &app.settings, path));
    }
    let mut unprocessed = Vec::new();
    for account in config.accounts.values() {
        for connection in account.connections.values() {
            let id = ConnectionId::new(account.id.clone(), connection.name.clone());
            let plug = loaded(&plugs, &connection.plug, &id.to_string())?;
            if plug.role() == Role::Provider {
                let key = match (&connection.ingest_key, &store) {
                    (Some(key), _) => Some(key.expose().to_owned()),
                    (None, Some(store)) => store.stored_ingest_key(&id).await?,
                    (None, None) => None,
                };
                let path = |route: &str| Some(ingest_path(key.as_ref()?, route));
                let owner = format!("{}, connection {}", name(account), connection.name);
                addresses.extend(addresses_of(&config, owner, plug, &connection.settings, path));
            }
            if let Some(store) = &store {
                unprocessed.extend(Unprocessed::of(store, &id).await?);
            }
        }
    }
    let paused = match &store {
        Some(store) => store.retention().await?.and_then(|state| Some([state.plausible_at, state.paused_at?])),
        None => None,
    };
    let paused = paused.map(|times| times.map(rfc3339));
    let paused = paused.map(|[plausible_at, paused_at]| json!({ "plausibleAt": plausible_at, "pausedAt": paused_at }));
    let leftovers = args.page.read(store.as_ref().map(|store| store as &dyn Store)).await?;
    args.output.print(
        || {
            let mut members = leftovers.json();
            members.insert("publicUrl".to_owned(), config.public_base().into());
            members.insert("addresses".to_owned(), json!(addresses));
            members.insert("unprocessed".to_owned(), unprocessed.iter().map(Unprocessed::json).collect());
            members.insert("retentionPaused".to_owned(), json!(paused));
            Value::Object(members)
        },
        || text(&config, &addresses, &unprocessed, paused.as_ref(), &leftovers),
    )
}

/// An address to hand out.
#[derive(Serialize)]
struct Address {
    owner: String,
    plug: String,
    route: String,
    summary: String,
    methods: Vec<String>,
    url: Option<String>,
    authentication: String,
}

/// Returns the addresses of an app or connection. `path` returns the path of a route, or `None` if it has none yet.
fn addresses_of(
    config: &Config,
    owner: String,
    plug: &Plug,
    settings: &Settings,
    path: impl Fn(&str) -> Option<String>,
) -> Vec<Address> {
    let address = |route: &Route| Address {
        owner: owner.clone(),
        plug: plug.description().name.clone(),
        route: route.name.clone(),
        summary: route.summary.clone(),
        methods: route.methods.clone(),
        url: path(&route.name).map(|path| format!("{}{path}", config.public_base())),
        authentication: authentication(route, settings),
    };
    plug.description().routes.iter().map(address).collect()
}

fn name(account: &Account) -> String {
    let id = account.id.as_str();
    if account.name == id { format!("account {id}") } else { format!("account {id} ({})", account.name) }
}

fn loaded<'a>(plugs: &'a Plugs, plug: &PlugRef, owner: &str) -> Result<&'a Plug, CliError> {
    plugs.get(plug).map_err(|why| CliError::new(format!("cannot load the plug of {owner}: {why}")))
}

/// Describes how the sender authenticates, so that the operator can configure it there.
fn authentication(route: &Route, settings: &Settings) -> String {
    let setting = route.secrets.iter().find(|key| settings.is_set(key));
    let all = route.secrets.join("` or `");
    match (&route.authenticity, setting) {
        (Authenticity::None, _) => "the address is the secret".to_owned(),
        (Authenticity::SharedSecret(header), Some(key)) => format!("header {header}: the setting `{key}`"),
        (Authenticity::Signatures(signatures), Some(key)) => {
            let mut names: Vec<_> = signatures.iter().map(|signature| signature.name.as_str()).collect();
            names.dedup();
            format!("signed ({}) with the setting `{key}`", names.join(", "))
        }
        (_, None) if route.if_unset == IfUnset::Accept => {
            format!("no secret is set, so the address is the secret; setting `{all}` is safer")
        }
        (_, None) => format!("refused until the setting `{all}` is set"),
    }
}

fn text(
    config: &Config,
    addresses: &[Address],
    unprocessed: &[Unprocessed],
    paused: Option<&Value>,
    leftovers: &Leftovers,
) -> String {
    let mut text = format!("Public address: {}\n", config.public_base());
    let mut owner = "";
    for address in addresses {
        if address.owner != owner {
            owner = &address.owner;
            text += &format!("\n{owner}: {}\n", address.plug);
        }
        text += &format!("  {}  [{}]\n", address.route, address.methods.join(", "));
        text += &wrapped(&plain(&address.summary), 4);
        match &address.url {
            Some(url) => text += &format!("    {url}\n"),
            None => text += "    no address yet: `cordboard serve` creates its ingest key at the first start\n",
        }
        text += &wrapped(&address.authentication, 4);
    }
    text += "\n";
    if !unprocessed.is_empty() {
        text += &wrapped("Webhook requests that the plug could not read; its next version will try again:", 0);
        text.extend(unprocessed.iter().map(Unprocessed::text));
        text += "\n";
    }
    if let Some(paused) = paused {
        text += &format!("{}\n", retention::paused(paused));
    }
    text + &leftovers.text()
}
