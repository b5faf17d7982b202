//! The audit log, and counters of rejected calls.

use cordboard_tests::http::Request;
use cordboard_tests::hubspot::ACCOUNT;
use serde_json::{Value, json};

use super::fixture::{ACME, Fixture, OPERATOR, OTHER};

/// Reads all entries that a token may see, page by page.
async fn pages(fixture: &Fixture, token: &str, limit: usize) -> Vec<Value> {
    let (mut entries, mut before) = (Vec::new(), String::new());
    loop {
        let page = fixture.get(token, &format!("audit?limit={limit}{before}")).await.json();
        let found = page["entries"].as_array().unwrap().clone();
        assert!(found.len() <= limit);
        entries.extend(found.clone());
        match (page["more"].as_bool().unwrap(), found.last()) {
            (true, Some(last)) => before = format!("&before={}", last["sequence"]),
            (false, _) => return entries,
            (true, None) => panic!("more after nothing"),
        }
    }
}

#[tokio::test]
async fn the_audit_log_pages_back_to_its_beginning() {
    let fixture = Fixture::open().await;
    for account in [ACCOUNT, OTHER, ACCOUNT, ACCOUNT, OTHER, ACCOUNT, ACCOUNT] {
        let target = json!({ "account": account, "connection": "rooms" });
        assert_eq!(
            fixture.post(OPERATOR, "activations", &json!({ "plug": "jitsi", "target": target })).await.status,
            200
        );
    }
    let whole = fixture.get(OPERATOR, "audit?limit=1000").await.json();
    assert_eq!(whole["more"], false);
    let whole = whole["entries"].as_array().unwrap();
    // The start configures an app and two connections.
    assert_eq!(whole.len(), 3 + 7);
    assert_eq!(whole.last().unwrap()["action"], "configure");
    for limit in [1, 3, 5, 10] {
        assert_eq!(&pages(&fixture, OPERATOR, limit).await, whole, "{limit}");
    }
    let account = ACCOUNT.to_string();
    let own: Vec<_> = whole.iter().filter(|entry| entry["account"] == account).cloned().collect();
    assert_eq!(own.len(), 1 + 5);
    assert_eq!(pages(&fixture, ACME, 2).await, own);
    // New entries do not move older pages.
    let third = &whole[2]["sequence"];
    let page = || fixture.get(OPERATOR, format!("audit?limit=4&before={third}").leak());
    let earlier = page().await.json();
    let target = json!({ "account": OTHER, "connection": "rooms" });
    fixture.post(OPERATOR, "activations", &json!({ "plug": "jitsi", "target": target })).await;
    assert_eq!(page().await.json(), earlier);
}

#[tokio::test]
async fn comparisons_are_audited() {
    let fixture = Fixture::open().await;
    let compared = json!({ "one": "jitsi", "other": "jitsi", "account": ACCOUNT, "connection": "rooms" });
    assert_eq!(fixture.post(ACME, "diffs", &compared).await.status, 200);
    let refused = json!({ "one": "jitsi", "other": "phonebook", "account": ACCOUNT, "connection": "rooms" });
    assert_eq!(fixture.post(ACME, "diffs", &refused).await.status, 422);
    let newest = fixture.get(ACME, "audit?limit=1").await.json()["entries"][0].clone();
    assert_eq!((&newest["actor"], &newest["action"]), (&json!("acme"), &json!("compare")));
    assert_eq!((&newest["account"], &newest["target"]), (&json!(ACCOUNT.to_string()), &json!("123123/rooms")));
    assert!(newest["from"].as_str().unwrap().starts_with("jitsi "), "{newest}");
    assert!(newest["to"].as_str().unwrap().ends_with("(same: 0 of 0)"), "{newest}");
    let entries = fixture.audit(ACME, "").await;
    assert_eq!(entries.iter().filter(|[_, what, ..]| what == "compare").count(), 1, "rejected calls are not in it");
}

#[tokio::test]
async fn refused_calls_are_counted_by_reason() {
    let fixture = Fixture::open().await;
    let before = fixture.audit(OPERATOR, "").await;
    for _ in 0..3 {
        assert_eq!(fixture.send(Request::get("/admin/v1/plugs")).await.status, 401);
    }
    for _ in 0..2 {
        let guess = Request::get("/admin/v1/plugs").header("authorization", "Bearer a-guess");
        assert_eq!(fixture.send(guess).await.status, 401);
    }
    let foreign = json!({ "plug": "jitsi", "target": { "account": OTHER, "connection": "rooms" } });
    assert_eq!(fixture.post(ACME, "activations", &foreign).await.status, 403);
    assert_eq!(fixture.post(ACME, "activations", &json!({})).await.status, 400, "a malformed call is not counted");
    let metrics = fixture.send(Request::get("/metrics")).await.text();
    for line in [
        "# TYPE cordboard_admin_refused_total counter",
        "cordboard_admin_refused_total{reason=\"no-token\"} 3",
        "cordboard_admin_refused_total{reason=\"unknown-token\"} 2",
        "cordboard_admin_refused_total{reason=\"forbidden\"} 1",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}: {metrics}");
    }
    assert_eq!(fixture.audit(OPERATOR, "").await, before, "rejected calls are not audited");
}
