//! A bridge that runs: configuration, store and listener are real, the port is a free one of this machine.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use cordboard::flow::{BridgeState, Limits};
use cordboard::ingress::{ServeLimits, serve};
use cordboard::lifecycle::Lifecycle;
use cordboard::plug::{self, Engine, Library, LibraryOptions};
use cordboard::store::{ConnectionId, EventFilter, Leftover, LeftoverFilter, Store, StoredEvent};
use cordboard::{Config, Options};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::store::TestStore;

/// The address that senders sign, whatever the port.
pub const PUBLIC_URL: &str = "https://bridge.example.com";

const CONFIG_FILE: &str = "cordboard.toml";
/// All bridges of a process share it, as those of a service may.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(&plug::Options::default()).expect("room for plugs"));

/// Until something is waited for in vain.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(15);

/// A folder with plugs and a store: what outlives a bridge.
pub struct Installation {
    folder: TempDir,
}

impl Installation {
    /// An empty one.
    #[expect(clippy::new_without_default, reason = "making a folder is no default")]
    pub fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder") }
    }

    /// Puts a file into it, for `plug = "./name"`.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.folder.path().join(name), bytes).expect("a file");
    }

    /// The folder of the store.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A configuration: `public-url` stands already.
    pub fn config(&self, text: &str) -> Config {
        Config::parse(&whole(text), self.folder.path(), &|_| None).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Writes a configuration where a bridge reads it anew; `public-url` stands already.
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

    /// Starts a bridge with limits of a test's own.
    pub async fn open_with(&self, config: &str, limits: Limits, serve_limits: ServeLimits) -> Bridge {
        self.start(config, limits, serve_limits, LibraryOptions::default()).await
    }

    /// Starts a bridge with a library of a test's own.
    pub async fn open_library(&self, config: &str, library: LibraryOptions) -> Bridge {
        self.start(config, Limits::default(), ServeLimits::default(), library).await
    }

    async fn start(&self, config: &str, limits: Limits, serve_limits: ServeLimits, library: LibraryOptions) -> Bridge {
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
            let limits = serve_limits.clone();
            let served = tokio::spawn(async move {
                let stopped = async { drop(stopped.await) };
                serve(listener, router, limits, stopped).await.expect("a listener");
            });
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let operators = listener.local_addr().expect("an address");
            [address, operators].into_iter().for_each(|own| running.listens_on(own));
            // It ends with the threads.
            tokio::spawn(serve(listener, running.operators(), serve_limits, std::future::pending()));
            (running, address, operators, served)
        });
        let (running, address, operators, served) = started.await.expect("a bridge");
        // What a start keeps is no test's doing.
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

/// A bridge that listens, on threads of its own.
pub struct Bridge {
    /// Where senders are listened to.
    pub address: SocketAddr,
    /// Where operators are listened to.
    pub operators: SocketAddr,
    /// What it keeps.
    pub store: Arc<TestStore>,
    pub(crate) data: PathBuf,
    running: Option<cordboard::Bridge>,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<()>>,
    threads: Option<Runtime>,
}

impl Bridge {
    /// What both flows work with.
    pub fn state(&self) -> &Arc<BridgeState> {
        self.running.as_ref().expect("a bridge that runs").state()
    }

    /// What replaces its plugs.
    pub fn lifecycle(&self) -> &Arc<Lifecycle> {
        self.running.as_ref().expect("a bridge that runs").lifecycle()
    }

    /// Its plugs.
    pub fn library(&self) -> &Library {
        self.running.as_ref().expect("a bridge that runs").library()
    }

    /// How often something came of a request, by the words of `/metrics`.
    pub fn count(&self, side: &str, result: &str) -> u64 {
        self.state().counters.count(side, result)
    }

    /// How often a connection's plug was called.
    pub fn calls(&self, connection: &ConnectionId) -> u64 {
        self.state().topology().connection(connection).expect("a connection").generation.plug.calls()
    }

    /// All events.
    pub async fn events(&self) -> Vec<StoredEvent> {
        self.store.events(&EventFilter { limit: 1000, ..EventFilter::default() }).await.expect("events")
    }

    /// What `status` shows.
    pub async fn leftovers(&self) -> Vec<Leftover> {
        self.store.leftovers(&LeftoverFilter::newest(1000)).await.expect("leftovers")
    }

    /// Waits until no operation is under way.
    pub async fn idle(&self) {
        self.idle_within(TIMEOUT).await;
    }

    /// Waits until the store knows of each answer whether it was acknowledged or lost, where one of the two is known.
    pub async fn marked(&self) {
        until("all is marked", || self.state().marking() == 0).await;
    }

    /// The same as [`Bridge::idle`], with more patience.
    pub async fn idle_within(&self, timeout: Duration) {
        until_within("no operation is under way", timeout, || self.state().in_flight() == 0).await;
    }

    /// Stops it as its operator would, and waits until the store is free for the next one.
    pub async fn close(mut self) {
        drop(self.stop.take());
        self.served.take().expect("a listener").await.expect("a listener that ends");
        self.running.take().expect("a bridge that runs").stop().await;
        self.crash().await;
    }

    /// Ends it wherever it is, as if the process had died, and waits until the store is free for the next one.
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

/// Waits until something holds that nothing tells of.
///
/// # Panics
/// Where it does not come to hold.
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
