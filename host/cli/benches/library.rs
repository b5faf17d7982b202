//! What many tenants cost: 1,000 accounts on 100 distinct plugs, from start-up to resident memory.
//!
//! `cargo bench -p cordboard --bench library` prints figures of this machine. Each start is a process of its own, so that
//! none has the memory of another.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a bench")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cordboard::contract::conference::{Meeting, Person};
use cordboard::contract::effect::Context;
use cordboard::plug::{self, Engine, Library, LibraryOptions, Plug, builtin};
use cordboard::vault::Vault;
use cordboard::{Bridge, Config, Options};
use serde_json::{Value, json};

const PLUGS: u32 = 100;
const ACCOUNTS: u32 = 1000;
/// Tells a process of this bench which folder to serve from.
const FOLDER: &str = "CORDBOARD_BENCH_FOLDER";

fn main() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        println!("{}", start(Path::new(&folder)));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let pushed = push(folder.path());
    remove_compiled(&folder.path().join("plugs"));
    let cold = measure(folder.path());
    let warm = measure(folder.path());

    println!("\n{ACCOUNTS} accounts on {PLUGS} distinct plugs of {} KiB", built_in().len() >> 10);
    println!("one push, compiled in a process of its own and tried: {}", milliseconds(pushed / PLUGS));
    println!("{:34}{:>12}{:>12}", "", "compiled", "from cache");
    let row = |name: &str, key: &str, unit: &str| {
        let value = |of: &Value| format!("{:.1} {unit}", of[key].as_f64().unwrap());
        println!("{name:34}{:>12}{:>12}", value(&cold), value(&warm));
    };
    row("start-up", "start", "ms");
    row("resident before", "before", "MiB");
    row("resident, all loaded", "loaded", "MiB");
    row("resident, each called once", "called", "MiB");
    row("resident, all put away", "evicted", "MiB");
    row("a call of a plug in memory", "call", "ms");
    row("a call of a plug that was put away", "return", "ms");
}

fn built_in() -> &'static [u8] {
    builtin::find("jitsi").unwrap()
}

/// The same plug with another digest.
fn variant(number: u32) -> Vec<u8> {
    let section = [b"\0\x0c\x07variant".as_slice(), &number.to_be_bytes()].concat();
    [built_in(), &section].concat()
}

fn options() -> LibraryOptions {
    LibraryOptions {
        compiler: Some(env!("CARGO_BIN_EXE_cordboard").into()),
        idle: Duration::ZERO,
        max_loaded: 0,
        ..LibraryOptions::default()
    }
}

/// Pushes all, and writes the configuration of a bridge that has them.
fn push(folder: &Path) -> Duration {
    let engine = Engine::new(&plug::Options::default()).unwrap();
    let vault = Arc::new(Vault::open(folder).unwrap());
    let library = Library::open(&folder.join("plugs"), vault, engine, options()).unwrap();
    let began = Instant::now();
    let digests: Vec<_> = (0..PLUGS).map(|number| library.add(&variant(number)).unwrap().digest).collect();
    let took = began.elapsed();
    let mut text = "public-url = \"https://bridge.example.com\"\ndata-dir = \".\"\n\
        [app.1]\nplug = \"hubspot\"\nsettings = { client-secret = \"3f1c2f0e-7a7b-4c43-9a51-0d6a7a0c9b11\" }\n"
        .to_owned();
    for account in 1..=ACCOUNTS {
        let digest = &digests[(account % PLUGS) as usize];
        write!(
            text,
            "[account.{account}]\napp = 1\nconferencing = \"rooms\"\n\
             [account.{account}.connection.rooms]\nplug = \"{digest}\"\n\
             settings = {{ host = \"https://meet.example.org\" }}\n"
        )
        .unwrap();
    }
    fs::write(folder.join("cordboard.toml"), text).unwrap();
    took
}

fn remove_compiled(plugs: &Path) {
    for file in fs::read_dir(plugs).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "code") {
            fs::remove_file(path).unwrap();
        }
    }
}

/// Starts in a process of its own.
fn measure(folder: &Path) -> Value {
    let output = Command::new(std::env::current_exe().unwrap()).env(FOLDER, folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn start(folder: &Path) -> Value {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config::load(&folder.join("cordboard.toml")).unwrap();
    let before = resident();
    let began = Instant::now();
    let options = Options { library: options(), ..Options::default() };
    let bridge = runtime.block_on(Bridge::start_with(&config, options)).unwrap();
    let start = began.elapsed();
    let loaded = resident();
    let topology = bridge.topology();
    let connections: Vec<_> = topology.connections().collect();
    assert_eq!(connections.len(), ACCOUNTS as usize);
    let mut plugs: Vec<Plug> = connections.iter().map(|connection| connection.generation.plug.clone()).collect();
    plugs.sort_by(|one, other| one.digest().cmp(other.digest()));
    plugs.dedup_by(|one, other| one.digest() == other.digest());
    assert_eq!(plugs.len(), PLUGS as usize);

    call_each(&plugs);
    let called = resident();
    let call = call_each(&plugs);
    assert_eq!(bridge.library().evict_idle(), PLUGS as usize + 1);
    let evicted = resident();
    let again = call_each(&plugs);
    runtime.block_on(bridge.stop());
    json!({
        "start": start.as_secs_f64() * 1000.0, "before": before, "loaded": loaded, "called": called, "evicted": evicted,
        "call": call.as_secs_f64() * 1000.0, "return": again.as_secs_f64() * 1000.0,
    })
}

/// The time of one call.
fn call_each(plugs: &[Plug]) -> Duration {
    let context = Context {
        settings: vec![("host".to_owned(), "https://meet.example.org".to_owned())],
        secrets: Vec::new(),
        state: Vec::new(),
        now: 1,
        random: vec![7; 16],
        exchanges: Vec::new(),
    };
    let meeting = Meeting {
        topic: "A Test Meeting".to_owned(),
        start: 1,
        end: 2,
        user_id: "7".to_owned(),
        user: Person::Email("test.user@example.com".to_owned()),
        account_id: "1".to_owned(),
        source: None,
    };
    let began = Instant::now();
    for plug in plugs {
        plug.create(&context, &meeting).unwrap().unwrap();
    }
    began.elapsed() / PLUGS
}

/// Memory of this process, in MiB.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
