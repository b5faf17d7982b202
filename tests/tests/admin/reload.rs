//! Reloading the configuration.

use cordboard::config::TokenHash;
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::{self, ACCOUNT, meeting};
use serde_json::json;

use super::fixture::{ACME, Fixture, OPERATOR, config};

#[tokio::test]
async fn a_valid_configuration_is_applied_and_an_invalid_one_is_not() {
    let fixture = Fixture::open().await;
    let reload = || fixture.ask(OPERATOR, Request::new("POST", "/admin/v1/reload", ""));
    assert_eq!(reload().await.json(), json!({ "generations": 0, "atNextStart": [] }));

    let moved = config().replacen("meet.example.org", "other.example.org", 1);
    fixture.installation.configure(&format!("retention-days = 3\n{moved}"));
    assert_eq!(reload().await.json(), json!({ "generations": 1, "atNextStart": ["retention-days"] }));
    let answer = hubspot::create(&fixture.bridge, &meeting("moved")).await;
    assert!(answer.member("conferenceUrl").starts_with("https://other.example.org/"));
    let newest = fixture.audit(OPERATOR, "?limit=1").await.remove(0);
    assert_eq!(newest, ["operator", "reload", "", "new generations: 1"].map(str::to_owned));

    for (part, wrong) in [("unknown key", format!("lisen = 1\n{moved}")), ("`host`", moved.replace("host =", "hast ="))]
    {
        fixture.installation.configure(&wrong);
        let refused = reload().await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(refused.problem().contains(part), "{}", refused.text());
        let answer = hubspot::create(&fixture.bridge, &meeting(part)).await;
        assert!(answer.member("conferenceUrl").starts_with("https://other.example.org/"));
    }
}

#[tokio::test]
async fn reloading_replaces_tokens() {
    let fixture = Fixture::open().await;
    let [fresh, old] = ["a-fresh-token", ACME].map(|token| TokenHash::of(token).written());
    fixture.installation.configure(&config().replace(&old, &fresh));
    assert_eq!(fixture.get(ACME, "plugs").await.status, 200, "the configuration is not reloaded yet");
    assert_eq!(fixture.ask(OPERATOR, Request::new("POST", "/admin/v1/reload", "")).await.status, 200);
    assert_eq!(fixture.get(ACME, "plugs").await.status, 401);
    assert_eq!(fixture.get("a-fresh-token", "plugs").await.status, 200);
    assert_eq!(fixture.get("a-fresh-token", &format!("audit?account={ACCOUNT}")).await.status, 200);
}
