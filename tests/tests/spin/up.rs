//! `spin up`, where there is one.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cordboard_tests::hubspot::ACCOUNT;
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::spin::{root, told, variables};
use serde_json::Value;
use tempfile::TempDir;

use crate::hostile::{self, BESIDE, HOSTILES};

/// Compiling five components may take long.
const STARTS_WITHIN: Duration = Duration::from_secs(180);
const ENDS_WITHIN: Duration = Duration::from_secs(5);

/// Spin as a process, with a store of its own, until it is dropped.
pub struct Up {
    address: SocketAddr,
    process: Child,
    _state: TempDir,
}

impl Up {
    /// Starts it with the configuration that the plays want.
    pub async fn start(provider: &Provider) -> Self {
        Self::start_with(&root().join("spin.toml"), &variables(provider), &[]).await
    }

    /// Starts another application, or with other options.
    pub async fn start_with(manifest: &Path, variables: &[(String, String)], options: &[&str]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let state = TempDir::new().unwrap();
        let mut spin = Command::new("spin");
        spin.arg("up").arg("--from").arg(manifest).args(["--quiet", "--listen"]).arg(address.to_string());
        spin.arg("--state-dir").arg(state.path()).args(options);
        for (name, value) in variables {
            spin.env(format!("SPIN_VARIABLE_{}", name.to_uppercase()), value);
        }
        let mut process = spin.process_group(0).stdout(Stdio::null()).spawn().expect("`spin` on the PATH");
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(began.elapsed() < STARTS_WITHIN, "`spin up` does not listen");
            assert_eq!(process.try_wait().unwrap(), None, "`spin up` ended");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Self { address, process, _state: state }
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        // It is two processes. Asked to end, it waits for what is under way, and a plug that loops has no end.
        let group = format!("-{}", self.process.id());
        let signal = |signal| Command::new("kill").args([signal, "--", &group]).status();
        let _ = signal("-INT");
        let asked = Instant::now();
        while asked.elapsed() < ENDS_WITHIN && matches!(self.process.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = signal("-KILL");
        let _ = self.process.wait();
    }
}

impl Served for Up {
    fn address(&self) -> SocketAddr {
        self.address
    }

    async fn told(&self) -> Vec<Value> {
        told(self).await
    }
}

/// What only Spin's own store can show.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "wants `spin` on the PATH"]
async fn events_are_read_beside_other_requests() {
    let provider = Provider::start().await;
    let spin = Up::start(&provider).await;
    for _ in 0..5 {
        crate::events::beside(spin.address()).await;
    }
}

/// A plug that loops has a thread of Spin for good, as README.md says. Where each request has an instance of its own, it
/// takes no other account along, not even one of the same plug.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "wants `spin` on the PATH"]
async fn a_loop_is_one_requests() {
    let provider = Provider::start().await;
    let variables = hostile::variables(&provider, "endless_loop", "", "");
    let options = ["--max-instance-concurrent-reuse-count", "1"];
    let spin = Up::start_with(&hostile::manifest(), &variables, &options).await;
    assert_eq!(hostile::book(&spin, ACCOUNT, "Before").await.status, 200);
    let looping = hostile::booking(HOSTILES, "Talk").spawn(spin.address());
    tokio::time::sleep(Duration::from_secs(1)).await;
    for number in 0..20 {
        let topic = format!("Talk {number}");
        assert_eq!(hostile::book(&spin, ACCOUNT, &topic).await.status, 200);
        let beside = hostile::book(&spin, BESIDE, &topic).await;
        assert!(beside.text().contains("RefusedByPolicy"), "{beside:?}");
    }
    assert!(!looping.is_finished());
    looping.abort();
}
