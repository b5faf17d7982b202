//! Rejected calls, which change nothing.

use cordboard_tests::bridge::connection;
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::{ACCOUNT, APP};
use cordboard_tests::plugs::numbered;
use serde_json::{Value, json};

use super::fixture::{Fixture, OPERATOR};
use super::schema;

#[tokio::test]
async fn invalid_requests_are_rejected_and_change_nothing() {
    let fixture = Fixture::open().await;
    let digest = fixture.push(numbered("jitsi", 1)).await;
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
        (400, "invalid target: use one of", with("target", json!({}))),
        (400, "invalid target: use one of", with("target", json!({ "account": ACCOUNT }))),
        (400, "invalid target: use one of", with("target", json!({ "app": APP, "plug": "jitsi" }))),
        (400, "unknown field `host`", with("target", json!({ "host": "x" }))),
        (404, "no connection 0/54321", with("target", app_in_disguise)),
        (400, "invalid id", with("target", json!({ "account": "a b", "connection": "rooms" }))),
        (400, "invalid id", with("target", json!({ "account": "", "connection": "rooms" }))),
        (400, "invalid id", with("target", json!({ "account": -1, "connection": "rooms" }))),
        (400, "an id as a string or a number", with("target", json!({ "app": true }))),
        (404, "no app a-1", with("target", json!({ "app": "a-1" }))),
        (400, "1 to 128 characters", with("target", json!({ "account": 1, "connection": "n".repeat(129) }))),
        (400, "choose one", json!({ "plug": digest, "target": rooms, "canary": "10%", "shadow": true })),
        (400, "such as 10%", with("canary", "10".into())),
        (400, "such as 10%", with("canary", "0%".into())),
        (400, "such as 10%", with("canary", "100.01%".into())),
        // Callers cannot name files of the host.
        (400, "GET /admin/v1/plugs", with("plug", "/etc/passwd".into())),
        (400, "GET /admin/v1/plugs", with("plug", "./jitsi.wasm".into())),
        (400, "GET /admin/v1/plugs", with("plug", "zoom".into())),
        (400, "GET /admin/v1/plugs", with("plug", digest.get(..20).unwrap().into())),
        (404, "push its file", with("plug", "0".repeat(64).into())),
        (404, "no connection 123123/nowhere", with("target", nowhere)),
        (404, "no app 1", with("target", json!({ "app": 1 }))),
        (404, "no connection uses", with("target", json!({ "plug": "zoom" }))),
        (422, "is a telephony plug", with("plug", "phonebook".into())),
        (422, "without canary", json!({ "plug": "hubspot", "target": { "app": APP }, "canary": "10%" })),
    ];
    for (status, part, body) in cases {
        let answer = fixture.post(OPERATOR, "activations", &body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
        assert!(answer.problem().contains(part), "{body}: {}", answer.text());
    }
    let broken = Request::post("/admin/v1/rollbacks", "{");
    assert!(fixture.ask(OPERATOR, broken).await.problem().contains("openapi.json"));
    let long = Request::post("/admin/v1/rollbacks", " ".repeat(70_000));
    assert_eq!(fixture.ask(OPERATOR, long).await.status, 413);
    let nothing_before = fixture.post(OPERATOR, "rollbacks", &json!({ "target": rooms })).await;
    assert_eq!((nothing_before.status, nothing_before.problem().contains("no generation before #1")), (422, true));

    let history = fixture.bridge.lifecycle().history(&connection(ACCOUNT, "rooms").into(), 10).await.unwrap();
    assert_eq!(history.generations.len(), 1, "no generation was created");
}

