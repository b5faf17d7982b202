//! Leftovers are shown page by page, and disappear once acknowledged.

use std::collections::BTreeSet;
use std::path::Path;

use cordboard::store::sqlite::Sqlite;
use cordboard::store::{Change, ConnectionId, Ending, Operation, OperationKind, Store};
use serde_json::{Value, json};

use crate::process::rooms::{ACCOUNT, rooms};
use crate::process::run::{Ran, cordboard, run};
use crate::process::{Bridge, http};
use crate::{ask, gauge};

/// More than the largest page.
const LEFT: u64 = 1_100;
/// Another account.
const OTHER: u64 = 77;

/// Returns the n-th operation's id. Groups of sixteen have the same first four digits.
fn id(number: u64) -> String {
    format!("{:04x}{number:08x}{number:020x}", number / 16)
}

/// Returns the abbreviated id.
fn short(number: u64) -> String {
    id(number).chars().take(12).collect()
}

/// Stores the leftovers. The last one is of another account.
async fn store_leftovers(folder: &Path) {
    let store = Sqlite::open(folder).unwrap();
    let mut changes = Vec::new();
    for number in 0..LEFT {
        let account = if number == LEFT - 1 { OTHER } else { ACCOUNT };
        let operation = id(number);
        let leftover = Some(format!("meeting {number} is still at the provider"));
        let ending =
            Ending { outcome: String::new(), succeeded: true, leftover, finished_at: 1_900_000_000_000 + number };
        changes.push(Change::Begin(Operation {
            id: operation.clone(),
            kind: OperationKind::Delete,
            app: Some(54_321.into()),
            connection: ConnectionId::new(account, "rooms"),
            plug: "digest".to_owned(),
            conference: None,
            request: None,
            fingerprint: None,
            input: String::new(),
            context: String::new(),
            started_at: 1_900_000_000_000,
        }));
        changes.push(Change::Finish { operation, ending });
    }
    store.commit(changes).await.unwrap();
}

struct Fixture {
    folder: tempfile::TempDir,
    token: String,
    bridge: Bridge,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        store_leftovers(folder.path()).await;
        let (token, lines) = rooms(folder.path());
        let bridge = Bridge::start(folder.path(), &lines);
        Self { folder, token, bridge }
    }

    fn run(&self, words: &[&str]) -> Ran {
        let mut command = cordboard(self.folder.path(), "warn", &[&["status"], words].concat());
        command.env("CORDBOARD_ADMIN_TOKEN", &self.token);
        run(command)
    }

    fn json(&self, words: &[&str]) -> Value {
        self.run(&[words, &["--json"]].concat()).ended(0).json()
    }

    fn admin(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let token = format!("authorization: Bearer {}\r\n", self.token);
        let path = format!("/admin/v1/{path}");
        let (status, answer) = http::ask(&self.bridge.operators(), method, &path, &token, &body.to_string()).unwrap();
        (status, serde_json::from_str(&answer).unwrap())
    }

    fn unacknowledged(&self) -> u64 {
        let shown = self.json(&[])["unacknowledged"].as_u64().unwrap();
        assert_eq!(gauge(&self.bridge, "cordboard_leftovers"), shown);
        shown
    }
}

