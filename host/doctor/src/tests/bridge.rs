//! A running bridge for the checks to call.

use std::net::SocketAddr;

use reqwest::Client;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::super::public_url;
use super::{APP, Doctor, Finding, SECRET, ServeLimits, TcpListener, config, plug, serve};
use cordboard::Bridge;
use cordboard::config::Config;

/// A running bridge and its addresses.
pub struct Running {
    pub at: SocketAddr,
    pub public_url: String,
    folder: TempDir,
    _bridge: Bridge,
}

impl Running {
    /// Starts a bridge with this `public-url`.
    pub async fn at(public_url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, public_url).await
    }

    /// Starts a bridge whose `public-url` is the address on which it listens.
    pub async fn unproxied() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let public_url = format!("http://{}", listener.local_addr().unwrap());
        Self::on(listener, &public_url).await
    }

    async fn on(listener: TcpListener, public_url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = listener.local_addr().unwrap();
        let text = text(at, public_url, APP, SECRET);
        let bridge = Bridge::start(&Config::parse(&text, folder.path(), &|_| None).unwrap()).await.unwrap();
        tokio::spawn(serve(listener, bridge.router(), ServeLimits::default(), std::future::pending()));
        Self { at, public_url: public_url.to_owned(), folder, _bridge: bridge }
    }

    /// Returns the bridge's configuration.
    pub fn config(&self) -> Config {
        self.other_config(APP, SECRET)
    }

    /// Returns the same configuration with another app or secret.
    pub fn other_config(&self, app: u64, secret: &str) -> Config {
        config(&text(self.at, &self.public_url, app, secret))
    }

    /// Counts the rows of all tables of the store.
    pub fn stored(&self) -> i64 {
        let file = self.folder.path().join("cordboard-data/cordboard.db");
        let store = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let mut tables = store.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
        let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(tables.iter().any(|table| table == "delivery"), "{tables:?}");
        let rows = |table| store.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0));
        tables.iter().map(|table| rows(table).unwrap()).sum()
    }
}

/// Returns a configuration with an app but no accounts.
pub fn text(listen: SocketAddr, public_url: &str, app: u64, secret: &str) -> String {
    format!(
        "listen = '{listen}'\nadmin-listen = '127.0.0.1:0'\npublic-url = '{public_url}'\n[app.{app}]\nplug = 'hubspot'\n\
         settings = {{ client-secret = '{secret}' }}\n"
    )
}

/// Checks the public address of the configuration's only app.
pub async fn looked_at(config: &Config, client: &Client) -> Vec<Finding> {
    let doctor = Doctor { config, options: String::new(), client: client.clone() };
    public_url::check(&doctor, config.app(None).unwrap(), plug("hubspot")).await
}