/// The OpenAPI document and the implementation accept the same requests.
#[tokio::test]
async fn requests_are_accepted_exactly_if_their_schema_allows_them() {
    let fixture = Fixture::open().await;
    let document = fixture.document().await;
    let texts = [
        json!(""),
        json!("rooms"),
        json!("jitsi"),
        json!("a\nb"),
        json!("a\u{7f}"),
        json!("é".repeat(128)),
        json!("n".repeat(129)),
        json!("0".repeat(64)),
        json!(format!("sha256:{}", "A".repeat(64))),
        json!(format!("SHA256:{}", "a".repeat(64))),
        json!("sha256:0"),
        json!("10%"),
        json!("0%"),
        json!("0.00%"),
        json!("000.01%"),
        json!("010%"),
        json!("100.00%"),
        json!("100.01%"),
        json!("1000%"),
        json!("5.%"),
        json!("99.9%"),
    ];
    let numbers = [json!(0), json!(1), json!(ACCOUNT), json!(10_000), json!(10_001), json!(i64::MAX), json!(u64::MAX)];
    let others = [json!(null), json!(-1), json!(1.5), json!(true), json!(false), json!([]), json!({})];
    let values: Vec<Value> = texts.into_iter().chain(numbers).chain(others).collect();
    let rooms = json!({ "account": ACCOUNT, "connection": "rooms" });
    let activation = json!({ "plug": "jitsi", "target": rooms, "canary": "10%", "shadow": false });
    let comparison = json!({ "one": "jitsi", "other": "jitsi", "account": ACCOUNT, "connection": "rooms", "last": 1 });
    let only = json!({ "target": rooms });
    let (app, plug) = (json!({ "target": { "app": 1 } }), json!({ "target": { "plug": "jitsi" } }));
    let mut tried = 0;
    for (path, schema, whole) in [
        ("activations", "Activation", &activation),
        ("diffs", "Comparison", &comparison),
        ("promotions", "TargetOnly", &only),
        ("promotions", "TargetOnly", &app),
        ("promotions", "TargetOnly", &plug),
    ] {
        let mut bodies = vec![whole.clone(), json!({}), json!([]), json!("x"), json!(null)];
        let mut members: Vec<(Option<&str>, String)> =
            whole.as_object().unwrap().keys().map(|name| (None, name.clone())).collect();
        if let Some(target) = whole["target"].as_object() {
            members.extend(target.keys().map(|name| (Some("target"), name.clone())));
        }
        members.push((None, "more".to_owned()));
        for (within, name) in &members {
            let changed = |value: Option<&Value>| {
                let mut body = whole.clone();
                let object = match within {
                    Some(within) => body[*within].as_object_mut().unwrap(),
                    None => body.as_object_mut().unwrap(),
                };
                match value {
                    Some(value) => drop(object.insert(name.clone(), value.clone())),
                    None => drop(object.remove(name)),
                }
                body
            };
            bodies.push(changed(None));
            bodies.extend(values.iter().map(|value| changed(Some(value))));
        }
        let mut both = activation.clone();
        both["shadow"] = true.into();
        bodies.extend((path == "activations").then_some(both));
        let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
        for body in bodies {
            let faults = schema::faults(document, &schema, &body, "");
            let answer = fixture.post(OPERATOR, path, &body).await;
            assert_eq!(answer.status == 400, !faults.is_empty(), "{path} {body} {faults:?}: {}", answer.text());
            tried += 1;
        }
    }
    assert!(tried > 500, "{tried}");
}

#[tokio::test]
async fn rejects_arrays_for_objects_without_naming_rust_types() {
    let fixture = Fixture::open().await;
    let rooms = json!({ "account": ACCOUNT, "connection": "rooms" });
    for (path, body) in [
        ("activations", json!(["jitsi", [ACCOUNT, "rooms", null, null], null, false])),
        ("activations", json!({ "plug": "jitsi", "target": [ACCOUNT, "rooms", null, null] })),
        ("activations", json!({ "plug": "jitsi", "target": 7 })),
        ("activations", json!("jitsi")),
        ("activations", json!({ "plug": { "x": 1 }, "target": rooms })),
        ("diffs", json!(["jitsi", "jitsi", ACCOUNT, "rooms", null])),
        ("diffs", json!(7)),
        ("rollbacks", json!([rooms])),
        ("rollbacks", json!({ "target": null })),
        ("promotions", json!([[ACCOUNT, "rooms", null, null]])),
    ] {
        let answer = fixture.post(OPERATOR, path, &body).await;
        assert_eq!(answer.status, 400, "{path} {body}: {}", answer.text());
        let detail = answer.problem();
        for word in ["struct", "Wanted", "Meant", "Only", "u64", "usize"] {
            assert!(!detail.contains(word), "{path} {body}: {detail}");
        }
    }
    let doubled = Request::post("/admin/v1/activations", r#"{"plug":"jitsi","plug":"jitsi","target":{"app":1}}"#);
    assert!(fixture.ask(OPERATOR, doubled).await.problem().contains("duplicate field `plug`"));
}

#[tokio::test]
async fn rejects_unknown_or_invalid_query_parameters() {
    let fixture = Fixture::open().await;
    for (part, path) in [
        ("unknown parameter `acount`: use one of account, limit", "connections?acount=1"),
        ("unknown parameter `x`: this operation has none", "openapi.json?x=1"),
        ("`limit` must be a number from 1 to 1000", "audit?limit=0"),
        ("`limit` must be a number from 1 to 1000", "audit?limit=1001"),
        ("`limit` must be a number", "audit?limit=-1"),
        ("`before` must be a number from 1 to", "audit?before=0"),
        ("`limit` must be a number", "plugs?limit=many"),
        ("`account`: invalid id", "audit?account=a%20b"),
        ("`app`: invalid id", "history?app="),
        ("duplicate parameter `limit`", "audit?limit=1&limit=2"),
        ("use either", "history"),
        ("use either", "history?account=1"),
        ("use either", "history?connection=rooms"),
        ("use either", "history?account=1&connection=rooms&app=1"),
        ("1 to 128 characters", "history?account=1&connection="),
    ] {
        let answer = fixture.get(OPERATOR, path).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text());
        assert!(answer.problem().contains(part), "{path}: {}", answer.text());
    }
    assert_eq!(fixture.get(OPERATOR, "history?account=1&connection=rooms").await.status, 404);
}

#[tokio::test]
async fn a_failing_store_is_reported_and_changes_nothing() {
    let fixture = Fixture::open().await;
    let rooms = json!({ "account": ACCOUNT, "connection": "rooms" });
    fixture.bridge.store.fail_commits(|_| true);
    let answer = fixture.post(OPERATOR, "activations", &json!({ "plug": "jitsi", "target": rooms })).await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    fixture.bridge.store.repair();
    let history = fixture.get(OPERATOR, &format!("history?account={ACCOUNT}&connection=rooms")).await.json();
    assert_eq!(history["live"], 1);
}
