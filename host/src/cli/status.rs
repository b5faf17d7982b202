//! `cordboard status`: what to hand out, and what needs its owner's hand.

mod unread;

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::bridge::Plugs;
use crate::config::{Account, Config, Connection, Secret};
use crate::contract::manifest::Route;
use crate::events::rfc3339;
use crate::ingress::{app_path, ingest_path};
use crate::plug::{Plug, Role};
use crate::store::sqlite::Sqlite;
use crate::store::{ConnectionId, Leftover, Store};

use super::terminal::{plain, print, print_json, wrapped};
use super::{CliError, ConfigFile, compile_plug};
use unread::Unread;

const MOST_LEFTOVERS: usize = 1000;

/// Shows, for each app and connection, what its owner must hand out: addresses, methods, headers, settings. Then what is
/// or may be left at providers, conferences whose asker never had the answer, and deliveries that no plug could read.
#[derive(Debug, Args)]
#[command(after_help = "It can run beside `cordboard serve`. Ingest keys are secrets: whoever has one can call its \
                        address.\n\nExample:\n  cordboard status --config cordboard.toml")]
pub struct Status {
    #[command(flatten)]
    config: ConfigFile,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Status) -> Result<ExitCode, CliError> {
    let config = args.config.load()?;
    let mut plugs = Plugs::read_only(&config, compile_plug::program())?;
    plugs.load_all(&config);
    let store = Sqlite::open_read_only(&config.data_dir).ok();
    let mut routes = apps(&config, &plugs)?;
    let mut unread = Vec::new();
    for account in config.accounts.values() {
        for connection in account.connections.values() {
            routes.extend(connection_routes(&config, &plugs, store.as_ref(), account, connection).await?);
            if let Some(store) = &store {
                let id = ConnectionId { account: account.id, name: connection.name.clone() };
                unread.extend(Unread::of(store, &id).await?);
            }
        }
    }
    let leftovers = match &store {
        Some(store) => store.leftovers(MOST_LEFTOVERS).await?,
        None => Vec::new(),
    };
    if args.json {
        let leftovers: Vec<_> = leftovers.iter().map(leftover_json).collect();
        return print_json(&json!({
            "publicUrl": config.public_base(),
            "addresses": routes.iter().map(Address::json).collect::<Vec<_>>(),
            "leftovers": leftovers,
            "unread": unread.iter().map(Unread::json).collect::<Vec<_>>(),
        }));
    }
    print(&text(&config, &routes, &leftovers, &unread, store.is_some()))?;
    Ok(ExitCode::SUCCESS)
}

/// An address to hand out.
struct Address {
    owner: String,
    plug: String,
    name: String,
    summary: String,
    methods: Vec<String>,
    url: Option<String>,
    proof: String,
}

impl Address {
    fn json(&self) -> Value {
        json!({
            "owner": self.owner, "plug": self.plug, "route": self.name, "summary": self.summary,
            "methods": self.methods, "url": self.url, "proof": self.proof,
        })
    }
}

