//! Changes of the configuration between two starts.

use cordboard_tests::bridge::{Installation, PUBLIC_URL};
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::{self, SECRET, created, delete, meeting, target, update};
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::sign;
use serde_json::json;

#[tokio::test]
async fn a_conference_outlives_its_connection() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let with = hubspot::config("conferencing = \"rooms\"", &provider.connection());
    let bridge = installation.open(&with).await;
    let (stored, gone) = (created(&bridge, &meeting("Stored")).await, created(&bridge, &meeting("Gone")).await);
    bridge.close().await;

    let without = installation.open(&hubspot::config("", "")).await;
    assert_eq!(update(&without, &stored, meeting("Stored, moved")).await.status, 204);
    assert_eq!(delete(&without, &gone).await.status, 204);
    assert_eq!(delete(&without, &gone).await.status, 204, "it is deleted already");
    let left: Vec<_> = without.leftovers().await.into_iter().filter(|left| !left.unacknowledged_create).collect();
    assert_eq!(left.len(), 2);
    assert!(left.iter().all(|left| left.why.contains("its connection is no longer configured")));
    without.close().await;

    let again = installation.open(&with).await;
    assert_eq!(update(&again, &stored, meeting("Stored, moved again")).await.status, 204);
    assert_eq!(update(&again, &gone, meeting("Gone")).await.status, 404);
}

#[tokio::test]
async fn accepts_only_the_configured_signature_versions() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let config = hubspot::config("conferencing = \"rooms\"", &provider.connection());
    let strict = config.replace("plug = \"hubspot\"\n", "plug = \"hubspot\"\naccept-signatures = [\"v3\"]\n");
    assert_ne!(strict, config);
    let body = json!({ "portalId": hubspot::ACCOUNT, "userEmail": cordboard_tests::provider::USER }).to_string();
    let older = sign::v1(Request::post(&target("verify-user"), body.clone()), SECRET);

    let bridge = installation.open(&config).await;
    assert_eq!(bridge.send(&older).await.status, 200);
    bridge.close().await;
    let bridge = installation.open(&strict).await;
    let refused = bridge.send(&older).await;
    assert_eq!(refused.status, 401);
    assert_eq!(bridge.count("crm", "not-accepted"), 1);
    let now = cordboard::clock::now();
    let newer = sign::v3(Request::post(&target("verify-user"), body), SECRET, PUBLIC_URL, now);
    assert_eq!(bridge.send(&newer).await.status, 200);
}
