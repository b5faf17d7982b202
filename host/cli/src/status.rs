//! `cordboard status`: the addresses to hand out, and whatever needs attention.

mod acknowledge;
mod leftovers;
mod unprocessed;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::{Value, json};

use cordboard::config::{Account, Config, Connection, Secret};
use cordboard::contract::manifest::Route;
use cordboard::events::rfc3339;
use cordboard::ingress::{app_path, ingest_path};
use cordboard::plug::{Plug, Role};
use cordboard::registry::Plugs;
use cordboard::store::sqlite::Sqlite;
use cordboard::store::{ConnectionId, RetentionState, Store};

use super::terminal::{plain, print, print_json, wrapped};
use super::{CliError, ConfigFile, compile_plug, retention};
use leftovers::{Leftovers, Which};
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
    which: Which,
    /// Print JSON instead of text.
    #[arg(long)]
    json: bool,
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
    let mut routes = apps(&config, &plugs)?;
    let mut unprocessed = Vec::new();
    for account in config.accounts.values() {
        for connection in account.connections.values() {
            routes.extend(connection_routes(&config, &plugs, store.as_ref(), account, connection).await?);
            if let Some(store) = &store {
                let id = ConnectionId::new(account.id.clone(), connection.name.clone());
                unprocessed.extend(Unprocessed::of(store, &id).await?);
            }
        }
    }
    let paused = match &store {
        Some(store) => store.retention().await?.filter(|retention| retention.paused_at.is_some()),
        None => None,
    };
    let leftovers = args.which.read(store.as_ref().map(|store| store as &dyn Store)).await?;
    if args.json {
        let details = json!({
            "publicUrl": config.public_base(),
            "addresses": routes,
            "unprocessed": unprocessed.iter().map(Unprocessed::json).collect::<Vec<_>>(),
            "retentionPaused": paused.map(|paused| {
                let [plausible_at, paused_at] = times(&paused);
                json!({ "plausibleAt": plausible_at, "pausedAt": paused_at })
            }),
        });
        let mut members = leftovers.json();
        if let Value::Object(details) = details {
            members.extend(details);
        }
        return print_json(&Value::Object(members));
    }
    print(&text(&config, &routes, &unprocessed, paused.as_ref(), &leftovers))
}

/// Returns when the clock was last plausible, and when retention paused.
fn times(paused: &RetentionState) -> [String; 2] {
    [paused.plausible_at, paused.paused_at.unwrap_or(0)].map(|at| rfc3339(at).unwrap_or_default())
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

fn apps(config: &Config, plugs: &Plugs) -> Result<Vec<Address>, CliError> {
    let mut addresses = Vec::new();
    for app in config.apps.values() {
        let plug = loaded(plugs, &app.plug, &format!("app.{}", app.id))?;
        let name = &plug.description().name;
        addresses.extend(plug.description().routes.iter().map(|route| Address {
            owner: format!("app {}", app.id),
            plug: name.clone(),
            route: route.name.clone(),
            summary: route.summary.clone(),
            methods: route.methods.clone(),
            url: Some(format!("{}{}", config.public_base(), app_path(name, &app.id, &route.name))),
            authentication: authentication(route, |key| app.settings.is_set(key)),
        }));
    }
    Ok(addresses)
}

async fn connection_routes(
    config: &Config,
    plugs: &Plugs,
    store: Option<&Sqlite>,
    account: &Account,
    connection: &Connection,
) -> Result<Vec<Address>, CliError> {
    let id = ConnectionId::new(account.id.clone(), connection.name.clone());
    let plug = loaded(plugs, &connection.plug, &id.to_string())?;
    if plug.role() != Role::Provider {
        return Ok(Vec::new());
    }
    let key = match (&connection.ingest_key, store) {
        (Some(key), _) => Some(Secret::expose(key).to_owned()),
        (None, Some(store)) => store.stored_ingest_key(&id).await?,
        (None, None) => None,
    };
    let address = |route: &str| Some(format!("{}{}", config.public_base(), ingest_path(key.as_ref()?, route)));
    let routes = plug.description().routes.iter().map(|route| Address {
        owner: format!("{}, connection {}", named(account), connection.name),
        plug: plug.description().name.clone(),
        route: route.name.clone(),
        summary: route.summary.clone(),
        methods: route.methods.clone(),
        url: address(&route.name),
        authentication: authentication(route, |key| connection.settings.is_set(key)),
    });
    Ok(routes.collect())
}

fn named(account: &Account) -> String {
    let id = account.id.as_str();
    if account.name == id { format!("account {id}") } else { format!("account {id} ({})", account.name) }
}

fn loaded<'a>(plugs: &'a Plugs, plug: &cordboard::config::PlugRef, owner: &str) -> Result<&'a Plug, CliError> {
    plugs.get(plug).map_err(|why| CliError::new(format!("cannot load the plug of {owner}: {why}")))
}

/// Describes how the sender authenticates, so that the operator can configure it there.
fn authentication(route: &Route, is_set: impl Fn(&str) -> bool) -> String {
    use cordboard::contract::manifest::{Authenticity, IfUnset};
    let setting = route.secrets.iter().find(|key| is_set(key));
    match (&route.authenticity, setting) {
        (Authenticity::None, _) => "the address is the secret".to_owned(),
        (Authenticity::SharedSecret(header), Some(key)) => format!("header {header}: the setting `{key}`"),
        (Authenticity::Signatures(signatures), Some(key)) => {
            let mut names: Vec<_> = signatures.iter().map(|signature| signature.name.as_str()).collect();
            names.dedup();
            format!("signed ({}) with the setting `{key}`", names.join(", "))
        }
        (_, None) if route.if_unset == IfUnset::Accept => {
            format!(
                "no secret is set, so the address is the secret; setting `{}` is safer",
                route.secrets.join("` or `")
            )
        }
        (_, None) => format!("refused until the setting `{}` is set", route.secrets.join("` or `")),
    }
}

fn text(
    config: &Config,
    addresses: &[Address],
    unprocessed: &[Unprocessed],
    paused: Option<&RetentionState>,
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
        let [plausible_at, paused_at] = times(paused);
        text += &retention::paused(&plausible_at, &paused_at);
        text += "\n";
    }
    text + &leftovers.text()
}
