//! HubSpot's own clients work with the stand-in for HubSpot as they do with HubSpot, its webhooks are HubSpot's by
//! their judgement, and a bridge accepts what they sign. The programs that find this out are in `clients/`.
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

/// For a whole round, of which waiting out a rate limit takes ten seconds, and for an installation.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Where the programs' own server is, as HubSpot is told: webhooks have to go to https.
const RECEIVER: &str = "https://receiver.example.com";

const EVERY_SIGNATURES: [Signatures; 5] =
    [Signatures::V1, Signatures::V2, Signatures::V3, Signatures::V1V3, Signatures::V2V3];

#[tokio::test]
#[ignore = "needs Node.js, npm and Python, which a newcomer need not have; .ci/run runs it"]
async fn the_node_client_of_hubspot_works() {
    let folder = copy("node");
    run(Command::new("npm").args(["install", "--no-package-lock", "--no-audit", "--no-fund"]), &folder).await;
    let setup = Setup::open().await;
    run(Command::new("node").arg("main.mjs").arg(&setup.variables), &folder).await;
}

#[tokio::test]
#[ignore = "needs Node.js, npm and Python, which a newcomer need not have; .ci/run runs it"]
async fn the_python_client_of_hubspot_works() {
    let folder = copy("python");
    run(Command::new("python3").args(["-m", "venv", "venv"]), &folder).await;
    let python = folder.join("venv/bin/python");
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement", "requirements.txt"]), &folder)
        .await;
    let setup = Setup::open().await;
    run(Command::new(&python).arg("main.py").arg(&setup.variables), &folder).await;
}

/// What the programs meet, as long as it is held.
struct Setup {
    /// JSON for the programs' command line.
    variables: String,
    _bridge: Bridge,
    _installation: Installation,
    _emulators: Vec<Emulator>,
}

impl Setup {
    /// A bridge, and stand-ins that differ in nothing but what goes with a webhook and how often they may be asked.
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
        // Of the programs' three accounts, one is for looking at from another, and one takes its token back.
        options.accounts =
            [ACCOUNT, ACCOUNT + 1, ACCOUNT + 2].map(|id| Account::new(id, vec![ada.clone()]).unwrap()).into();
        options.forwards = vec![Forward { public: RECEIVER.to_owned(), to: format!("http://127.0.0.1:{port}") }];

        let mut signing = Map::new();
        let mut emulators = Vec::new();
        for signatures in EVERY_SIGNATURES {
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

/// A port for a program: it was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A copy of the programs, so that nothing is left in the source tree. It is made anew each time: over what is there,
/// npm without a lock file may leave packages out.
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

/// Runs a program in a folder until it ends, which it must do in time and well; where it does not, what it said is
/// shown.
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
                break format!("not done in {TIMEOUT:?}");
            }
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    let said = fs::read_to_string(path).unwrap();
    assert_eq!(status, "exit status: 0", "{program:?} said:\n{said}");
    // Seen with --nocapture.
    println!("{said}");
}
