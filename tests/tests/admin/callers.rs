//! Tokens and their permissions.

use cordboard::plug::builtin;
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::{self, ACCOUNT, APP};
use serde_json::{Value, json};

use super::fixture::{ACME, Fixture, OPERATOR, OTHER, config};
use super::schema;

/// Returns all operations: method, path with query, body, and the status for the operator, for an account's token with
/// its own account, and for that token with another account.
fn table(account: u64) -> Vec<(&'static str, String, Value, u16, u16, u16)> {
    let rooms = json!({ "account": account, "connection": "rooms" });
    let activation = |target: &Value| json!({ "plug": "jitsi", "target": target });
    let only = |target: &Value| json!({ "target": target });
    let compared = json!({ "one": "jitsi", "other": "jitsi", "account": account, "connection": "rooms" });
    let (app, using) = (json!({ "app": APP }), json!({ "plug": "jitsi" }));
    vec![
        ("GET", "openapi.json".to_owned(), Value::Null, 200, 200, 200),
        ("GET", "plugs".to_owned(), Value::Null, 200, 200, 200),
        ("POST", "plugs".to_owned(), Value::Null, 201, 403, 403),
        ("GET", format!("connections?account={account}"), Value::Null, 200, 200, 403),
        ("POST", "activations".to_owned(), activation(&rooms), 200, 200, 403),
        ("POST", "rollbacks".to_owned(), only(&rooms), 200, 200, 403),
        // There is no candidate.
        ("POST", "promotions".to_owned(), only(&rooms), 422, 422, 403),
        ("GET", format!("history?account={account}&connection=rooms"), Value::Null, 200, 200, 403),
        ("GET", format!("audit?account={account}"), Value::Null, 200, 200, 403),
        ("POST", "diffs".to_owned(), compared, 200, 200, 403),
        ("GET", format!("leftovers?account={account}"), Value::Null, 200, 200, 403),
        // There is no such leftover.
        ("POST", "acknowledgements".to_owned(), json!({ "ids": ["ffffffff"], "account": account }), 404, 404, 403),
        ("GET", "retention".to_owned(), Value::Null, 200, 200, 200),
        ("POST", "retention/confirmations".to_owned(), Value::Null, 200, 403, 403),
        ("POST", "reload".to_owned(), Value::Null, 200, 403, 403),
        ("POST", "activations".to_owned(), json!({ "plug": "hubspot", "target": app }), 200, 403, 403),
        ("POST", "rollbacks".to_owned(), only(&app), 200, 403, 403),
        ("POST", "promotions".to_owned(), only(&app), 422, 403, 403),
        ("GET", format!("history?app={APP}"), Value::Null, 200, 403, 403),
        ("POST", "activations".to_owned(), activation(&using), 200, 403, 403),
        ("POST", "rollbacks".to_owned(), only(&using), 200, 403, 403),
        ("POST", "promotions".to_owned(), only(&using), 422, 403, 403),
    ]
}

fn request(method: &str, path: &str, body: &Value) -> Request {
    let target = format!("/admin/v1/{path}");
    match (method, path) {
        ("GET", _) => Request::get(&target),
        (_, "plugs") => Request::new("POST", &target, builtin::find("jitsi").unwrap()),
        _ => Request::post(&target, if body.is_null() { String::new() } else { body.to_string() }),
    }
}

