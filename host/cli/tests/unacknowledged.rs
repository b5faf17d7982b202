//! Unacknowledged conferences are deleted if, and only if, the operator wants that. An acknowledged conference is never
//! deleted, whenever the process is killed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod process;

use std::collections::HashSet;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{env, thread};

use bytes::Bytes;
use cordboard::clock;
use cordboard::flow::{Answer, Head, Limits, RawRequest};
use cordboard::server::{self, ServeLimits};
use cordboard::store::sqlite::Sqlite;
use cordboard::store::{LeftoverFilter, OperationKind, Store};
use cordboard::{Bridge, Config, Options};
use process::iotum::{self, answer_made};
use process::{CONFIG, SECRET, create_body, signed_v3};

/// An account with `delete-unacknowledged`.
const DELETING: u64 = 1;
/// An account without it.
const KEEPING: u64 = 2;
const GRACE: Duration = Duration::from_millis(400);

async fn bridge(folder: &Path) -> Bridge {
    let account = |id: u64, name: &str, undo: bool| {
        format!(
            "[account.{id}]\nname = \"{name}\"\napp = 54321\nconferencing = \"rooms\"\ndelete-unacknowledged = {undo}\n\
             [account.{id}.connection.rooms]\nplug = \"jitsi\"\nsettings = {{ host = \"https://meet.example.org\" }}\n"
        )
    };
    let text = format!(
        "public-url = \"https://bridge.example.com\"\ndata-dir = \"data\"\n\
         [app.54321]\nplug = \"hubspot\"\nsettings = {{ client-secret = \"{SECRET}\" }}\n{}{}",
        account(DELETING, "globex", true),
        account(KEEPING, "initech", false)
    );
    let config = Config::parse(&text, folder, &|_| None).unwrap();
    let limits = Limits { unacknowledged_grace: GRACE, ..Limits::default() };
    Bridge::start_with(&config, Options { limits: Some(limits), ..Options::default() }).await.unwrap()
}

/// Sends a request to the flow, and returns the body and the answer to be acknowledged.
async fn send(bridge: &Bridge, route: &str, body: &str) -> (serde_json::Value, Option<Arc<Answer>>) {
    let url = format!("https://bridge.example.com/hubspot/54321/{route}");
    let now = clock::now();
    let signed = signed_v3(&url, body, now);
    let headers = signed.lines().map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_owned(), value.as_bytes().to_vec())
    });
    let head = Head {
        method: "POST".to_owned(),
        route: route.to_owned(),
        url,
        query: String::new(),
        headers: headers.collect(),
        body_length: Some(body.len()),
        received_at: now,
    };
    let to = bridge.crm().for_app("hubspot", "54321", &head, body.len()).unwrap();
    let request = RawRequest { head, body: Bytes::from(body.to_owned()) };
    let reply = bridge.crm().answer(&to, request).await;
    assert!(reply.status < 300, "{} {:?}", reply.status, reply.body);
    (serde_json::from_slice(&reply.body).unwrap_or_default(), reply.answer)
}

/// Creates a conference whose answer nobody acknowledges, and returns its id.
async fn unacknowledged(bridge: &Bridge, account: u64, topic: &str) -> String {
    let (answer, _) = send(bridge, "create-meeting", &create_body(account, "a@example.com", topic)).await;
    answer["conferenceId"].as_str().unwrap().to_owned()
}

