//! The configuration: `cordboard.toml`, parsed, resolved and checked.
//!
//! text → [`Config::parse`], which needs no plug and reports every fault at once → [`check()`], which holds the result
//! against the descriptions of the plugs. No fault repeats a value: it may be a secret that stands in the wrong place.
//!
//! Every key is in one table, [`reference()`], from which unknown keys are known and `CONFIGURATION.md` is made.

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

use url::Url;

pub use check::{Described, Report, check, check_one};
pub use connections::ConnectionLimits;
pub use fault::{ConfigError, Fault};
pub use limits::AccountLimits;
pub(crate) use limits::BURST_SECONDS;
pub use nearest::nearest;
pub use plug_ref::PlugRef;
pub use plugs::PlugLimits;
pub use reference::reference;
pub use secret::{Secret, Settings};
pub use source::is_variable;
pub use token::{Token, TokenHash};

/// A configuration with room for thousands of accounts; what is longer is not one.
const MAX_FILE_LEN: u64 = 16 * 1024 * 1024;

/// All that an operator configures.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where senders are listened to.
    pub listen: SocketAddr,
    /// Where the operator is listened to.
    pub admin_listen: SocketAddr,
    /// The address that senders call and sign: http or https, with no query, fragment or user.
    pub public_url: Url,
    /// Where the store is kept.
    pub data_dir: PathBuf,
    /// How long an operation may take before its caller is answered.
    pub deadline: Duration,
    /// How many bytes the body of a provider's request may have.
    pub body_limit: usize,
    /// How many bytes the body of a request of the CRM may have.
    pub crm_body_limit: usize,
    /// How many connections senders may have.
    pub connections: ConnectionLimits,
    /// For how long deliveries, events and what is over are kept.
    pub retention_period: Duration,
    /// How much pushed plugs may take of the host.
    pub plugs: PlugLimits,
    /// Who may change the bridge by its admin API, by name.
    pub tokens: BTreeMap<String, Token>,
    /// By the CRM's number of the app.
    pub apps: BTreeMap<u64, App>,
    /// By the CRM's number of the account.
    pub accounts: BTreeMap<u64, Account>,
}

/// An app at the CRM: one plug and one set of addresses for all its accounts.
#[derive(Clone, Debug)]
pub struct App {
    /// The CRM's number of the app.
    pub id: u64,
    /// The CRM's plug.
    pub plug: PlugRef,
    /// The plug's settings.
    pub settings: Settings,
    /// Names of the signatures to take; none: all that the plug describes.
    pub accept_signatures: Option<Vec<String>>,
    /// Where the plug's requests may go.
    pub outbound: Outbound,
}

/// A tenant of the CRM.
#[derive(Clone, Debug)]
pub struct Account {
    /// The CRM's number of the account.
    pub id: u64,
    /// What people call it: safe in addresses and on terminals, and no other account's.
    pub name: String,
    /// The app that it installed; one of [`Config::apps`].
    pub app: u64,
    /// The connection that makes conferences; one of its own.
    pub conferencing: Option<String>,
    /// The connection that knows telephone numbers; one of its own.
    pub telephony: Option<String>,
    /// Whether a conference whose caller is gone is taken back.
    pub delete_unacknowledged: bool,
    /// How much it may ask for.
    pub limits: AccountLimits,
    /// By name.
    pub connections: BTreeMap<String, Connection>,
}

/// A plug with settings, for one account.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Its name within the account, safe in addresses and on terminals.
    pub name: String,
    /// Its plug.
    pub plug: PlugRef,
    /// The unguessable part of the address that its provider calls, no other connection's; none: to be made.
    pub ingest_key: Option<Secret>,
    /// The plug's settings.
    pub settings: Settings,
    /// Names of the signatures to take; none: all that the plug describes.
    pub accept_signatures: Option<Vec<String>>,
    /// Where the plug's requests may go.
    pub outbound: Outbound,
}

/// Where the requests of a plug may go.
#[derive(Clone, Debug, Default)]
pub struct Outbound {
    /// The only hosts that may be called of those that the plug declares; empty: all of them. As `host[:port]`, in
    /// lower case, with no port where it is 443.
    pub allow: Vec<String>,
    /// Whether these may be private addresses, and be called by plain http.
    pub allow_private: bool,
}

impl Config {
    /// The plugs that it names: those of apps, then those of connections.
    pub fn plugs(&self) -> impl Iterator<Item = &PlugRef> {
        let apps = self.apps.values().map(|app| &app.plug);
        let connections = self.accounts.values().flat_map(|account| account.connections.values());
        apps.chain(connections.map(|connection| &connection.plug))
    }

    /// Reads the configuration from a file. What it names relatively is looked for in the folder of the file.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = source::read(path, MAX_FILE_LEN)
            .map_err(|sentence| ConfigError::one(path.display().to_string().escape_debug().to_string(), sentence))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&text, folder, &|name| std::env::var(name).ok())
    }

    /// Reads the configuration from a text. `base` is the folder of what is named relatively, `env` knows the
    /// environment.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(text: &str, base: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let table = text.parse::<toml::Table>().map_err(|error| ConfigError::syntax(text, &error))?;
        read::config(&table, &source::Sources { base, env })
    }

    /// The public address without a slash at its end, for `{base}/in/…` and the like.
    pub fn public_base(&self) -> &str {
        self.public_url.as_str().trim_end_matches('/')
    }

    /// The address at which this machine reaches what listens on `listen`, without a slash at its end.
    pub fn local_base(&self) -> String {
        local(self.listen)
    }

    /// The same for what listens on `admin-listen`.
    pub fn admin_base(&self) -> String {
        local(self.admin_listen)
    }

    /// The app with this number; without one, the only app.
    ///
    /// # Errors
    /// A sentence, where there is no such app, or more than one.
    pub fn app(&self, id: Option<u64>) -> Result<&App, String> {
        let known =
            || nearest::listed(self.apps.keys().map(u64::to_string).collect::<Vec<_>>().iter().map(String::as_str));
        let mut apps = self.apps.values();
        match (id, apps.next(), apps.next()) {
            (_, None, _) => Err("the configuration has no app: add one as `[app.ID]`".to_owned()),
            (Some(id), ..) => self
                .apps
                .get(&id)
                .ok_or_else(|| format!("the configuration has no app {id}: name one of {}, or add it", known())),
            (None, Some(only), None) => Ok(only),
            (None, ..) => Err(format!("the configuration has several apps: name one of {}", known())),
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
