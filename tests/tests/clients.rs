//! HubSpot's own clients work with the emulator, they accept its webhooks, and a bridge accepts what they sign. The
//! programs are in `clients/`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use cordboard_emulator::hubspot::{Account, Forward, Options, Rates, Signatures, User};
use cordboard_tests::bridge::{Bridge, Installation, PUBLIC_URL};
use cordboard_tests::emulator::Emulator;
use cordboard_tests::hubspot::{self, ACCOUNT, APP, SECRET};
use serde_json::{Map, Value, json};

/// The time limit for a program or an installation. Waiting for a rate limit takes ten seconds.
const TIMEOUT: Duration = Duration::from_secs(300);

/// The public URL of the programs' own server. Webhooks require https.
const RECEIVER: &str = "https://receiver.example.com";

const ALL_SIGNATURES: [Signatures; 5] =
    [Signatures::V1, Signatures::V2, Signatures::V3, Signatures::V1V3, Signatures::V2V3];

#[tokio::test]
#[ignore = "needs Node.js, npm and Python; .ci/run runs it"]
async fn the_node_client_of_hubspot_works() {
    let folder = copy("node");
    run(Command::new("npm").args(["install", "--no-package-lock", "--no-audit", "--no-fund"]), &folder).await;
    let setup = Setup::open().await;
    run(Command::new("node").arg("main.mjs").arg(&setup.variables), &folder).await;
}

#[tokio::test]
#[ignore = "needs Node.js, npm and Python; .ci/run runs it"]
async fn the_python_client_of_hubspot_works() {
    let folder = copy("python");
    run(Command::new("python3").args(["-m", "venv", "venv"]), &folder).await;
    let python = folder.join("venv/bin/python");
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement", "requirements.txt"]), &folder)
        .await;
    let setup = Setup::open().await;
    run(Command::new(&python).arg("main.py").arg(&setup.variables), &folder).await;
}

/// The servers for the programs, which stop when this is dropped.
struct Setup {
    /// JSON for the programs' command line.
    variables: String,
    _bridge: Bridge,
    _installation: Installation,
    _emulators: Vec<Emulator>,
}

impl Setup {
    /// Starts a bridge, and emulators that differ only in the signatures of webhooks and in rate limits.
    async fn open() -> Self {
        let installation = Installation::new();
        let rooms = format!(
            "[account.{ACCOUNT}.connection.rooms]\nplug = \"jitsi\"\n\
             settings = {{ host = \"https://meet.example.org\" }}"
        );
        let bridge = installation.open(&hubspot::config("conferencing = \"rooms\"", &rooms)).await;

        let port = free_port();
        let mut options = Options::new(APP, SECRET).unwrap();
        let ada = User { id: 7, email: "ada@acme.example".to_owned() };
        // The second account tests access from the first, and the third revokes its token.
        options.accounts =
            [ACCOUNT, ACCOUNT + 1, ACCOUNT + 2].map(|id| Account::new(id, vec![ada.clone()]).unwrap()).into();
        options.forwards = vec![Forward { public: RECEIVER.to_owned(), to: format!("http://127.0.0.1:{port}") }];

        let mut signing = Map::new();
        let mut emulators = Vec::new();
        for signatures in ALL_SIGNATURES {
            let emulator = Emulator::serve(Options { signatures, ..options.clone() }).await;
            signing.insert(signatures.to_string(), Value::from(emulator.url()));
            emulators.push(emulator);
        }
        let plain = Emulator::serve(options.clone()).await;
        let limited = Emulator::serve(Options { rates: Rates::documented(), ..options.clone() }).await;
        let account = |place: usize| {
            let Account { id, users, refresh_token } = &options.accounts[place];
            json!({ "id": id, "userId": users[0].id, "userEmail": users[0].email, "refreshToken": refresh_token })
        };
        let variables = json!({
            "app": APP,
            "clientId": options.client_id,
            "clientSecret": SECRET,
            "account": account(0),
            "other": account(1),
            "leaving": account(2),
            "hubspot": {
                "url": plain.url(),
                "developerKey": options.developer_key,
                "developerToken": options.developer_token,
            },
            "limited": limited.url(),
            "signing": signing,
            "receiver": { "public": RECEIVER, "port": port },
            "bridge": { "url": format!("http://{}", bridge.address), "public": PUBLIC_URL },
        });
        emulators.extend([plain, limited]);
        Self { variables: variables.to_string(), _bridge: bridge, _installation: installation, _emulators: emulators }
    }
}

/// Returns a free port for a program.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Copies the programs out of the source tree. Without a lock file, npm may leave out packages in an existing folder,
/// so an earlier copy is removed.
fn copy(language: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("clients").join(language);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("clients").join(language)).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() {
            fs::copy(file.path(), folder.join(file.file_name())).unwrap();
        }
    }
    folder
}

/// Runs a program in a folder, and asserts that it succeeds in time.
async fn run(command: &mut Command, folder: &Path) {
    let (program, path) = (command.get_program().to_owned(), folder.join("output"));
    let output = File::create(&path).unwrap();
    command.current_dir(folder).stdout(output.try_clone().unwrap()).stderr(output);
    let mut child =
        command.spawn().unwrap_or_else(|error| panic!("install Node.js 18 with npm and Python 3, or newer: {error}"));
    let began = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status.to_string(),
            None if began.elapsed() > TIMEOUT => {
                child.kill().unwrap();
                break format!("still running after {TIMEOUT:?}");
            }
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    let output = fs::read_to_string(path).unwrap();
    assert_eq!(status, "exit status: 0", "output of {program:?}:\n{output}");
    // Visible with --nocapture.
    println!("{output}");
}