#[tokio::test]
async fn a_token_is_limited_to_its_account_and_permissions() {
    let fixture = Fixture::open().await;
    for (account, token, column) in [(ACCOUNT, OPERATOR, 0), (ACCOUNT, ACME, 1), (OTHER, ACME, 2)] {
        for (method, path, body, operator, own, foreign) in table(account) {
            let answer = fixture.ask(token, request(method, &path, &body)).await;
            let expected = [operator, own, foreign][column];
            assert_eq!(answer.status, expected, "{token}: {method} {path} {body}: {}", answer.text());
            if expected == 403 && path == "plugs" {
                let detail = answer.problem();
                assert!(
                    detail.contains("may not push plugs: set `push = true` under [admin.token.\"acme\"]"),
                    "{detail}"
                );
            } else if expected == 403 {
                assert!(answer.problem().contains("the token `acme` is limited to account 123123"), "{path}");
            }
        }
    }
    let names: Vec<_> = table(1).iter().map(|row| format!("{} /{}", row.0, row.1.split('?').next().unwrap())).collect();
    let document = fixture.document().await;
    let operations = document["paths"].as_object().unwrap().iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let missing: Vec<_> = operations.filter(|operation| !names.contains(operation)).collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");

    // Without an account, a token sees only its own.
    let served = fixture.get(ACME, "connections").await.json()["served"].as_array().unwrap().clone();
    assert_eq!(served.len(), 1);
    assert_eq!(served[0]["target"], json!({ "account": ACCOUNT.to_string(), "connection": "rooms" }));
    assert_eq!(fixture.get(OPERATOR, "connections").await.json()["served"].as_array().unwrap().len(), 3);
    fixture
        .post(
            OPERATOR,
            "activations",
            &json!({ "plug": "jitsi", "target": { "account": OTHER, "connection": "rooms" } }),
        )
        .await;
    let of_acme = fixture.get(ACME, "audit").await.json();
    let of_all = fixture.get(OPERATOR, "audit").await.json();
    let accounts = |audit: &Value| {
        let entries = audit["entries"].as_array().unwrap().iter();
        entries.map(|entry| entry["account"].as_str().map(str::to_owned)).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(accounts(&of_acme), [Some(ACCOUNT.to_string())].into());
    assert_eq!(accounts(&of_all), [None, Some(OTHER.to_string()), Some(ACCOUNT.to_string())].into());
}

#[tokio::test]
async fn rejects_callers_without_a_known_token() {
    let fixture = Fixture::open().await;
    let long = format!("Bearer {}", "a".repeat(4_000));
    let cut = format!("Bearer {}", OPERATOR.get(1..).unwrap());
    let hash = format!("Bearer {}", cordboard::config::TokenHash::of(OPERATOR).written());
    let basic = format!("Basic {OPERATOR}");
    for path in ["/admin/v1/plugs", "/admin/v1/openapi.json", "/admin/v1/nowhere", "/admin/v1/", "/admin/v1"] {
        for header in ["", "Bearer", "Bearer ", OPERATOR, &basic, &long, &cut, &hash, "Bearer x\u{e9}"] {
            let request = Request::get(path);
            let request = if header.is_empty() { request } else { request.header("authorization", header) };
            let answer = fixture.send(request).await;
            assert_eq!(answer.status, 401, "{path} {header}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            assert!(!answer.problem().contains(OPERATOR));
        }
    }
    let right = format!("Bearer {OPERATOR}");
    let twice = Request::get("/admin/v1/plugs").header("authorization", &right).header("authorization", &right);
    assert_eq!(fixture.send(twice).await.status, 401);
    let lower = Request::get("/admin/v1/plugs").header("authorization", &format!("bearer {OPERATOR}"));
    assert_eq!(fixture.send(lower).await.status, 200, "a scheme has no case");
    for path in ["/health/live", "/health/ready", "/metrics"] {
        assert_eq!(fixture.send(Request::get(path)).await.status, 200, "{path} is open");
    }
    let outside = Request::get("/admin/v1/plugs").header("authorization", &right).send(fixture.bridge.address).await;
    assert_eq!(outside.status, 404, "the listener for senders has no admin API");
}

#[tokio::test]
async fn without_tokens_every_call_explains_how_to_create_one() {
    let connection =
        "[account.123123.connection.rooms]\nplug = \"jitsi\"\nsettings = { host = \"https://meet.example.org\" }";
    let fixture = Fixture::with(&hubspot::config("conferencing = \"rooms\"", connection)).await;
    for (method, path, body, ..) in table(ACCOUNT) {
        let answer = fixture.send(request(method, &path, &body).header("authorization", "Bearer any")).await;
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.problem().contains("`cordboard token new`"));
    }
}

#[tokio::test]
async fn the_openapi_document_matches_the_routes() {
    let fixture = Fixture::open().await;
    let document = fixture.document().await;
    assert_eq!(
        (document["openapi"].as_str(), document["servers"][0]["url"].as_str()),
        (Some("3.1.0"), Some("/admin/v1"))
    );
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            let answer = fixture.ask(OPERATOR, Request::post(&format!("/admin/v1{path}"), "x").as_method(method)).await;
            match methods.get(method.to_lowercase()) {
                Some(_) => assert!(![404, 405].contains(&answer.status), "{method} {path}: {}", answer.text()),
                None => {
                    assert_eq!(answer.status, 405, "{method} {path}");
                    let allowed: Vec<_> = answer.header("allow").unwrap().split(", ").map(str::to_lowercase).collect();
                    assert_eq!(allowed.len(), methods.as_object().unwrap().len());
                    assert!(allowed.iter().all(|method| methods.get(method).is_some()), "{allowed:?}");
                }
            }
        }
    }
    assert_eq!(fixture.get(OPERATOR, "nowhere").await.status, 404);
    // Errors match the document.
    let refused = fixture.get(OPERATOR, "nowhere").await.json();
    assert_eq!(schema::faults(document, &json!({ "$ref": "#/components/schemas/Problem" }), &refused, ""), [""; 0]);
    assert!(config().contains("sha256") && !config().contains(OPERATOR), "the configuration has hashes only");
}