/// Waits until all lost answers are recorded.
async fn marked(bridge: &Bridge) {
    while bridge.commands().marking() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn exists(bridge: &Bridge, id: &str) -> bool {
    bridge.store().conference(id).await.unwrap().unwrap().deleted_at.is_none()
}

#[tokio::test]
async fn unacknowledged_conferences_are_deleted_if_the_operator_wants_that() {
    let folder = tempfile::tempdir().unwrap();
    let bridge = bridge(folder.path()).await;
    let gone = unacknowledged(&bridge, DELETING, "Lost").await;
    let stored = unacknowledged(&bridge, KEEPING, "Lost in the other account").await;

    let (answered, answer) =
        send(&bridge, "create-meeting", &create_body(DELETING, "a@example.com", "Acknowledged")).await;
    let acknowledged = answered["conferenceId"].as_str().unwrap().to_owned();
    answer.unwrap().acknowledge();
    // The caller may still receive this one.
    let (answered, pending) = send(&bridge, "create-meeting", &create_body(DELETING, "a@example.com", "Pending")).await;
    let in_transit = answered["conferenceId"].as_str().unwrap().to_owned();

    // An update shows that the CRM has the answer.
    let changed = unacknowledged(&bridge, DELETING, "Changed").await;
    let change = format!(
        r#"{{"conferenceId":"{changed}","portalId":{DELETING},"userId":123,"userEmail":"a@example.com","topic":"Other","startTime":1,"endTime":2}}"#
    );
    send(&bridge, "update-meeting", &change).await;
    // Many conferences of another account do not delay the deletion.
    for number in 0..150 {
        unacknowledged(&bridge, KEEPING, &format!("Meeting {number}")).await;
    }

    let late = unacknowledged(&bridge, DELETING, "Lost later").await;
    assert!(exists(&bridge, &late).await);
    marked(&bridge).await;
    tokio::time::sleep(GRACE * 2).await;
    let fresh = unacknowledged(&bridge, DELETING, "Lost just now").await;
    assert_eq!(bridge.commands().delete_unacknowledged().await.unwrap(), 2);
    for (id, expected) in [
        (&gone, false),
        (&late, false),
        (&fresh, true),
        (&stored, true),
        (&acknowledged, true),
        (&in_transit, true),
        (&changed, true),
    ] {
        assert_eq!(exists(&bridge, id).await, expected, "{id}");
    }
    assert_eq!(bridge.commands().delete_unacknowledged().await.unwrap(), 0);
    // The caller hangs up without the answer.
    drop(pending);
    marked(&bridge).await;
    tokio::time::sleep(GRACE * 2).await;
    assert_eq!(bridge.commands().delete_unacknowledged().await.unwrap(), 2);
    assert!(!exists(&bridge, &in_transit).await && !exists(&bridge, &fresh).await);
    bridge.stop().await;
}

/// The environment variable with the configuration for the process to be killed.
const SERVED: &str = "CORDBOARD_TEST_SERVED";
/// The environment variable with the number of kills.
const KILLS: &str = "CORDBOARD_TEST_KILLS";
const USUAL_KILLS: usize = 10;
const CALLERS: usize = 16;
/// A caller hangs up on every n-th request.
const HANGS_UP: usize = 8;

/// Not a test of its own, but the process that the next test kills. It serves like `cordboard serve`, but with a
/// shorter grace period, and deletes unacknowledged conferences when it starts.
#[test]
fn serves_until_it_is_killed() {
    let Some(file) = env::var_os(SERVED) else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let config = Config::load(file.as_ref()).unwrap();
        let limits = Limits { unacknowledged_grace: GRACE, ..Limits::default() };
        let options = Options { limits: Some(limits), ..Options::default() };
        let bridge = Bridge::start_with(&config, options).await.unwrap();
        let listener = tokio::net::TcpListener::bind(config.listen).await.unwrap();
        eprintln!("serving public_url=");
        let stop = std::future::pending();
        server::serve(listener, bridge.router(), ServeLimits::default(), stop).await.unwrap();
    });
}

fn served(folder: &Path, account: &str) -> process::Bridge {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["serves_until_it_is_killed", "--exact", "--nocapture"]).env(SERVED, folder.join(CONFIG));
    process::Bridge::run(folder, account, command, std::io::sink())
}

