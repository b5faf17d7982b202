//! A clock that is far ahead of the newest record drops nothing until the operator confirms it.
//!
//! Records that are made 100 days older while nothing serves are the same as a clock that is 100 days ahead.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant};

use cordboard::Config;
use cordboard::store::Store;
use cordboard::store::sqlite::Sqlite;
use serde_json::json;
use tempfile::TempDir;

use crate::process::rooms::{ACCOUNT, rooms};
use crate::process::run::{cordboard, run};
use crate::process::{Bridge, create_body};
use crate::{ask, gauge};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// Where the bridge's log goes.
const LOG: &str = "serve.log";

/// Makes every time in the file older.
fn backdate(folder: &Path, days: i64) {
    let file = rusqlite::Connection::open(folder.join("cordboard.db")).unwrap();
    let times = [
        ("operation", "started_at"),
        ("operation", "finished_at"),
        ("conference", "created_at"),
        ("conference", "deleted_at"),
        ("delivery", "received_at"),
        ("event", "received_at"),
        ("generation", "made_at"),
        ("audit", "at"),
        ("difference", "seen_at"),
        ("retention", "plausible_at"),
        ("retention", "newest_at"),
        ("retention", "paused_at"),
    ];
    for (table, column) in times {
        file.execute(&format!("UPDATE {table} SET {column} = {column} - ?1"), [days * DAY]).unwrap();
    }
}

/// How many operations and conferences there are.
fn records(folder: &Path) -> i64 {
    let file = rusqlite::Connection::open(folder.join("cordboard.db")).unwrap();
    let count = "SELECT (SELECT count(*) FROM operation) + (SELECT count(*) FROM conference)";
    file.query_row(count, [], |row| row.get(0)).unwrap()
}

/// A folder in which one conference was made and deleted, the file of the bridge that did so, and its lines.
fn served() -> (TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let (token, lines) = rooms(folder.path());
    let bridge = Bridge::start(folder.path(), &lines);
    let (status, made) = bridge.post_signed("create-meeting", &create_body(ACCOUNT, "ada@example.com", "Old")).unwrap();
    assert_eq!(status, 200, "{made}");
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let delete = json!({ "conferenceId": made["conferenceId"] }).to_string();
    assert_eq!(bridge.post_signed("delete-meeting", &delete).unwrap().0, 204);
    // The answer is marked as taken a moment later.
    let folder_path = folder.path().to_owned();
    until("the answer is marked as taken", || {
        let file = rusqlite::Connection::open(folder_path.join("cordboard.db")).unwrap();
        let open = "SELECT count(*) FROM operation WHERE kind = 'create' AND answered = 0";
        file.query_row(open, [], |row| row.get::<_, i64>(0)).unwrap() == 0
    });
    bridge.serving.stop();
    (folder, token, lines)
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: in vain");
        std::thread::sleep(Duration::from_millis(50));
    }
}

async fn prune(folder: &Path) -> usize {
    let config = Config::load(&folder.join("cordboard.toml")).unwrap();
    let bridge = cordboard::Bridge::start(&config).await.unwrap();
    let dropped = bridge.retention().prune().await.unwrap();
    bridge.stop().await;
    dropped
}

#[tokio::test]
async fn a_start_that_finds_all_records_old_drops_none_of_them() {
    let (folder, ..) = served();
    let folder = folder.path();
    assert_eq!((prune(folder).await, records(folder)), (0, 3));
    backdate(folder, 100);
    assert_eq!((prune(folder).await, records(folder)), (0, 3), "the clock may be wrong");

    // Nor once there are new records.
    let file = rusqlite::Connection::open(folder.join("cordboard.db")).unwrap();
    file.execute("UPDATE audit SET at = at + ?1", [100 * DAY]).unwrap();
    file.execute("UPDATE generation SET made_at = made_at + ?1", [100 * DAY]).unwrap();
    drop(file);
    assert_eq!((prune(folder).await, records(folder)), (0, 3), "the pause outlives the process");
}

