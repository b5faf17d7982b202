//! Runs a bridge with a real configuration, store and listener, on a free port of this machine.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cordboard::flow::Limits;
use cordboard::lifecycle::Lifecycle;
use cordboard::plug::{Library, LibraryOptions};
use cordboard::server::{ServeLimits, serve};
use cordboard::store::{ConnectionId, EventFilter, Leftover, LeftoverFilter, Store, StoredEvent};
use cordboard::{Config, Options};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::compiled::{self, ENGINE};
use crate::store::TestStore;

/// The address that senders sign, regardless of the port.
pub const PUBLIC_URL: &str = "https://bridge.example.com";

const CONFIG_FILE: &str = "cordboard.toml";

/// The time limit for all waits.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(15);

/// A folder with plugs and a store, which outlives a bridge.
pub struct Installation {
    folder: TempDir,
}

impl Installation {
    /// Creates an empty folder.
    #[expect(clippy::new_without_default, reason = "making a folder is no default")]
    pub fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder") }
    }

    /// Writes a file into the folder, for `plug = "./name"`.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.folder.path().join(name), bytes).expect("a file");
    }

    /// The folder of the store.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Parses a configuration, to which `public-url` is added.
    pub fn config(&self, text: &str) -> Config {
        Config::parse(&whole(text), self.folder.path(), &|_| None).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Writes the configuration file that a bridge reloads. `public-url` is added.
    pub fn configure(&self, text: &str) {
        self.put(CONFIG_FILE, whole(text).as_bytes());
    }

    /// The file of the configuration.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join(CONFIG_FILE)
    }

    /// Starts a bridge.
    pub async fn open(&self, config: &str) -> Bridge {
        self.open_with(config, Limits::default(), ServeLimits::default()).await
    }

    /// Starts a bridge with these limits. `serve_limits` are those of the listener for senders.
    pub async fn open_with(&self, config: &str, limits: Limits, serve_limits: ServeLimits) -> Bridge {
        self.start(config, limits, serve_limits, LibraryOptions::default()).await
    }

    /// Starts a bridge with these library options.
    pub async fn open_library(&self, config: &str, library: LibraryOptions) -> Bridge {
        self.start(config, Limits::default(), ServeLimits::default(), library).await
    }

    async fn start(&self, config: &str, limits: Limits, serve_limits: ServeLimits, library: LibraryOptions) -> Bridge {
        compiled::prepare(&self.data(), config);
        let store = TestStore::open(&self.data());
        self.configure(config);
        let options = Options {
            store: Some(store.clone()),
            limits: Some(limits),
            config_file: Some(self.file()),
            engine: Some(ENGINE.clone()),
            library: LibraryOptions { self_test: Some(cordboard_conformance::self_test), ..library },
            ..Options::default()
        };
        let config = self.config(config);
        let threads = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
        let (stop, stopped) = oneshot::channel();
        let started = threads.spawn(async move {
            let running = cordboard::Bridge::start_with(&config, options).await;
            let running = running.unwrap_or_else(|error| panic!("{error}"));
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            let router = running.router();
            let served = tokio::spawn(async move {
                let stopped = async { drop(stopped.await) };
                serve(listener, router, serve_limits, stopped).await.expect("a listener");
            });
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let operators = listener.local_addr().expect("an address");
            [address, operators].into_iter().for_each(|own| running.listens_on(own));
            // It ends with the threads.
            tokio::spawn(serve(listener, running.operators(), ServeLimits::default(), std::future::pending()));
            (running, address, operators, served)
        });
        let (running, address, operators, served) = started.await.expect("a bridge");
        // Tests look only at what is committed after the start.
        drop(store.committed());
        Bridge {
            address,
            operators,
            store,
            data: self.data(),
            running: Some(running),
            stop: Some(stop),
            served: Some(served),
            threads: Some(threads),
        }
    }
}

/// A listening bridge, on its own threads.
pub struct Bridge {
    /// The address for senders.
    pub address: SocketAddr,
    /// The address for operators.
    pub operators: SocketAddr,
    /// The store.
    pub store: Arc<TestStore>,
    pub(crate) data: PathBuf,
    running: Option<cordboard::Bridge>,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<()>>,
    threads: Option<Runtime>,
}

impl Bridge {
    /// Returns the running bridge.
    pub fn running(&self) -> &cordboard::Bridge {
        self.running.as_ref().expect("a bridge that runs")
    }

    /// Returns the lifecycle, which replaces plugs.
    pub fn lifecycle(&self) -> &Arc<Lifecycle> {
        self.running().lifecycle()
    }

    /// Returns the library of plugs.
    pub fn library(&self) -> &Library {
        self.running().library()
    }

    /// Returns how often requests had a result, by the labels of `/metrics`.
    pub fn count(&self, side: &str, result: &str) -> u64 {
        self.running().counters().count(side, result)
    }

    /// Returns how often a connection's plug was called.
    pub fn calls(&self, connection: &ConnectionId) -> u64 {
        self.running().topology().connection(connection).expect("a connection").generation.plug.calls()
    }

    /// Returns all events.
    pub async fn events(&self) -> Vec<StoredEvent> {
        self.store.events(&EventFilter { limit: 1000, ..EventFilter::default() }).await.expect("events")
    }

    /// Returns the leftovers that `status` shows.
    pub async fn leftovers(&self) -> Vec<Leftover> {
        self.store.leftovers(&LeftoverFilter::newest(1000)).await.expect("leftovers")
    }

    /// Waits until no operation is in progress.
    pub async fn idle(&self) {
        self.idle_within(TIMEOUT).await;
    }

    /// Waits until every answer that was acknowledged or lost is recorded as such.
    pub async fn marked(&self) {
        until("all is marked", || self.running().commands().marking() == 0).await;
    }

    /// The same as [`Bridge::idle`], with another time limit.
    pub async fn idle_within(&self, timeout: Duration) {
        until_within("no operation is under way", timeout, || self.running().commands().in_flight() == 0).await;
    }

    /// Stops the bridge as its operator would, and waits until another one can open the store.
    pub async fn close(mut self) {
        drop(self.stop.take());
        self.served.take().expect("a listener").await.expect("a listener that ends");
        self.running.take().expect("a bridge that runs").stop().await;
        self.crash().await;
    }

    /// Ends the bridge abruptly, as if the process had died, and waits until another one can open the store.
    pub async fn crash(mut self) {
        let open = self.store.open_until();
        self.end();
        drop(self);
        until("the store is closed", || open.strong_count() == 0).await;
    }

    fn end(&mut self) {
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.end();
    }
}

fn whole(text: &str) -> String {
    format!("public-url = \"{PUBLIC_URL}\"\ndata-dir = \"data\"\n{text}")
}

/// A connection's id.
pub fn connection(account: u64, name: &str) -> ConnectionId {
    ConnectionId::new(account, name)
}

/// Polls until a condition holds.
///
/// # Panics
/// Panics if the condition does not hold in time.
pub async fn until(what: &str, holds: impl Fn() -> bool) {
    until_within(what, TIMEOUT, holds).await;
}

async fn until_within(what: &str, timeout: Duration, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < timeout, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