fn operations(page: &Value) -> Vec<String> {
    let lines = page["leftovers"].as_array().unwrap().iter();
    lines.map(|line| line["operation"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn leftovers_are_paged_and_disappear_once_acknowledged() {
    let fixture = Fixture::new().await;

    // One page, and the number of remaining leftovers.
    let first = fixture.json(&[]);
    assert_eq!((operations(&first).len(), &first["more"], &first["remaining"]), (50, &json!(true), &json!(LEFT - 50)));
    assert_eq!((&first["unacknowledged"], &first["leftovers"][0]["operation"]), (&json!(LEFT), &json!(id(LEFT - 1))));
    let shown = fixture.run(&["--limit", "2"]).ended(0).out;
    let next = fixture.json(&["--limit", "2"])["next"].as_str().unwrap().to_owned();
    assert!(shown.contains(&format!("\n{} more: cordboard status --before {next}\n", LEFT - 2)), "{shown}");
    assert!(shown.contains(&format!("  {} 2030-", short(LEFT - 1))), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");

    // All pages have each leftover once.
    let mut seen = BTreeSet::new();
    let mut page = fixture.json(&["--limit", "400"]);
    loop {
        let operations = operations(&page);
        seen.extend(operations.iter().cloned());
        match page["next"].as_str() {
            Some(next) => page = fixture.json(&["--limit", "400", "--before", next]),
            None => break,
        }
    }
    assert_eq!((seen.len() as u64, &page["more"], &page["remaining"]), (LEFT, &json!(false), &json!(0)));

    // By abbreviated and full ids.
    let two = [short(1_099), id(3)];
    assert_eq!(fixture.run(&["acknowledge", "--token-env", "CORDBOARD_ADMIN_TOKEN", &two[0], &two[1]]).ended(0).out, {
        "2 leftovers acknowledged.\n"
    });
    assert_eq!(fixture.unacknowledged(), LEFT - 2);
    assert!(!operations(&fixture.json(&[])).contains(&id(1_099)));
    let all = fixture.json(&["--all", "--limit", "1"]);
    assert_eq!(operations(&all), [id(1_099)]);
    assert!(all["leftovers"][0]["acknowledgedAt"].is_string(), "{all}");
    let again = fixture.run(&["acknowledge", &two[0]]).ended(0).out;
    assert_eq!(again, "1 leftover acknowledged.\n", "acknowledging twice succeeds");

    // All or nothing.
    for (wrong, reason) in [
        ("000a", "the id `000a` is ambiguous"),
        ("ffffffffffff", "no leftover has the id"),
        ("room", "lower-case hexadecimal digits"),
    ] {
        let refused = fixture.run(&["acknowledge", &id(5), wrong]).ended(1);
        assert!(refused.err.contains(reason), "{}", refused.err);
    }
    let mut tokenless = cordboard(fixture.folder.path(), "warn", &["status", "acknowledge", &id(5)]);
    tokenless.env_remove("CORDBOARD_ADMIN_TOKEN");
    assert!(run(tokenless).ended(1).err.contains("cordboard token new"));
    assert_eq!(run(cordboard(fixture.folder.path(), "warn", &["status", "acknowledge"])).code, Some(2));
    assert_eq!(fixture.unacknowledged(), LEFT - 2);

    // By time, first for one account.
    let before = "2030-03-17T17:46:40.500Z";
    let of_other = ["acknowledge", "--all-before", before, "--account", "77"];
    assert_eq!(fixture.run(&of_other).ended(0).out, "0 leftovers acknowledged.\n");
    assert_eq!(fixture.run(&["acknowledge", "--all-before", before]).ended(0).out, "499 leftovers acknowledged.\n");
    assert_eq!(fixture.unacknowledged(), LEFT - 501);
    fixture.run(&["acknowledge", "--all-before", "2031-01-01T00:00:00Z"]).ended(0);
    assert_eq!(fixture.unacknowledged(), 0);
    assert!(fixture.run(&[]).ended(0).out.ends_with("No leftovers at providers.\n"));

    let (status, audit) = fixture.admin("GET", "audit?limit=1000", &Value::Null);
    let entries = audit["entries"].as_array().unwrap();
    let acknowledged: Vec<_> = entries.iter().filter(|entry| entry["action"] == "acknowledge").collect();
    assert!(status == 200 && acknowledged.len() >= 5, "{audit}");
    let of_line = acknowledged.iter().find(|entry| entry["target"] == id(3)).expect("an audit entry");
    assert_eq!((&of_line["actor"], &of_line["account"]), (&json!("deploy"), &json!(ACCOUNT.to_string())));
}

#[tokio::test]
async fn the_admin_api_lists_and_acknowledges_leftovers() {
    let fixture = Fixture::new().await;
    let (status, page) = fixture.admin("GET", &format!("leftovers?account={OTHER}"), &Value::Null);
    assert_eq!((status, operations(&page), &page["next"]), (200, vec![id(LEFT - 1)], &Value::Null));
    let (_, page) = fixture.admin("GET", &format!("leftovers?account={ACCOUNT}&limit=3"), &Value::Null);
    assert_eq!((operations(&page).len(), &page["remaining"]), (3, &json!(LEFT - 4)));
    // The leftover is of another account.
    let foreign = json!({ "ids": [id(3)], "account": OTHER });
    assert_eq!(fixture.admin("POST", "acknowledgements", &foreign).0, 404);
    for wrong in [
        json!({}),
        json!({ "ids": [] }),
        json!({ "ids": ["abc"] }),
        json!({ "ids": vec!["abcd"; 1_001] }),
        json!({ "before": "yesterday" }),
        json!({ "ids": [id(3)], "before": "2030-01-01T00:00:00Z" }),
    ] {
        assert_eq!(fixture.admin("POST", "acknowledgements", &wrong).0, 400, "{wrong}");
    }
    assert_eq!(fixture.admin("GET", "leftovers?before=1-2", &Value::Null).0, 400);
    assert_eq!(fixture.unacknowledged(), LEFT);
    assert_eq!(ask(&fixture.bridge, "/admin/v1/leftovers").0, 401);
}
