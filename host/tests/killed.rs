//! A host that is killed amid a change comes back on what was there before, or on what was wanted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod process;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cordboard::plug::builtin;
use process::run::{cordboard, run};
use process::{Bridge, create_body, http};
use serde_json::{Value, json};

const ACCOUNT: u64 = 123_123;
const FIRST: &str = "Join the video conference:";
const SECOND: &str = "Join the VIDEO conference:";
const KILLS: usize = 8;

#[test]
fn a_killed_host_comes_back_on_one_generation_or_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(cordboard(folder.path(), "warn", &["token", "new", "deploy", "--json"])).ended(0).json();
    let token = made["token"].as_str().unwrap().to_owned();
    let lines = format!(
        "[admin.token.deploy]\nsha256 = \"{}\"\n[account.{ACCOUNT}]\napp = 54321\nconferencing = \"rooms\"\n\
         [account.{ACCOUNT}.connection.rooms]\nplug = \"jitsi\"\n\
         settings = {{ host = \"https://meet.example.org\" }}\n",
        made["sha256"].as_str().unwrap()
    );
    std::fs::write(folder.path().join("second.wasm"), second()).unwrap();
    let mut digest = String::new();
    let mut activations = 0;
    for kill in 0..KILLS {
        let bridge = Bridge::start(folder.path(), &lines);
        if kill == 0 {
            let mut push = cordboard(folder.path(), "warn", &["plug", "push", "second.wasm", "--json"]);
            push.env("CORDBOARD_ADMIN_TOKEN", &token);
            digest = run(push).ended(0).json()["digest"].as_str().unwrap().to_owned();
        }
        consistent(&bridge, &token);
        activations += changed_until_killed(&bridge, &token, &digest, kill);
    }
    consistent(&Bridge::start(folder.path(), &lines), &token);
    assert!(activations > KILLS, "only {activations} changes were made before {KILLS} kills");
}

/// Changes the plug as often as it can until the host is killed, each time a little later. How often it could.
fn changed_until_killed(bridge: &Bridge, token: &str, digest: &str, kill: usize) -> usize {
    let done = Arc::new(AtomicUsize::new(0));
    let (pid, counter) = (bridge.pid(), Arc::clone(&done));
    let killer = thread::spawn(move || {
        let began = Instant::now();
        // At least one change is made, and then it is killed at moments that differ.
        while counter.load(Ordering::SeqCst) < 2 && began.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros(700 * kill as u64));
        process::kill(pid);
    });
    for plug in ["jitsi", digest].iter().cycle() {
        let body = json!({ "plug": plug, "target": { "account": ACCOUNT, "connection": "rooms" } }).to_string();
        match admin(bridge, token, "POST", "activations", &body) {
            Some((200, _)) => done.fetch_add(1, Ordering::SeqCst),
            Some(other) => panic!("{other:?}"),
            None => break,
        };
    }
    killer.join().unwrap();
    bridge.serving.wait_dead();
    done.load(Ordering::SeqCst)
}

/// What serves is wholly the generation that is said to be live.
fn consistent(bridge: &Bridge, token: &str) {
    let path = format!("history?account={ACCOUNT}&connection=rooms&limit=500");
    let (status, history) = admin(bridge, token, "GET", &path, "").unwrap();
    assert_eq!(status, 200, "{history}");
    let history: Value = serde_json::from_str(&history).unwrap();
    let generations = history["generations"].as_array().unwrap();
    let live = generations.iter().find(|one| one["generation"] == history["live"]).expect("the live one is kept");
    let jitsi = format!("sha256:{}", hex(builtin::find("jitsi").unwrap()));
    let words = if live["plug"] == jitsi.as_str() { FIRST } else { SECOND };
    let (status, answer) = bridge
        .post_signed("create-meeting", &create_body(ACCOUNT, "ada@example.com", &live.to_string().len().to_string()))
        .unwrap();
    assert_eq!(status, 200, "{answer}");
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert!(answer["conferenceDetails"].as_str().unwrap().starts_with(words), "{answer} but {live}");
}

fn admin(bridge: &Bridge, token: &str, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    let headers = format!("authorization: Bearer {token}\r\n");
    http::ask(&bridge.operators(), method, &format!("/admin/v1/{path}"), &headers, body)
}

fn hex(file: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(file).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The built-in plug, but for its words.
fn second() -> Vec<u8> {
    let mut file = builtin::find("jitsi").unwrap().to_vec();
    let places: Vec<_> = (0..file.len() - FIRST.len()).filter(|at| file[*at..].starts_with(FIRST.as_bytes())).collect();
    for at in places {
        file[at..at + SECOND.len()].copy_from_slice(SECOND.as_bytes());
    }
    file
}
