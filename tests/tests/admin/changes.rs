//! Plugs are activated, tried, promoted and rolled back; all of it is written down.

use cordboard_tests::bridge::until;
use cordboard_tests::hubspot::{self, ACCOUNT, APP, meeting};
use cordboard_tests::plugs::{numbered, with_text};
use serde_json::{Value, json};

use super::fixture::{ACME, Fixture, OPERATOR, OTHER};

const FIRST: &str = "Join the video conference:";
const SECOND: &str = "Join the VIDEO conference:";

fn rooms() -> Value {
    json!({ "account": ACCOUNT.to_string(), "connection": "rooms" })
}

/// The first line of what a meeting is told: it tells the plug's version.
async fn version(fixture: &Fixture, topic: &str) -> String {
    let answer = hubspot::create(&fixture.bridge, &meeting(topic)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.member("conferenceDetails").lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_plug_is_pushed_activated_and_rolled_back_and_all_of_it_is_written_down() {
    let fixture = Fixture::open().await;
    let digest = fixture.push(with_text("jitsi", FIRST, SECOND)).await;
    assert_eq!(version(&fixture, "pushed").await, FIRST, "a push changes nothing");
    let activated = fixture.post(ACME, "activations", &json!({ "plug": digest, "target": rooms() })).await;
    assert_eq!(activated.status, 200, "{}", activated.text());
    let change = json!({ "target": rooms(), "from": 1, "to": 2, "plug": digest });
    assert_eq!(activated.json(), json!({ "changes": [change] }));
    assert_eq!(version(&fixture, "activated").await, SECOND);

    let served = fixture.get(OPERATOR, &format!("connections?account={ACCOUNT}")).await.json();
    assert_eq!(served["served"][0]["live"]["generation"], 2);
    assert_eq!(served["served"][0]["live"]["plug"], digest.as_str());
    assert_eq!(served["served"][0]["candidate"], Value::Null);
    let history = fixture.get(ACME, &format!("history?account={ACCOUNT}&connection=rooms")).await.json();
    assert_eq!((&history["live"], &history["pinned"]), (&json!(2), &json!(true)));
    let generations = history["generations"].as_array().unwrap();
    assert_eq!(generations.len(), 2);
    assert_eq!((&generations[0]["by"], &generations[0]["cause"]), (&json!("acme"), &json!("activated")));
    assert_eq!((&generations[1]["by"], &generations[1]["cause"]), (&json!("configuration"), &json!("configured")));
    assert_eq!(generations[0]["content"], generations[1]["content"], "the settings are the same");

    let back = fixture.post(OPERATOR, "rollbacks", &json!({ "target": rooms() })).await.json();
    assert_eq!((&back["changes"][0]["from"], &back["changes"][0]["to"]), (&json!(2), &json!(1)));
    assert_eq!(version(&fixture, "back").await, FIRST);

    let entry = |who: &str, what: &str, from: &str, to: &str| [who, what, from, to].map(str::to_owned);
    let of_account = fixture.audit(OPERATOR, &format!("?account={ACCOUNT}")).await;
    let version = cordboard::plug::inspect(&engine(), cordboard::plug::builtin::find("jitsi").unwrap()).unwrap();
    let name = format!("jitsi {}", version.description.version);
    assert_eq!(
        of_account,
        [
            entry("owner", "roll back", &format!("#2 {name}"), &format!("#1 {name}")),
            entry("acme", "activate", &format!("#1 {name}"), &format!("#2 {name}")),
            entry("configuration", "configure", "", &format!("#1 {name}")),
        ]
    );
    assert!(fixture.audit(OPERATOR, "").await.contains(&entry("owner", "push", "", &name)));
    assert_eq!(fixture.audit(OPERATOR, "?limit=1").await.len(), 1);
}

fn engine() -> cordboard::plug::Engine {
    cordboard::plug::Engine::new(&cordboard::plug::Options::default()).unwrap()
}

#[tokio::test]
async fn a_canary_is_seen_and_promoted() {
    let fixture = Fixture::open().await;
    let digest = fixture.push(numbered("jitsi", 1)).await;
    let bare = digest.strip_prefix("sha256:").unwrap().to_uppercase();
    let wanted = json!({ "plug": bare, "target": rooms(), "canary": "12.5%" });
    assert_eq!(fixture.post(ACME, "activations", &wanted).await.status, 200);
    let served = fixture.get(ACME, "connections").await.json()["served"][0].clone();
    assert_eq!((&served["candidate"]["canary"], &served["candidate"]["shadow"]), (&json!("12.5%"), &json!(false)));
    assert_eq!((&served["candidate"]["plug"], &served["live"]["generation"]), (&json!(digest), &json!(1)));
    let history = fixture.get(ACME, &format!("history?account={ACCOUNT}&connection=rooms")).await.json();
    let candidate = json!({ "generation": 2, "canary": "12.5%", "shadow": false, "seen": null });
    assert_eq!(history["candidate"], candidate);

    let promoted = fixture.post(ACME, "promotions", &json!({ "target": rooms() })).await.json();
    assert_eq!(promoted["changes"][0]["to"], 2);
    let done: Vec<_> =
        fixture.audit(ACME, "").await.into_iter().map(|[who, what, ..]| format!("{who}: {what}")).collect();
    assert_eq!(done, ["acme: promote", "acme: canary", "configuration: configure"]);
}

#[tokio::test]
async fn a_shadow_is_counted_and_its_differences_are_told() {
    let fixture = Fixture::open().await;
    let other = fixture.push(with_text("jitsi", FIRST, SECOND)).await;
    let wanted = json!({ "plug": other, "target": rooms(), "shadow": true });
    assert_eq!(fixture.post(OPERATOR, "activations", &wanted).await.status, 200);
    assert_eq!(version(&fixture, "watched").await, FIRST);
    let id = cordboard_tests::bridge::connection(ACCOUNT, "rooms");
    until("the candidate was asked", || {
        let topology = fixture.bridge.running().topology();
        let seen = &topology.connection(&id).unwrap().shadow().unwrap().shadow_stats;
        seen.count(cordboard::topology::ShadowOutcome::Different) == 1
    })
    .await;
    let mut differences = Vec::new();
    for _ in 0..500 {
        let history = fixture.get(ACME, &format!("history?account={ACCOUNT}&connection=rooms")).await.json();
        assert_eq!(history["candidate"]["seen"], json!({ "same": 0, "different": 1, "skipped": 0 }));
        differences = history["differences"].as_array().unwrap().clone();
        if !differences.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!((differences.len(), &differences[0]["kind"]), (1, &json!("create")));
    assert!(differences[0]["candidate"].as_str().unwrap().contains("VIDEO"), "{differences:?}");
    assert_eq!(fixture.post(ACME, "rollbacks", &json!({ "target": rooms() })).await.status, 200);
    assert_eq!(fixture.get(ACME, "connections").await.json()["served"][0]["candidate"], Value::Null);
}

#[tokio::test]
async fn all_that_use_a_plug_and_apps_are_changed_by_who_may() {
    let fixture = Fixture::open().await;
    let digest = fixture.push(numbered("jitsi", 2)).await;
    let all =
        fixture.post(OPERATOR, "activations", &json!({ "plug": digest, "target": { "plug": "jitsi" } })).await.json();
    let changed: Vec<_> = all["changes"].as_array().unwrap().iter().map(|change| change["target"].clone()).collect();
    assert_eq!(changed, [json!({ "account": OTHER.to_string(), "connection": "rooms" }), rooms()]);
    assert_eq!(version(&fixture, "all").await, FIRST);

    let hubspot = fixture.push(numbered("hubspot", 1)).await;
    let app = fixture.post(OPERATOR, "activations", &json!({ "plug": hubspot, "target": { "app": APP } })).await.json();
    assert_eq!(app["changes"][0]["target"], json!({ "app": APP.to_string() }));
    let history = fixture.get(OPERATOR, &format!("history?app={APP}")).await.json();
    assert_eq!((&history["target"], &history["live"]), (&json!({ "app": APP.to_string() }), &json!(2)));
    assert_eq!(version(&fixture, "by another plug of the CRM").await, FIRST);
}
