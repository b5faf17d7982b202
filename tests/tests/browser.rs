//! The page of the HubSpot emulator, in a browser, with a bridge.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::HashMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use cordboard::store::Store;
use cordboard_emulator::hubspot::Options;
use cordboard_tests::bridge::Installation;
use cordboard_tests::emulator::Emulator;
use cordboard_tests::hubspot::{self, ACCOUNT, APP, SECRET};
use serde_json::Value;
use tokio::task::spawn_blocking;

/// A copy of the scripts with their dependencies, outside the source tree.
static SCRIPTS: LazyLock<PathBuf> = LazyLock::new(|| {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser");
    // Without a lock file, npm may leave out packages in an existing folder.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for file in ["package.json", "browser.js", "page.js", "book.js", "unset.js"] {
        fs::copy(here.join(file), folder.join(file)).unwrap();
    }
    run(Command::new("npm").args(["install", "--no-package-lock", "--no-audit", "--no-fund"]).current_dir(&folder));
    folder
});

/// Runs a program, asserts that it succeeds, and returns its output.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("install Node.js 18 or newer, with npm: {error}"));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    printed
}

/// Runs a script on the page at this address, and returns what it saw in each step.
async fn play(script: &'static str, address: SocketAddr) -> HashMap<String, Value> {
    let url = format!("http://{address}/");
    let playing = spawn_blocking(move || run(Command::new("node").args([script, &url]).current_dir(&*SCRIPTS)));
    let printed = playing.await.unwrap();
    let steps = printed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    steps.map(|step| (step["step"].as_str().unwrap().to_owned(), step)).collect()
}

fn config() -> String {
    let rooms = "plug = \"jitsi\"\nsettings = { host = \"https://meet.example.org\" }";
    let numbers = "plug = \"phonebook\"\nsettings = { 123 = \"+18001231234 Front desk\" }";
    let connections =
        format!("[account.{ACCOUNT}.connection.rooms]\n{rooms}\n[account.{ACCOUNT}.connection.numbers]\n{numbers}\n");
    hubspot::config("conferencing = \"rooms\"\ntelephony = \"numbers\"", &connections)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Node.js, npm and Chromium; .ci/run runs it"]
async fn a_person_books_moves_renames_and_cancels_a_meeting_on_the_page() {
    let installation = Installation::new();
    let bridge = installation.open(&config()).await;
    let account = Options::new(APP, SECRET).unwrap().accounts;
    let emulator = Emulator::calling(&bridge, |options| options.accounts = account).await;
    let seen = play("book.js", emulator.address).await;

    // The page shows the conference of the bridge.
    let id = seen["book"]["conference"].as_str().unwrap();
    let conference = bridge.store.conference(id).await.unwrap().expect("the conference that was booked");
    assert_eq!(seen["book"]["link"], conference.join_url);
    assert!(conference.join_url.starts_with("https://meet.example.org/"), "{conference:?}");
    assert_eq!(seen["move"]["start"], conference.start);
    assert_eq!(seen["rename"]["topic"], conference.topic);
    assert!(conference.deleted_at.is_some(), "it was canceled");
    assert!(seen["numbers"]["number"].as_str().unwrap().contains("+18001231234"), "{seen:?}");
    assert_eq!(bridge.count("crm", "signature-mismatch"), 1, "the webhook with a wrong signature");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Node.js, npm and Chromium; .ci/run runs it"]
async fn the_page_explains_how_to_set_the_webhooks() {
    let emulator = Emulator::serve(Options::new(APP, SECRET).unwrap()).await;
    let seen = play("unset.js", emulator.address).await;
    assert!(seen["unset"]["hint"].as_str().unwrap().contains("cordboard hubspot video set --from-config"), "{seen:?}");
}
