//! Runs `cordboard` as a process, and calls it like a CRM.
#![allow(dead_code, reason = "each test uses a part")]

#[path = "../../../../tests/src/compiled.rs"]
pub mod compiled;
pub mod emulator;
pub mod http;
pub mod iotum;
#[path = "../../../../tests/src/plugs.rs"]
pub mod plugs;
pub mod rooms;
pub mod run;
pub mod vendor;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use cordboard_emulator::hubspot::webhooks::sign;
use rustix::process::{Pid, Signal, kill_process};

/// The client secret of the configured app.
pub const SECRET: &str = "3f1c2f0e-7a7b-4c43-9a51-0d6a7a0c9b11";

/// The file name of the configuration.
pub const CONFIG: &str = "cordboard.toml";

/// A serving process, which is killed when it is dropped.
pub struct Serving {
    child: Mutex<Child>,
    pid: u32,
}

impl Serving {
    /// Starts a process, and waits until it serves.
    pub fn start(command: Command) -> Self {
        Self::logging(command, std::io::sink())
    }

    /// Starts a process, and copies its log to `to` once it serves.
    pub fn logging(mut command: Command, mut to: impl Write + Send + 'static) -> Self {
        let command = command.env("RUST_LOG", "info").env("NO_COLOR", "1").stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        wait_until_serving(&mut log);
        // A full pipe would block the server.
        thread::spawn(move || std::io::copy(&mut log, &mut to));
        Self::of(child)
    }

    /// Wraps a process that serves already.
    fn of(child: Child) -> Self {
        Self { pid: child.id(), child: Mutex::new(child) }
    }

    /// Waits until the process has ended.
    pub fn wait_dead(&self) {
        self.child.lock().unwrap().wait().unwrap();
    }

    /// Stops the process gracefully, and asserts that it succeeds.
    pub fn stop(&self) {
        signal(self.pid, Signal::TERM);
        let status = self.child.lock().unwrap().wait().unwrap();
        assert!(status.success(), "it ended with {status}");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// A bridge with an app, on free ports.
pub struct Bridge {
    pub serving: Serving,
    port: u16,
    operators: u16,
}

impl Bridge {
    /// Starts a bridge with these `accounts` in its configuration.
    pub fn start(data_dir: &Path, accounts: &str) -> Self {
        Self::logging(data_dir, accounts, std::io::sink())
    }

    /// Starts a bridge, and writes its log to `log`.
    pub fn logging(data_dir: &Path, accounts: &str, log: impl Write + Send + 'static) -> Self {
        Self::configured(data_dir, "", accounts, None, log)
    }

    /// Starts a bridge with these keys at the top of the configuration, and a limit on file descriptors.
    pub fn configured(
        data_dir: &Path,
        top: &str,
        accounts: &str,
        descriptors: Option<u64>,
        log: impl Write + Send + 'static,
    ) -> Self {
        let program = env!("CARGO_BIN_EXE_cordboard");
        let mut command = match descriptors {
            None => Command::new(program),
            Some(limit) => {
                let mut shell = Command::new("sh");
                shell.arg("-c").arg(format!("ulimit -n {limit}; exec \"$0\" \"$@\"")).arg(program);
                shell
            }
        };
        command.args(["serve", "--config"]).arg(data_dir.join(CONFIG));
        Self::with(data_dir, top, accounts, command, log)
    }

    /// Starts a bridge with a command that serves the configuration in its folder.
    pub fn run(data_dir: &Path, accounts: &str, command: Command, log: impl Write + Send + 'static) -> Self {
        Self::with(data_dir, "", accounts, command, log)
    }

    fn with(data_dir: &Path, top: &str, accounts: &str, command: Command, log: impl Write + Send + 'static) -> Self {
        let [port, operators] = free_ports();
        let config = format!(
            r#"
            {top}
            listen = "127.0.0.1:{port}"
            admin-listen = "127.0.0.1:{operators}"
            public-url = "http://127.0.0.1:{port}"
            data-dir = {data_dir:?}
            [app.54321]
            plug = "hubspot"
            settings = {{ client-secret = "{SECRET}" }}
            {accounts}
            "#
        );
        compiled::prepare(data_dir, &config);
        std::fs::write(data_dir.join(CONFIG), config).unwrap();
        Self { serving: Serving::logging(command, log), port, operators }
    }

    /// Starts a bridge with a command whose configuration has these ports.
    pub fn of(command: Command, [port, operators]: [u16; 2]) -> Self {
        Self { serving: Serving::start(command), port, operators }
    }

    pub fn pid(&self) -> u32 {
        self.serving.pid
    }

    /// Returns the address for senders.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Returns the address for operators.
    pub fn operators(&self) -> String {
        format!("127.0.0.1:{}", self.operators)
    }

    pub fn url(&self, route: &str) -> String {
        format!("http://{}/hubspot/54321/{route}", self.address())
    }

    /// Sends a signed POST request. Returns `None` if the connection is closed before a complete answer.
    pub fn post_signed(&self, route: &str, body: &str) -> Option<(u16, String)> {
        let now = cordboard::clock::now();
        self.post(route, &signed_v3(&self.url(route), body, now), body)
    }

    pub fn post(&self, route: &str, headers: &str, body: &str) -> Option<(u16, String)> {
        let path = format!("/hubspot/54321/{route}");
        http::ask(&self.address(), "POST", &path, headers, body)
    }
}

fn wait_until_serving(log: &mut BufReader<ChildStderr>) {
    let mut output = String::new();
    loop {
        let mut line = String::new();
        assert!(log.read_line(&mut line).unwrap() > 0, "it did not start:\n{output}");
        if line.contains("serving public_url=") {
            return;
        }
        output += &line;
    }
}

/// Polls until a condition holds, for at most a minute.
pub fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "not in time: {what}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// Returns distinct free ports.
pub fn free_ports<const N: usize>() -> [u16; N] {
    let listeners = [(); N].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

/// Sends SIGKILL to a process.
pub fn kill(pid: u32) {
    signal(pid, Signal::KILL);
}

/// Sends SIGINT to a process, like ctrl-c.
pub fn interrupt(pid: u32) {
    signal(pid, Signal::INT);
}

/// Sends SIGHUP to a process.
pub fn hang_up(pid: u32) {
    signal(pid, Signal::HUP);
}

fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    // The process may have ended already.
    let _ = kill_process(pid, signal);
}

pub fn create_body(account: u64, user: &str, topic: &str) -> String {
    format!(
        r#"{{"portalId":{account},"userId":123,"userEmail":"{user}","topic":"{topic}","source":"MEETINGS","startTime":1534197600000,"endTime":1534201200000}}"#
    )
}

/// Returns the headers of a v3 signature.
pub fn signed_v3(url: &str, body: &str, now: u64) -> String {
    let signature = sign::v3(SECRET, "POST", url, body.as_bytes(), now);
    format!("x-hubspot-signature-v3: {signature}\r\nx-hubspot-request-timestamp: {now}\r\n")
}
