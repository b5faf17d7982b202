//! Builds the configuration from parsed TOML and resolves the references in it.
//!
//! An invalid part adds a fault and is left out, and reading continues.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::str::FromStr;
use std::time::Duration;

use cordboard_core::{AccountId, AppId, InvalidId};

use super::connections::ConnectionLimits;
use super::entry::{Entry, Table};
use super::fault::Faults;
use super::key_path::KeyPath;
use super::limits::Limits;
use super::nearest::hint;
use super::plugs::PlugLimits;
use super::reference;
use super::source::Sources;
use super::{Account, App, Config, ConfigError, Connection, Outbound, PlugRef, Secret, Settings, Token, TokenHash};
use super::{host, name, public_url, value};

/// Builds the configuration, or returns all faults.
pub(super) fn config(values: &toml::Table, sources: &Sources<'_>) -> Result<Config, ConfigError> {
    let mut reader = Reader {
        sources,
        faults: Faults::default(),
        apps: BTreeSet::new(),
        accounts: BTreeSet::new(),
        account_names: BTreeMap::new(),
        ingest_keys: BTreeMap::new(),
        limits: Limits::default(),
        token_hashes: BTreeMap::new(),
    };
    let config = reader.config(values);
    reader.faults.or(config)
}

/// State shared while reading: faults so far, and names and keys that must be unique.
struct Reader<'a> {
    sources: &'a Sources<'a>,
    faults: Faults,
    /// Ids of all apps, including those with faults.
    apps: BTreeSet<AppId>,
    /// Ids of all accounts, including those with faults.
    accounts: BTreeSet<AccountId>,
    /// Locations of account names.
    account_names: BTreeMap<String, KeyPath>,
    /// Locations of ingest keys.
    ingest_keys: BTreeMap<String, KeyPath>,
    /// Top-level limits, the default of every account.
    limits: Limits,
    /// Locations of token hashes.
    token_hashes: BTreeMap<String, KeyPath>,
}

