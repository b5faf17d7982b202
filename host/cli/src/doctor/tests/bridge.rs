//! A bridge that runs, for the doctor to call.

use std::net::SocketAddr;

use reqwest::Client;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::super::public_url;
use super::{APP, Finding, SECRET, ServeLimits, TcpListener, commands, config, plug, serve};
use cordboard::bridge::Bridge;
use cordboard::config::Config;

/// A bridge, and the address on which it listens.
pub struct Running {
    pub at: SocketAddr,
    pub public_url: String,
    folder: TempDir,
    _bridge: Bridge,
}

impl Running {
    /// One that is served; it takes `public_url` for its own address.
    pub async fn at(public_url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, public_url).await
    }

    /// The same whose address is the one on which it listens.
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

    /// The configuration with which it runs.
    pub fn config(&self) -> Config {
        self.other_config(APP, SECRET)
    }

    /// The same but for the app.
    pub fn other_config(&self, app: u64, secret: &str) -> Config {
        config(&text(self.at, &self.public_url, app, secret))
    }

    /// How many rows its store has, of any kind.
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

/// A configuration with an app that nobody has installed.
pub fn text(listen: SocketAddr, public_url: &str, app: u64, secret: &str) -> String {
    format!(
        "listen = '{listen}'\nadmin-listen = '127.0.0.1:0'\npublic-url = '{public_url}'\n[app.{app}]\nplug = 'hubspot'\n\
         settings = {{ client-secret = '{secret}' }}\n"
    )
}

/// What the doctor finds of a configuration's only app.
pub async fn looked_at(config: &Config, client: &Client) -> Vec<Finding> {
    public_url::examine(config, config.app(None).unwrap(), plug("hubspot"), commands(config), client).await
}
