//! Kills a host during activations: it restarts with the previous generation or with the new one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod process;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cordboard::plug::builtin;
use process::rooms::{ACCOUNT, FIRST, SECOND, rooms};
use process::run::{cordboard, run};
use process::{Bridge, create_body, http};
use serde_json::{Value, json};

const KILLS: usize = 8;

#[test]
fn a_killed_host_restarts_with_one_consistent_generation() {
    let folder = tempfile::tempdir().unwrap();
    let (token, lines) = rooms(folder.path());
    let mut digest = String::new();
    let mut activations = 0;
    for kill in 0..KILLS {
        let bridge = Bridge::start(folder.path(), &lines);
        if kill == 0 {
            let mut push = cordboard(folder.path(), "warn", &["plug", "push", "second.wasm", "--json"]);
            push.env("CORDBOARD_ADMIN_TOKEN", &token);
            digest = run(push).ended(0).json()["digest"].as_str().unwrap().to_owned();
        }
        assert_consistent(&bridge, &token, kill);
        activations += activate_until_killed(&bridge, &token, &digest, kill);
    }
    assert_consistent(&Bridge::start(folder.path(), &lines), &token, KILLS);
    assert!(activations > KILLS, "only {activations} activations before {KILLS} kills");
}

/// Activates plugs until the host is killed, each time a little later. Returns the number of activations.
fn activate_until_killed(bridge: &Bridge, token: &str, digest: &str, kill: usize) -> usize {
    let done = Arc::new(AtomicUsize::new(0));
    let (pid, counter) = (bridge.pid(), Arc::clone(&done));
    let killer = thread::spawn(move || {
        let began = Instant::now();
        // After at least one activation, kill it at a different time in each round.
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

/// Asserts that the plug of the live generation serves. Each kill has its own meeting, because an equal create could
/// get the conference of the previous round if its answer was not recorded as acknowledged.
fn assert_consistent(bridge: &Bridge, token: &str, kill: usize) {
    let path = format!("history?account={ACCOUNT}&connection=rooms&limit=500");
    let (status, history) = admin(bridge, token, "GET", &path, "").unwrap();
    assert_eq!(status, 200, "{history}");
    let history: Value = serde_json::from_str(&history).unwrap();
    let generations = history["generations"].as_array().unwrap();
    let live = generations.iter().find(|one| one["generation"] == history["live"]).expect("the live generation");
    let jitsi = builtin::ALL.iter().find(|plug| plug.name == "jitsi").unwrap().digest();
    let words = if live["plug"] == jitsi.as_str() { FIRST } else { SECOND };
    let (status, answer) =
        bridge.post_signed("create-meeting", &create_body(ACCOUNT, "ada@example.com", &kill.to_string())).unwrap();
    assert_eq!(status, 200, "{answer}");
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert!(answer["conferenceDetails"].as_str().unwrap().starts_with(words), "{answer} but {live}");
}

fn admin(bridge: &Bridge, token: &str, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    let headers = format!("authorization: Bearer {token}\r\n");
    http::ask(&bridge.operators(), method, &format!("/admin/v1/{path}"), &headers, body)
}
