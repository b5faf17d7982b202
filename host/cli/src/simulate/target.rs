//! Determines the address and the secret of a request.

use cordboard_core::types::manifest::{IfUnset, Route};
use cordboard_core::{AccountId, AppId};
use cordboard_doctor::request::Address;
use url::Url;

use crate::plug::file;
use crate::{CliError, secret_env};
use cordboard::config::{Account, App, Config, Connection, PlugRef};
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

/// The app and account of a request.
pub(super) struct Target<'a> {
    /// The CRM's ID of the app.
    pub app: AppId,
    /// The CRM's ID of the account.
    pub account: AccountId,
    /// The configuration with the app, if there is one.
    configured: Option<(&'a Config, &'a App)>,
    /// The connection, or `None` for a request to the app.
    connection: Option<&'a Connection>,
}

impl<'a> Target<'a> {
    /// A target without a configuration.
    pub fn unknown(account: Option<AccountId>) -> Self {
        let account = account.unwrap_or_else(|| SAMPLE_ACCOUNT.into());
        Self { app: SAMPLE_APP.into(), account, configured: None, connection: None }
    }

    /// Finds the app, account and connection that the command line selects.
    pub fn configured(config: &'a Config, args: &Simulate) -> Result<Self, CliError> {
        let (account, connection) = match args.sender {
            Sender::Hubspot => (self::account(config, args.account.as_ref())?, None),
            Sender::Iotum | Sender::Veeting => {
                let (account, connection) = self::connection(config, args)?;
                (account, Some(connection))
            }
        };
        let app = config.app(Some(&account.app))?;
        Ok(Self { app: app.id.clone(), account: account.id.clone(), configured: Some((config, app)), connection })
    }

    /// Returns the given address, or that of the route at the bridge on this machine.
    pub async fn address(&self, route: &Route, given: Option<&str>) -> Result<Address, CliError> {
        match (given, self.configured) {
            (Some(given), _) => address(given),
            (None, Some((config, app))) => {
                let path = self.path(config, app, route).await?;
                let signed = format!("{}{path}", config.public_base());
                Ok(Address { signed, ..address(&format!("{}{path}", config.local_base()))? })
            }
            (None, None) => Err(CliError::new("no address to send to: add --to URL or --config FILE")),
        }
    }

    async fn path(&self, config: &Config, app: &App, route: &Route) -> Result<String, CliError> {
        let Some(connection) = self.connection else {
            let crm = match &app.plug {
                PlugRef::Name(name) => name,
                PlugRef::File(_) | PlugRef::Digest(_) => Sender::Hubspot.plug(),
            };
            return Ok(app_path(crm, &app.id, &route.name));
        };
        let id = ConnectionId::new(self.account.clone(), connection.name.clone());
        let key = match &connection.ingest_key {
            Some(key) => Some(key.expose().to_owned()),
            None => Sqlite::open_read_only(&config.data_dir)?.stored_ingest_key(&id).await?,
        };
        let key = key.ok_or_else(|| {
            CliError::new(format!(
                "{id} has no ingest key yet: start `cordboard serve`, which makes one, or set `ingest-key`"
            ))
        })?;
        Ok(ingest_path(&key, &route.name))
    }

    /// Returns the secret to sign with, or `None` if the route accepts unsigned requests.
    pub fn secret(&self, route: &Route, variable: Option<&str>) -> Result<Option<String>, CliError> {
        if let Some(variable) = variable {
            return secret_env("--secret-env", variable).map(Some);
        }
        let secret = self.configured.and_then(|(_, app)| {
            let settings = self.connection.map_or(&app.settings, |connection| &connection.settings);
            route.secrets.iter().find_map(|key| settings.get(key).first())
        });
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
    let named: Vec<_> = config.accounts.values().map(|account| (account.id.to_string(), account)).collect();
    match id {
        Some(id) => config.accounts.get(id).ok_or_else(|| {
            CliError::new(format!("the configuration has no account {id}: {}", select("--account", &named)))
        }),
        None => only(named, "account", "--account"),
    }
}

/// Finds the connection that a provider calls: the named one, or the only one with its plug.
fn connection<'a>(config: &'a Config, args: &Simulate) -> Result<(&'a Account, &'a Connection), CliError> {
    let plug = args.sender.plug();
    let accounts = match &args.account {
        Some(id) => vec![account(config, Some(id))?],
        None => config.accounts.values().collect(),
    };
    let all = accounts.into_iter().flat_map(|account| account.connections.values().map(move |found| (account, found)));
    let selected = all.filter(|(_, connection)| match &args.connection {
        Some(name) => connection.name == *name,
        None => connection.plug == PlugRef::Name(plug.to_owned()),
    });
    let named = selected.map(|found| (format!("{}/{}", found.0.id, found.1.name), found)).collect();
    let kind = match &args.connection {
        Some(name) => format!("connection `{}`", name.escape_debug()),
        None => format!("connection with the plug `{plug}`"),
    };
    let (account, connection) = only(named, &kind, "--account and --connection")?;
    match &connection.plug {
        PlugRef::Name(other) if other != plug => Err(CliError::new(format!(
            "{kind} of account {} has the plug `{other}`, but this sender calls `{plug}`: choose another connection",
            account.id
        ))),
        _ => Ok((account, connection)),
    }
}

/// Returns the only item, or an error that lists the names of the items.
fn only<T>(named: Vec<(String, T)>, kind: &str, option: &str) -> Result<T, CliError> {
    let hint = select(option, &named);
    let mut items = named.into_iter().map(|(_, item)| item);
    match (items.next(), items.next()) {
        (Some(item), None) => Ok(item),
        (None, _) => {
            Err(CliError::new(format!("the configuration has no {kind}: add one, or use --to URL without --config")))
        }
        (Some(_), Some(_)) => Err(CliError::new(format!("the configuration has more than one {kind}: {hint}"))),
    }
}

/// Lists at most ten, since a configuration may have thousands.
fn select<T>(option: &str, named: &[(String, T)]) -> String {
    let more = if named.len() > 10 { ", …" } else { "" };
    let names: Vec<_> = named.iter().take(10).map(|(name, _)| name.as_str()).collect();
    format!("select one of {}{more} with {option}", names.join(", "))
}

fn address(text: &str) -> Result<Address, CliError> {
    let url = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none()
    });
    let mut to = url.ok_or_else(|| {
        CliError::new("--to takes an address such as `https://bridge.example.com/hubspot/54321/create-meeting`")
    })?;
    to.set_fragment(None);
    Ok(Address { signed: to.as_str().to_owned(), to })
}
