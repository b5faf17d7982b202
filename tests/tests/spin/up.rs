//! Runs the gateways with `spin up`, if Spin is installed.

use std::ffi::OsString;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use cordboard_tests::hubspot::ACCOUNT;
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::spin::{older, reported_events, root, variables};
use serde_json::Value;
use tempfile::TempDir;

use crate::hostile::{self, HOSTILE_ACCOUNT, OTHER_HOSTILE_ACCOUNT};

/// The time limit for the start, which compiles all components.
const START_TIMEOUT: Duration = Duration::from_secs(180);
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// A Spin process with its own store, which stops when it is dropped.
pub struct Up {
    address: SocketAddr,
    state: TempDir,
    command: Vec<OsString>,
    variables: Vec<(String, String)>,
    process: Mutex<Child>,
}

impl Up {
    /// Starts Spin with the configuration of the shared scenarios.
    pub async fn start(provider: &Provider) -> Self {
        Self::start_with(&root().join("spin.toml"), &variables(provider), &[]).await
    }

    /// Starts another application, with other options.
    pub async fn start_with(manifest: &Path, variables: &[(String, String)], options: &[&str]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let state = TempDir::new().unwrap();
        let mut command: Vec<OsString> = vec!["up".into(), "--from".into(), manifest.into(), "--quiet".into()];
        command.extend(["--listen".into(), address.to_string().into(), "--state-dir".into(), state.path().into()]);
        command.extend(options.iter().map(Into::into));
        let process = Mutex::new(launch(&command, variables, address).await);
        Self { address, state, command, variables: variables.to_vec(), process }
    }
}

async fn launch(command: &[OsString], variables: &[(String, String)], address: SocketAddr) -> Child {
    let mut spin = Command::new("spin");
    spin.args(command);
    for (name, value) in variables {
        spin.env(format!("SPIN_VARIABLE_{}", name.to_uppercase()), value);
    }
    let mut process = spin.process_group(0).stdout(Stdio::null()).spawn().expect("`spin` on the PATH");
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(began.elapsed() < START_TIMEOUT, "`spin up` does not listen");
        assert_eq!(process.try_wait().unwrap(), None, "`spin up` ended");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    process
}

/// Stops Spin, which is two processes. It waits for requests in progress, so it is killed if a plug loops.
fn end(process: &mut Child) {
    let group = format!("-{}", process.id());
    let signal = |signal| Command::new("kill").args([signal, "--", &group]).status();
    let _ = signal("-INT");
    let asked = Instant::now();
    while asked.elapsed() < STOP_TIMEOUT && matches!(process.try_wait(), Ok(None)) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let _ = signal("-KILL");
    let _ = process.wait();
}

impl Drop for Up {
    fn drop(&mut self) {
        end(self.process.get_mut().unwrap());
    }
}

/// Backdates the values in Spin's own store, which is a table.
fn backdate(file: &Path, by: Duration) {
    let file = rusqlite::Connection::open(file).unwrap();
    let mut statement = file.prepare("SELECT store, key, value FROM spin_key_value").unwrap();
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let rows: Vec<(String, String, Vec<u8>)> =
        statement.query_map([], read).unwrap().collect::<Result<_, _>>().unwrap();
    for (store, key, value) in rows {
        if let Some(value) = older(&key, &value, by) {
            let update = "UPDATE spin_key_value SET value = ?3 WHERE store = ?1 AND key = ?2";
            file.execute(update, rusqlite::params![store, key, value]).unwrap();
        }
    }
}

impl Served for Up {
    fn address(&self) -> SocketAddr {
        self.address
    }

    async fn reported_events(&self) -> Vec<Value> {
        reported_events(self).await
    }

    /// Stops Spin meanwhile, because its store caches values.
    async fn backdate(&self, by: Duration) {
        end(&mut self.process.lock().unwrap());
        backdate(&self.state.path().join("sqlite_key_value.db"), by);
        let process = launch(&self.command, &self.variables, self.address).await;
        *self.process.lock().unwrap() = process;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs `spin` on the PATH"]
async fn events_are_listed_during_other_requests() {
    let provider = Provider::start().await;
    let spin = Up::start(&provider).await;
    for _ in 0..5 {
        crate::events::list_during_requests(spin.address()).await;
    }
}

/// A looping plug occupies a thread of Spin forever, as README.md says. If each request has its own instance, it does
/// not affect other accounts, not even of the same plug.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs `spin` on the PATH"]
async fn an_endless_loop_affects_one_request_only() {
    let provider = Provider::start().await;
    let variables = hostile::variables(&provider, "endless_loop", "", "");
    let options = ["--max-instance-concurrent-reuse-count", "1"];
    let spin = Up::start_with(&hostile::manifest(), &variables, &options).await;
    assert_eq!(hostile::book(&spin, ACCOUNT, "Before").await.status, 200);
    let looping = hostile::booking(HOSTILE_ACCOUNT, "Talk").spawn(spin.address());
    tokio::time::sleep(Duration::from_secs(1)).await;
    for number in 0..20 {
        let topic = format!("Talk {number}");
        assert_eq!(hostile::book(&spin, ACCOUNT, &topic).await.status, 200);
        let other = hostile::book(&spin, OTHER_HOSTILE_ACCOUNT, &topic).await;
        assert!(other.text().contains("RefusedByPolicy"), "{other:?}");
    }
    assert!(!looping.is_finished());
    looping.abort();
}
