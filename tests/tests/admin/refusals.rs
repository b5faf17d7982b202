//! What is not what an operation takes is refused with a sentence, and nothing changes.

use cordboard_tests::bridge::connection;
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::{ACCOUNT, APP};
use cordboard_tests::plugs::numbered;
use serde_json::{Value, json};

use super::stage::{Desk, OWNER};

#[tokio::test]
async fn requests_that_are_not_right_change_nothing() {
    let desk = Desk::open().await;
    let digest = desk.push(numbered("jitsi", 1)).await;
    let rooms = json!({ "account": ACCOUNT, "connection": "rooms" });
    let with = |member: &str, value: Value| {
        let mut body = json!({ "plug": digest, "target": rooms });
        body[member] = value;
        body
    };
    let nowhere = json!({ "account": ACCOUNT, "connection": "nowhere" });
    let app_in_disguise = json!({ "account": 0, "connection": APP.to_string() });
    let cases = [
        (400, "unknown field `shadwo`", with("shadwo", true.into())),
        (400, "invalid type", with("plug", 7.into())),
        (400, "missing field `plug`", json!({ "target": rooms })),
        (400, "name one of the three", with("target", json!({}))),
        (400, "name one of the three", with("target", json!({ "account": ACCOUNT }))),
        (400, "name one of the three", with("target", json!({ "app": APP, "plug": "jitsi" }))),
        (400, "unknown field `host`", with("target", json!({ "host": "x" }))),
        (400, "no account has the number 0", with("target", app_in_disguise)),
        (400, "1 to 128 characters", with("target", json!({ "account": 1, "connection": "n".repeat(129) }))),
        (400, "choose one", json!({ "plug": digest, "target": rooms, "canary": "10%", "shadow": true })),
        (400, "such as 10%", with("canary", "10".into())),
        (400, "such as 10%", with("canary", "0%".into())),
        (400, "such as 10%", with("canary", "100.01%".into())),
        // No file of the host is named from outside.
        (400, "GET /admin/v1/plugs", with("plug", "/etc/passwd".into())),
        (400, "GET /admin/v1/plugs", with("plug", "./jitsi.wasm".into())),
        (400, "GET /admin/v1/plugs", with("plug", "zoom".into())),
        (400, "GET /admin/v1/plugs", with("plug", digest.get(..20).unwrap().into())),
        (404, "push its file", with("plug", "0".repeat(64).into())),
        (404, "no connection 123123/nowhere", with("target", nowhere)),
        (404, "no app 1", with("target", json!({ "app": 1 }))),
        (404, "no connection uses", with("target", json!({ "plug": "zoom" }))),
        (422, "is a telephony plug", with("plug", "phonebook".into())),
        (422, "without a trial", json!({ "plug": "hubspot", "target": { "app": APP }, "canary": "10%" })),
    ];
    for (status, part, body) in cases {
        let answer = desk.post(OWNER, "activations", &body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
        assert!(answer.problem().contains(part), "{body}: {}", answer.text());
    }
    let broken = Request::post("/admin/v1/rollbacks", "{");
    assert!(desk.ask(OWNER, broken).await.problem().contains("openapi.json"));
    let long = Request::post("/admin/v1/rollbacks", " ".repeat(70_000));
    assert_eq!(desk.ask(OWNER, long).await.status, 413);
    let nothing_before = desk.post(OWNER, "rollbacks", &json!({ "target": rooms })).await;
    assert_eq!((nothing_before.status, nothing_before.problem().contains("no generation before #1")), (422, true));

    let history = desk.bridge.lifecycle().history(&connection(ACCOUNT, "rooms"), 10).await.unwrap();
    assert_eq!(history.generations.len(), 1, "nothing was made");
}

#[tokio::test]
async fn queries_are_what_the_operation_knows() {
    let desk = Desk::open().await;
    for (part, path) in [
        ("there is no parameter `acount`", "connections?acount=1"),
        ("known are none", "openapi.json?x=1"),
        ("`limit` must be a number, 1 to 1000", "audit?limit=0"),
        ("`limit` must be a number, 1 to 1000", "audit?limit=1001"),
        ("`limit` must be a number", "audit?limit=-1"),
        ("`limit` must be a number", "plugs?limit=many"),
        ("`account` must be a number, 1 to", "audit?account=0"),
        ("`limit` stands twice", "audit?limit=1&limit=2"),
        ("name either", "history"),
        ("name either", "history?account=1"),
        ("name either", "history?connection=rooms"),
        ("name either", "history?account=1&connection=rooms&app=1"),
        ("1 to 128 characters", "history?account=1&connection="),
    ] {
        let answer = desk.get(OWNER, path).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text());
        assert!(answer.problem().contains(part), "{path}: {}", answer.text());
    }
    assert_eq!(desk.get(OWNER, "history?account=1&connection=rooms").await.status, 404);
}

#[tokio::test]
async fn a_store_that_fails_is_told_and_changes_nothing() {
    let desk = Desk::open().await;
    let rooms = json!({ "account": ACCOUNT, "connection": "rooms" });
    desk.bridge.store.fail_commits(|_| true);
    let answer = desk.post(OWNER, "activations", &json!({ "plug": "jitsi", "target": rooms })).await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    desk.bridge.store.mend();
    let history = desk.get(OWNER, &format!("history?account={ACCOUNT}&connection=rooms")).await.json();
    assert_eq!(history["live"], 1);
}
