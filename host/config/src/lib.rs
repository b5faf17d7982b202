//! Parses, resolves and checks the configuration file, `cordboard.toml`. This crate must not depend on any crate of the
//! workspace but `cordboard-core-host`: it knows plugs by their descriptions only.
//!
//! [`Config::parse`] needs no plug and reports all faults at once. [`check()`] then compares the configuration with the
//! descriptions of its plugs. Faults never quote a value, since it may be a misplaced secret.
//!
//! [`reference()`] documents every key in one table, which also serves to detect unknown keys and to generate
//! `CONFIGURATION.md`.

mod check;
mod connections;
mod entry;
mod fault;
mod host;
mod key_path;
mod limits;
mod name;
mod nearest;
mod plug_ref;
mod plugs;
mod public_url;
mod read;
mod reference;
mod secret;
mod source;
mod token;
mod value;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use cordboard_core::{AccountId, AppId};
use url::Url;

pub use check::{Described, Report, check, check_app, check_connection};
pub use connections::ConnectionLimits;
pub use fault::{AppError, ConfigError, Fault};
pub use limits::{AccountLimits, BURST_SECONDS};
pub use name::NameError;
pub use nearest::nearest;
pub use plug_ref::PlugRef;
pub use plugs::PlugLimits;
pub use reference::reference;
pub use secret::{Secret, Settings};
pub use source::is_variable;
pub use token::{Token, TokenHash};

/// Maximum size of the file, in bytes. It leaves room for thousands of accounts.
const MAX_FILE_LEN: u64 = 16 * 1024 * 1024;

/// The configuration of a bridge.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address of the listener for the CRM and providers.
    pub listen: SocketAddr,
    /// Address of the listener for operators.
    pub admin_listen: SocketAddr,
    /// Base URL that senders call and sign: http or https, without query, fragment or credentials.
    pub public_url: Url,
    /// Directory of the store, pushed plugs and the host key.
    pub data_dir: PathBuf,
    /// Time limit for answering a request.
    pub deadline: Duration,
    /// Maximum size of a provider's request body, in bytes.
    pub body_limit: usize,
    /// Maximum size of a CRM request body, in bytes.
    pub crm_body_limit: usize,
    /// Limits on connections to `listen`.
    pub connections: ConnectionLimits,
    /// How long webhook requests, events, and finished or acknowledged records are kept.
    pub retention_period: Duration,
    /// Limits on pushed plugs.
    pub plugs: PlugLimits,
    /// Admin API tokens by name.
    pub tokens: BTreeMap<String, Token>,
    /// CRM apps by id.
    pub apps: BTreeMap<AppId, App>,
    /// CRM accounts by id.
    pub accounts: BTreeMap<AccountId, Account>,
}

/// An app at the CRM. All accounts that installed it share its plug and its URLs.
#[derive(Clone, Debug)]
pub struct App {
    /// The app's id at the CRM.
    pub id: AppId,
    /// The CRM plug.
    pub plug: PlugRef,
    /// The plug's settings.
    pub settings: Settings,
    /// Names of the signature schemes to accept; `None` accepts all that the plug describes.
    pub accept_signatures: Option<Vec<String>>,
    /// Hosts that the plug may call.
    pub outbound: Outbound,
}

/// A CRM account: a tenant of the bridge.
#[derive(Clone, Debug)]
pub struct Account {
    /// The account's id at the CRM.
    pub id: AccountId,
    /// Unique display name, safe in URLs and on terminals.
    pub name: String,
    /// Id of the app that the account installed: a key of [`Config::apps`].
    pub app: AppId,
    /// Name of the connection that creates conferences.
    pub conferencing: Option<String>,
    /// Name of the connection that lists telephone numbers.
    pub telephony: Option<String>,
    /// Whether to delete a conference once it is certain that nobody received its link.
    pub delete_unacknowledged: bool,
    /// Limits on requests and stored data.
    pub limits: AccountLimits,
    /// Connections by name.
    pub connections: BTreeMap<String, Connection>,
}

/// A plug with its settings, for one account.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Name, unique within the account; safe in URLs and on terminals.
    pub name: String,
    /// The plug.
    pub plug: PlugRef,
    /// Unguessable part of the URL that the provider calls, unique among connections; `None` to generate one.
    pub ingest_key: Option<Secret>,
    /// The plug's settings.
    pub settings: Settings,
    /// Names of the signature schemes to accept; `None` accepts all that the plug describes.
    pub accept_signatures: Option<Vec<String>>,
    /// Hosts that the plug may call.
    pub outbound: Outbound,
}

/// The hosts that a plug may call.
#[derive(Clone, Debug, Default)]
pub struct Outbound {
    /// The only declared hosts that the plug may call, as `host[:port]`, in lower case and without port 443. If empty,
    /// the plug may call all hosts that it declares.
    pub allow: Vec<String>,
    /// Whether these hosts may have private addresses and be called over plain HTTP.
    pub allow_private: bool,
}

impl Config {
    /// Iterates over the plugs that the configuration names: first those of apps, then those of connections.
    pub fn plugs(&self) -> impl Iterator<Item = &PlugRef> {
        let apps = self.apps.values().map(|app| &app.plug);
        let connections = self.accounts.values().flat_map(|account| account.connections.values());
        apps.chain(connections.map(|connection| &connection.plug))
    }

    /// Reads the configuration from a file. Relative paths in it are resolved against the file's directory.
    ///
    /// # Errors
    /// Returns all faults if the file cannot be read or is not a valid configuration.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = source::read(path, MAX_FILE_LEN)
            .map_err(|why| ConfigError::one(path.display().to_string().escape_debug().to_string(), why))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&text, folder, &|name| std::env::var(name).ok())
    }

    /// Parses the configuration. Resolves relative paths against `base`, and environment variables with `env`.
    ///
    /// # Errors
    /// Returns all faults if the text is not a valid configuration.
    pub fn parse(text: &str, base: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let table = text.parse::<toml::Table>().map_err(|error| ConfigError::syntax(text, &error))?;
        read::config(&table, &source::Sources { base, env })
    }

    /// Returns the public URL without a trailing slash, as the base of `{base}/in/…`.
    pub fn public_base(&self) -> &str {
        self.public_url.as_str().trim_end_matches('/')
    }

    /// Returns the URL at which this machine reaches `listen`, without a trailing slash.
    pub fn local_base(&self) -> String {
        local(self.listen)
    }

    /// Returns the URL at which this machine reaches `admin-listen`, without a trailing slash.
    pub fn admin_base(&self) -> String {
        local(self.admin_listen)
    }

    /// Returns the app with this id, or the only app if `id` is `None`.
    ///
    /// # Errors
    /// Fails if there is no such app, or several to choose from.
    pub fn app(&self, id: Option<&AppId>) -> Result<&App, AppError> {
        let known = || nearest::listed(self.apps.keys().map(AppId::as_str));
        let mut apps = self.apps.values();
        match (id, apps.next(), apps.next()) {
            (_, None, _) => Err(AppError::None),
            (Some(id), ..) => self.apps.get(id).ok_or_else(|| AppError::Unknown { id: id.clone(), known: known() }),
            (None, Some(only), None) => Ok(only),
            (None, ..) => Err(AppError::Several(known())),
        }
    }
}

fn local(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}