/// Books meetings until the process is dead, and records the ids in complete answers.
fn call(bridge: &process::Bridge, caller: &str, answered: &Mutex<Vec<String>>) {
    for number in 1.. {
        let body = create_body(1, "a@example.com", &format!("Meeting {caller} {number}"));
        if number % HANGS_UP == 0 {
            if hang_up(bridge, &body).is_err() {
                return;
            }
            continue;
        }
        match bridge.post_signed("create-meeting", &body) {
            Some((200, answer)) => match serde_json::from_str::<serde_json::Value>(&answer) {
                Ok(answer) => answered.lock().unwrap().push(answer["conferenceId"].as_str().unwrap().to_owned()),
                Err(error) if error.is_eof() => return,
                Err(error) => panic!("{error}: {answer}"),
            },
            // The bridge is overloaded.
            Some((429 | 503, _)) => {}
            Some((status, answer)) => panic!("{status}: {answer}"),
            None => return,
        }
    }
}

/// Sends a request without waiting for the answer.
fn hang_up(bridge: &process::Bridge, body: &str) -> std::io::Result<()> {
    let signature = signed_v3(&bridge.url("create-meeting"), body, clock::now());
    let head = format!(
        "POST /hubspot/54321/create-meeting HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n{signature}\r\n",
        body.len()
    );
    TcpStream::connect(bridge.address())?.write_all((head + body).as_bytes())
}

#[test]
fn a_killed_bridge_never_deletes_an_acknowledged_conference() {
    let kills = env::var(KILLS).map_or(USUAL_KILLS, |kills| kills.parse().unwrap());
    let made = Arc::new(AtomicUsize::new(1000));
    let port = iotum::listen(move |stream, _| {
        // Long enough for the bridge to notice that a caller hung up before the conference exists.
        thread::sleep(Duration::from_millis(5));
        answer_made(stream, &made.fetch_add(1, Ordering::Relaxed).to_string());
    });
    let folder = tempfile::tempdir().unwrap();
    let account = iotum::account(54321, port, "delete-unacknowledged = true");
    let answered = Mutex::new(Vec::new());
    let so_far = || answered.lock().unwrap().len();
    for round in 0..kills {
        let bridge = served(folder.path(), &account);
        let before = so_far();
        thread::scope(|scope| {
            for caller in 0..CALLERS {
                let (bridge, answered) = (&bridge, &answered);
                scope.spawn(move || call(bridge, &format!("{round}.{caller}"), answered));
            }
            let began = Instant::now();
            while so_far() < before + CALLERS * HANGS_UP && began.elapsed() < Duration::from_secs(60) {
                thread::sleep(Duration::from_millis(1));
            }
            // At a different time in each round.
            thread::sleep(Duration::from_micros(u64::try_from(round % 16).unwrap() * 700));
            process::kill(bridge.pid());
        });
        bridge.serving.wait_dead();
    }
    // After the grace period, the next start deletes unacknowledged conferences.
    thread::sleep(GRACE * 2);
    let bridge = served(folder.path(), &account);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Sqlite::open_read_only(folder.path()).unwrap();
        let began = Instant::now();
        // The oldest are deleted first, and acknowledged ones of the first rounds are among them.
        while !store.unacknowledged_creates(&1.into(), &54321.into(), clock::now(), 1).await.unwrap().is_empty()
            && began.elapsed() < GRACE * 10
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let answered: HashSet<_> = answered.into_inner().unwrap().into_iter().collect();
        for id in &answered {
            let conference = store.conference(id).await.unwrap().expect("an acknowledged conference is known");
            assert_eq!(conference.deleted_at, None, "{id} was deleted");
        }
        let shown = store.leftovers(&LeftoverFilter::newest(1_000_000)).await.unwrap();
        let in_doubt = shown.iter().filter(|left| left.unacknowledged_create && left.why.contains("not recorded"));
        let of_answered = in_doubt.clone().filter(|left| answered.contains(&left.conference.as_ref().unwrap().id));
        let deleted = shown.iter().filter(|left| left.kind == OperationKind::Delete).count();
        println!(
            "{kills} kills: {} answered, {deleted} deleted, {} shown in doubt, of these {} answered",
            answered.len(),
            in_doubt.count(),
            of_answered.count()
        );
        assert!(deleted > 0, "no unacknowledged conference was deleted");
    });
    process::kill(bridge.pid());
    bridge.serving.wait_dead();
}