fn apps(config: &Config, plugs: &Plugs) -> Result<Vec<Address>, CliError> {
    let mut addresses = Vec::new();
    for app in config.apps.values() {
        let plug = loaded(plugs, &app.plug, &format!("app.{}", app.id))?;
        let name = &plug.description().name;
        addresses.extend(plug.description().routes.iter().map(|route| Address {
            owner: format!("app {}", app.id),
            plug: name.clone(),
            name: route.name.clone(),
            summary: route.summary.clone(),
            methods: route.methods.clone(),
            url: Some(format!("{}{}", config.public_base(), app_path(name, app.id, &route.name))),
            proof: proof(route, |key| app.settings.is_set(key)),
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
    let id = ConnectionId { account: account.id, name: connection.name.clone() };
    let plug = loaded(plugs, &connection.plug, &id.to_string())?;
    if plug.role() != Role::Provider {
        return Ok(Vec::new());
    }
    let key = match (&connection.ingest_key, store) {
        (Some(key), _) => Some(Secret::expose(key).to_owned()),
        (None, Some(store)) => store.kept_ingest_key(&id).await?,
        (None, None) => None,
    };
    let address = |route: &str| Some(format!("{}{}", config.public_base(), ingest_path(key.as_ref()?, route)));
    let routes = plug.description().routes.iter().map(|route| Address {
        owner: format!("{}, connection {}", named(account), connection.name),
        plug: plug.description().name.clone(),
        name: route.name.clone(),
        summary: route.summary.clone(),
        methods: route.methods.clone(),
        url: address(&route.name),
        proof: proof(route, |key| connection.settings.is_set(key)),
    });
    Ok(routes.collect())
}

fn named(account: &Account) -> String {
    let id = account.id.to_string();
    if account.name == id { format!("account {id}") } else { format!("account {id} ({})", account.name) }
}

fn loaded<'a>(plugs: &'a Plugs, plug: &crate::config::PlugRef, owner: &str) -> Result<&'a Plug, CliError> {
    plugs.get(plug).map_err(|why| CliError(format!("the plug of {owner} cannot be loaded: {why}")))
}

/// With what the sender proves itself, as its owner enters it there.
fn proof(route: &Route, is_set: impl Fn(&str) -> bool) -> String {
    use crate::contract::manifest::{Authenticity, IfUnset};
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
            format!("no secret is set, so the address is the secret; better set `{}`", route.secrets.join("` or `"))
        }
        (_, None) => format!("refused until the setting `{}` is set", route.secrets.join("` or `")),
    }
}

fn leftover_json(leftover: &Leftover) -> Value {
    let conference = leftover.conference.as_ref().map(|conference| {
        json!({
            "id": conference.id, "providerId": conference.provider_id, "topic": conference.topic,
            "joinUrl": conference.join_url, "user": conference.user,
        })
    });
    json!({
        "operation": leftover.operation, "kind": leftover.kind, "account": leftover.connection.account,
        "connection": leftover.connection.name, "conference": conference, "unclaimed": leftover.unclaimed,
        "why": leftover.why, "at": rfc3339(leftover.at).unwrap_or_default(),
    })
}

fn text(config: &Config, addresses: &[Address], leftovers: &[Leftover], unread: &[Unread], served: bool) -> String {
    let mut text = format!("Senders know this bridge as {}\n", config.public_base());
    let mut owner = "";
    for address in addresses {
        if address.owner != owner {
            owner = &address.owner;
            text += &format!("\n{owner}: {}\n", address.plug);
        }
        text += &format!("  {}  [{}]\n", address.name, address.methods.join(", "));
        text += &wrapped(&plain(&address.summary), 4);
        match &address.url {
            Some(url) => text += &format!("    {url}\n"),
            None => text += "    its ingest key is made when `cordboard serve` first starts\n",
        }
        text += &wrapped(&address.proof, 4);
    }
    text += "\n";
    if !unread.is_empty() {
        text += &wrapped("Deliveries that are kept because no plug could read them; its next version tries again:", 0);
        text.extend(unread.iter().map(Unread::text));
        text += "\n";
    }
    if leftovers.is_empty() {
        text += if served { "Nothing is left at providers.\n" } else { "Nothing has been served yet.\n" };
        return text;
    }
    text += "To look at:\n";
    for leftover in leftovers {
        let topic = leftover.conference.as_ref().map_or("", |conference| conference.topic.as_str());
        let id = leftover.conference.as_ref().map_or("", |conference| conference.provider_id.as_str());
        let line = format!(
            "{}  {}  {} {}",
            rfc3339(leftover.at).unwrap_or_default(),
            leftover.connection,
            plain(id),
            plain(topic)
        );
        text += &wrapped(&line, 2);
        text += &wrapped(&plain(&leftover.why), 4);
    }
    text
}
