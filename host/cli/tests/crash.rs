//! Kills the process during creates: between the provider's answer and the commit, between the commit and the answer,
//! and around both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod floods;
mod process;

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use cordboard::store::sqlite::Sqlite;
use cordboard::store::{LeftoverFilter, Store};
use process::iotum::{self, answer_made};
use process::{Bridge, create_body, signed_v3};

const KILLS: usize = 50;
const APP: u64 = 54321;

/// A provider that records its conferences, and kills the bridge at a chosen time.
#[derive(Default)]
struct Provider {
    made: BTreeMap<String, String>,
    victim: Option<(u32, Duration)>,
}

fn create(provider: &Mutex<Provider>, stream: &mut TcpStream, body: &serde_json::Value) {
    let (id, victim) = {
        let mut provider = provider.lock().unwrap();
        let id = (1000 + provider.made.len()).to_string();
        provider.made.insert(id.clone(), body["subject"].as_str().unwrap().to_owned());
        (id, provider.victim.take())
    };
    match victim {
        // Before the answer can be read, and therefore before the commit.
        Some((pid, delay)) if delay.is_zero() => {
            process::kill(pid);
            answer_made(stream, &id);
        }
        Some((pid, delay)) => {
            answer_made(stream, &id);
            let until = Instant::now() + delay;
            // More precise than a sleep: the commit takes less time than the slack of a timer.
            while Instant::now() < until && delay < Duration::from_millis(10) {
                std::hint::spin_loop();
            }
            thread::sleep(until.saturating_duration_since(Instant::now()));
            process::kill(pid);
        }
        None => answer_made(stream, &id),
    }
}

/// Returns when to kill: before the answer, in steps shorter than a commit, and long after the answer even on a slow
/// machine.
fn delay(round: usize) -> Duration {
    let round = u64::try_from(round).unwrap();
    match round {
        0..5 => Duration::ZERO,
        5..40 => Duration::from_micros(150 * (round - 4)),
        _ => Duration::from_millis(1 << (round - 39)),
    }
}

#[test]
fn every_conference_is_known_or_shown_after_fifty_kills() {
    let provider = Arc::new(Mutex::new(Provider::default()));
    let port = iotum::listen({
        let provider = Arc::clone(&provider);
        move |stream, body| create(&provider, stream, body)
    });

    let folder = tempfile::tempdir().unwrap();
    let account = iotum::account(APP, port, "");
    let mut answered = Vec::new();
    let mut interrupted = 0;
    for round in 0..KILLS {
        let bridge = Bridge::start(folder.path(), &account);
        let delay = delay(round);
        provider.lock().unwrap().victim = Some((bridge.pid(), delay));
        let body = create_body(1, "a@example.com", &format!("Meeting {round}"));
        match bridge.post_signed("create-meeting", &body) {
            Some((200, body)) => {
                let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
                answered.push(answer["conferenceId"].as_str().unwrap().to_owned());
            }
            Some((status, body)) => panic!("round {round}: {status} {body}"),
            None => interrupted += 1,
        }
        bridge.serving.wait_dead();
    }
    // The last start resumes interrupted operations, and is stopped gracefully.
    let bridge = Bridge::start(folder.path(), &account);
    bridge.serving.stop();

    let store = Sqlite::open_read_only(folder.path()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        assert!(store.unfinished().await.unwrap().is_empty(), "an operation is still unfinished");
        for id in &answered {
            assert!(store.conference(id).await.unwrap().is_some(), "the CRM got {id}, which is unknown");
        }
        let leftovers = store.leftovers(&LeftoverFilter::newest(1000)).await.unwrap();
        let connection = cordboard::store::ConnectionId::new(1, "rooms");
        let made = provider.lock().unwrap().made.clone();
        assert_eq!(made.len(), KILLS, "each create is sent once");
        let (mut known, mut shown) = (0, 0);
        for (id, topic) in &made {
            if store.conference_at_provider(&connection, id).await.unwrap().is_some() {
                known += 1;
            } else {
                let quoted = format!("“{topic}”");
                assert!(
                    leftovers.iter().any(|left| left.why.contains(&quoted)),
                    "{id} ({topic}) is neither known nor shown"
                );
                shown += 1;
            }
        }
        println!("{KILLS} kills: {} answered, {interrupted} interrupted; {known} known, {shown} shown", answered.len());
        assert!(interrupted > 0 && shown > 0 && known > 0, "the kills did not come at different stages");
    });
}

#[test]
fn rejects_a_request_with_a_stale_timestamp() {
    let folder = tempfile::tempdir().unwrap();
    let bridge = Bridge::start(folder.path(), "");
    let body = create_body(1, "a@example.com", "Meeting");
    let url = bridge.url("create-meeting");
    let headers = signed_v3(&url, &body, 1_500_000_000_000);
    let (status, _) = bridge.post("create-meeting", &headers, &body).unwrap();
    assert_eq!(status, 401);
    bridge.serving.stop();
}
