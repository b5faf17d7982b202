//! `spin up`, where there is one.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::spin::{root, told, variables};
use serde_json::Value;
use tempfile::TempDir;

/// Compiling five components may take long.
const STARTS_WITHIN: Duration = Duration::from_secs(180);

/// Spin as a process, with a store of its own, until it is dropped.
pub struct Up {
    address: SocketAddr,
    process: Child,
    _state: TempDir,
}

impl Up {
    /// Starts it with the configuration that the plays want.
    pub async fn start(provider: &Provider) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let state = TempDir::new().unwrap();
        let mut spin = Command::new("spin");
        spin.current_dir(root()).args(["up", "--quiet", "--listen"]).arg(address.to_string());
        spin.arg("--state-dir").arg(state.path());
        for (name, value) in variables(provider) {
            spin.env(format!("SPIN_VARIABLE_{}", name.to_uppercase()), value);
        }
        let mut process = spin.stdout(Stdio::null()).spawn().expect("`spin` on the PATH");
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
        // It is two processes, of which the first ends the other when it is asked to.
        let _ = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status();
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