#[tokio::test]
async fn what_grows_old_while_the_clock_is_right_is_dropped() {
    let (folder, ..) = served();
    let folder = folder.path();
    // As in three steps, between which the bridge ran.
    for _ in 0..3 {
        backdate(folder, 25);
        assert_eq!((prune(folder).await, records(folder)), (0, 3));
    }
    backdate(folder, 25);
    assert_eq!((prune(folder).await, records(folder)), (3, 0));
}

#[tokio::test]
async fn a_clock_that_is_set_back_resumes_by_itself() {
    let (folder, ..) = served();
    let folder = folder.path();
    backdate(folder, 100);
    prune(folder).await;
    let paused = async || {
        let store = Sqlite::open_read_only(folder).unwrap();
        store.retention().await.unwrap().unwrap().paused_at.is_some()
    };
    assert!(paused().await);
    // All is as before, so only the clock was ahead.
    let file = rusqlite::Connection::open(folder.join("cordboard.db")).unwrap();
    for change in [
        "UPDATE operation SET started_at = started_at + ?1, finished_at = finished_at + ?1",
        "UPDATE retention SET plausible_at = plausible_at + ?1",
    ] {
        file.execute(change, [100 * DAY]).unwrap();
    }
    drop(file);
    prune(folder).await;
    assert!(!paused().await);
}

#[test]
fn the_pause_is_shown_and_ends_when_the_operator_confirms() {
    let (folder, token, lines) = served();
    let folder = folder.path();
    backdate(folder, 100);
    let bridge = Bridge::logging(folder, &lines, File::create(folder.join(LOG)).unwrap());
    let command = |words: &[&str]| {
        let mut command = cordboard(folder, "warn", words);
        command.env("CORDBOARD_ADMIN_TOKEN", &token);
        run(command)
    };

    assert_eq!(gauge(&bridge, "cordboard_retention_paused"), 1);
    let status = command(&["status"]).ended(0).out;
    assert!(status.contains("Retention is paused") && status.contains("cordboard retention confirm"), "{status}");
    assert!(status.lines().all(|line| line.chars().count() <= 80), "{status}");
    assert!(command(&["status", "--json"]).ended(0).json()["retentionPaused"]["pausedAt"].is_string());
    let doctor = command(&["doctor", "--json"]).json();
    let finding = doctor["findings"].as_array().unwrap().iter().find(|finding| finding["about"] == "retention");
    assert_eq!(finding.unwrap()["verdict"], "warning", "{doctor}");
    assert!(command(&["retention", "show"]).ended(1).out.contains("Retention is paused"));

    // Without a token nobody confirms.
    let mut tokenless = cordboard(folder, "warn", &["retention", "confirm"]);
    tokenless.env_remove("CORDBOARD_ADMIN_TOKEN");
    run(tokenless).ended(1);
    assert_eq!((gauge(&bridge, "cordboard_retention_paused"), records(folder)), (1, 3));

    let confirmed = command(&["retention", "confirm"]).ended(0).out;
    assert_eq!(confirmed, "Records older than 90 days are pruned.\n");
    until("what is old is pruned", || records(folder) == 0);
    assert_eq!(gauge(&bridge, "cordboard_retention_paused"), 0);
    command(&["retention", "confirm"]).ended(0);
    command(&["retention", "show"]).ended(0);
    assert!(!command(&["status"]).ended(0).out.contains("Retention"));
    assert!(!command(&["doctor", "--json"]).json().to_string().contains("retention confirm"));
    let headers = format!("authorization: Bearer {token}\r\n");
    let audit = crate::http::ask(&bridge.operators(), "GET", "/admin/v1/audit", &headers, "").unwrap().1;
    assert_eq!(audit.matches("\"action\":\"confirm\"").count(), 1, "{audit}");
    assert_eq!(ask(&bridge, "/health/ready").0, 200);
    bridge.serving.stop();

    // It holds for the next start.
    let bridge = Bridge::start(folder, &lines);
    assert_eq!(gauge(&bridge, "cordboard_retention_paused"), 0);
    let log = fs::read_to_string(folder.join(LOG)).unwrap();
    assert!(log.contains("clock confirmed; pruning resumed"), "{log}");
}