impl Reader<'_> {
    fn config(&mut self, values: &toml::Table) -> Option<Config> {
        let top = Table::of(KeyPath::default(), values, &reference::TOP, &mut self.faults);
        let listen = self.address(&top, "listen", 8080);
        let admin_listen = self.address(&top, "admin-listen", 8081);
        if listen.is_some_and(|address| address.port() != 0) && listen == admin_listen {
            self.faults.add(&top.path.key("admin-listen"), "must not equal `listen`: choose another port");
        }
        let faults = &mut self.faults;
        let public_url = top.need("public-url", faults).and_then(|entry| entry.parsed(public_url::parse, faults));
        let data_dir = top.read_or("data-dir", "cordboard-data", faults, |entry, faults| {
            entry.parsed(
                |text| if text.trim().is_empty() { Err("must not be blank: set a directory") } else { Ok(text) },
                faults,
            )
        });
        let deadline = top.integer_or("deadline-ms", 4500, 100..=60_000, faults);
        let body_limit = top.integer_or("body-limit-bytes", 1024 * 1024, 1024..=8 * 1024 * 1024, faults);
        let crm_body_limit = top.integer_or("crm-body-limit-bytes", 64 * 1024, 1024..=8 * 1024 * 1024, faults);
        let connections = ConnectionLimits::read(&top, faults);
        let retention_days: Option<u64> = top.integer_or("retention-days", 90, 1..=3650, faults);
        let plugs = PlugLimits::read(&top, faults);
        let limits = Limits::read(&top, Limits::default(), faults);
        self.limits = limits.unwrap_or_default();
        let apps: Vec<(AppId, _)> = self.by_id(&top, "app");
        self.apps = apps.iter().map(|(id, _)| id.clone()).collect();
        let apps = apps.into_iter().filter_map(|(id, entry)| Some((id.clone(), self.app(id, &entry)?))).collect();
        let accounts: Vec<(AccountId, _)> = self.by_id(&top, "account");
        self.accounts = accounts.iter().map(|(id, _)| id.clone()).collect();
        let tokens = self.tokens(&top);
        let accounts =
            accounts.into_iter().filter_map(|(id, entry)| Some((id.clone(), self.account(id, &entry)?))).collect();

        limits?;
        Some(Config {
            listen: listen?,
            admin_listen: admin_listen?,
            public_url: public_url?,
            data_dir: self.sources.base.join(data_dir?),
            deadline: Duration::from_millis(deadline?),
            body_limit: body_limit?,
            crm_body_limit: crm_body_limit?,
            connections: connections?,
            retention_period: Duration::from_secs(retention_days? * 24 * 60 * 60),
            plugs: plugs?,
            tokens: tokens?,
            apps,
            accounts,
        })
    }

    /// Reads the tokens of the admin API.
    fn tokens(&mut self, top: &Table<'_>) -> Option<BTreeMap<String, Token>> {
        let Some(entry) = top.find("admin") else { return Some(BTreeMap::new()) };
        let admin = Table::open(&entry, &reference::ADMIN, &mut self.faults)?;
        let entries = admin.find("token").and_then(|entry| entry.entries(&mut self.faults)).unwrap_or_default();
        let tokens = entries.into_iter();
        Some(tokens.filter_map(|(name, entry)| Some((name.to_owned(), self.token(name, &entry)?))).collect())
    }

    fn token(&mut self, name: &str, entry: &Entry<'_>) -> Option<Token> {
        if let Err(error) = name::name(name) {
            self.faults.add(&entry.path, error.to_string());
        }
        let table = Table::open(entry, &reference::TOKEN, &mut self.faults)?;
        let accounts = &self.accounts;
        let account = table.read_or("account", None, &mut self.faults, |entry, faults| {
            Some(Some(existing(entry, "account", accounts, faults)?))
        });
        let is_for_all = table.find("account").is_none();
        let push = table.read_or("push", is_for_all, &mut self.faults, Entry::boolean);
        let entry = table.need("sha256", &mut self.faults)?;
        let hash = entry.parsed(TokenHash::parse, &mut self.faults)?;
        unique(&mut self.token_hashes, &hash.written(), &entry.path, &mut self.faults)?;
        Some(Token { name: name.to_owned(), hash, account: account?, push: push? })
    }

    fn app(&mut self, id: AppId, entry: &Entry<'_>) -> Option<App> {
        let table = Table::open(entry, &reference::APP, &mut self.faults)?;
        let plug = self.plug(&table);
        let settings = self.settings(&table);
        let accept_signatures = self.accept_signatures(&table);
        let outbound = self.outbound(&table);
        Some(App { id, plug: plug?, settings, accept_signatures: accept_signatures?, outbound: outbound? })
    }

    fn account(&mut self, id: AccountId, entry: &Entry<'_>) -> Option<Account> {
        let table = Table::open(entry, &reference::ACCOUNT, &mut self.faults)?;
        let name = self.account_name(&id, &table);
        let faults = &mut self.faults;
        let app = table.need("app", faults).and_then(|entry| existing(&entry, "app", &self.apps, faults));
        let connections =
            table.find("connection").and_then(|entry| entry.entries(&mut self.faults)).unwrap_or_default();
        let names: Vec<&str> = connections.keys().copied().collect();
        let conferencing = self.one_of(&table, "conferencing", &names);
        let telephony = self.one_of(&table, "telephony", &names);
        let delete_unacknowledged = table.read_or("delete-unacknowledged", false, &mut self.faults, Entry::boolean);
        let limits = Limits::read(&table, self.limits, &mut self.faults);
        let connections = connections
            .into_iter()
            .filter_map(|(name, entry)| Some((name.to_owned(), self.connection(name, &entry)?)))
            .collect();
        Some(Account {
            id,
            name: name?,
            app: app?,
            conferencing: conferencing?,
            telephony: telephony?,
            delete_unacknowledged: delete_unacknowledged?,
            limits: limits?.into(),
            connections,
        })
    }

    fn connection(&mut self, name: &str, entry: &Entry<'_>) -> Option<Connection> {
        if let Err(error) = name::name(name) {
            self.faults.add(&entry.path, error.to_string());
        }
        let table = Table::open(entry, &reference::CONNECTION, &mut self.faults)?;
        let plug = self.plug(&table);
        let ingest_key = match table.find("ingest-key") {
            Some(entry) => self.ingest_key(&entry).map(Some),
            None => Some(None),
        };
        let settings = self.settings(&table);
        let accept_signatures = self.accept_signatures(&table);
        let outbound = self.outbound(&table);
        Some(Connection {
            name: name.to_owned(),
            plug: plug?,
            ingest_key: ingest_key?,
            settings,
            accept_signatures: accept_signatures?,
            outbound: outbound?,
        })
    }

    fn outbound(&mut self, table: &Table<'_>) -> Option<Outbound> {
        let Some(entry) = table.find("outbound") else { return Some(Outbound::default()) };
        let table = Table::open(&entry, &reference::OUTBOUND, &mut self.faults)?;
        let faults = &mut self.faults;
        let allow = table.read_or("allow", Vec::new(), faults, |entry, faults| {
            Some(entry.items(faults)?.iter().filter_map(|item| item.parsed(host::parse, faults)).collect())
        });
        let allow_private = table.read_or("allow-private", false, faults, Entry::boolean);
        // The plug's author declares hosts, but the operator decides which private ones it may reach.
        if allow_private == Some(true) && table.find("allow").is_none() {
            let sentence = "requires `allow`: list each private host that the plug may call, with its port, such as \
                            `allow = [\"127.0.0.1:8090\"]`";
            faults.add(&table.path.key("allow-private"), sentence);
            return None;
        }
        Some(Outbound { allow: allow?, allow_private: allow_private? })
    }

    /// Returns the tables under a key with their ids.
    fn by_id<'t, T: FromStr<Err = InvalidId>>(&mut self, top: &Table<'t>, key: &str) -> Vec<(T, Entry<'t>)> {
        let entries = top.find(key).and_then(|entry| entry.entries(&mut self.faults)).unwrap_or_default();
        let mut by_id = Vec::new();
        for (key, entry) in entries {
            match key.parse::<T>() {
                Ok(id) => by_id.push((id, entry)),
                Err(error) => self.faults.add(&entry.path, error.to_string()),
            }
        }
        by_id
    }

    fn address(&mut self, table: &Table<'_>, key: &str, default_port: u16) -> Option<SocketAddr> {
        let default = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, default_port));
        table.read_or(key, default, &mut self.faults, |entry, faults| {
            let sentence = "must be an IP address and a port, such as `127.0.0.1:8080` or `[::]:8080`";
            entry.parsed(|text| text.parse().map_err(|_| sentence), faults)
        })
    }

    fn plug(&mut self, table: &Table<'_>) -> Option<PlugRef> {
        let base = self.sources.base;
        let faults = &mut self.faults;
        table.need("plug", faults)?.parsed(|text| PlugRef::parse(text, base), faults)
    }

    fn settings(&mut self, table: &Table<'_>) -> Settings {
        match table.find("settings") {
            Some(entry) => value::settings(&entry, self.sources, &mut self.faults),
            None => Settings::default(),
        }
    }

    /// Returns the names of accepted signature schemes, or `Some(None)` if the key is missing.
    fn accept_signatures(&mut self, table: &Table<'_>) -> Option<Option<Vec<String>>> {
        table.read_or("accept-signatures", None, &mut self.faults, |entry, faults| {
            let names = entry.items(faults)?;
            Some(Some(names.iter().filter_map(|name| name.text(faults).map(str::to_owned)).collect()))
        })
    }

    /// Returns the account's name, which must be unique, and neither be nor look like the id of another account.
    fn account_name(&mut self, id: &AccountId, table: &Table<'_>) -> Option<String> {
        let path = table.path.key("name");
        let own = id.to_string();
        let name = match table.find("name") {
            Some(entry) => entry.parsed(name::name, &mut self.faults)?.to_owned(),
            None => own.clone(),
        };
        let is_id = |name: &str| name.parse::<AccountId>().is_ok_and(|id| self.accounts.contains(&id));
        if name != own && (name.bytes().all(|byte| byte.is_ascii_digit()) || is_id(&name)) {
            self.faults.add(&path, "looks like the id of another account: add a letter");
            return None;
        }
        unique(&mut self.account_names, &name, &path, &mut self.faults)?;
        Some(name)
    }

    /// Returns the name of one of the account's connections, or `Some(None)` if the key is missing.
    fn one_of(&mut self, table: &Table<'_>, key: &str, connections: &[&str]) -> Option<Option<String>> {
        let Some(entry) = table.find(key) else { return Some(None) };
        let name = entry.text(&mut self.faults)?;
        if connections.contains(&name) {
            return Some(Some(name.to_owned()));
        }
        let hint = match connections {
            [] => format!("add it as `[{}.connection.NAME]`", table.path),
            _ => hint(name, connections.iter().copied()),
        };
        self.faults.add(&entry.path, format!("the account has no such connection: {hint}"));
        None
    }

    /// Returns an ingest key, which must be unique among connections.
    fn ingest_key(&mut self, entry: &Entry<'_>) -> Option<Secret> {
        let key = value::secret(entry, self.sources, &mut self.faults)?;
        name::ingest_key(key.expose()).map_err(|why| self.faults.add(&entry.path, why)).ok()?;
        unique(&mut self.ingest_keys, key.expose(), &entry.path, &mut self.faults)?;
        Some(key)
    }
}

/// Records the location of a text, which must not have another one.
fn unique(locations: &mut BTreeMap<String, KeyPath>, text: &str, path: &KeyPath, faults: &mut Faults) -> Option<()> {
    if let Some(first) = locations.get(text) {
        faults.add(path, format!("duplicates `{first}`: change one of them"));
        return None;
    }
    locations.insert(text.to_owned(), path.clone());
    Some(())
}

/// Returns the id of an existing app or account. Faults quote it only if it is a number; any other text may be a
/// misplaced secret.
fn existing<T: FromStr<Err = InvalidId> + Ord + ToString>(
    entry: &Entry<'_>,
    key: &str,
    ids: &BTreeSet<T>,
    faults: &mut Faults,
) -> Option<T> {
    let id: T = entry.id(faults)?;
    if ids.contains(&id) {
        return Some(id);
    }
    let text = id.to_string();
    let shown = if text.bytes().all(|byte| byte.is_ascii_digit()) { text.as_str() } else { "ID" };
    faults.add(&entry.path, format!("unknown {key}: add `[{key}.{shown}]`, or use another id"));
    None
}
