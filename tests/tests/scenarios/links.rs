//! The bridge's own links, which redirect to the current join URL as long as the conference exists.

use cordboard::store::Store;
use cordboard_tests::HOSTILE;
use cordboard_tests::bridge::{Bridge, Installation, PUBLIC_URL};
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::{self, ACCOUNT, create, created, delete, meeting, update};
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::shared_scenarios::senders;

/// Returns the target of the bridge's link to a conference.
async fn link(bridge: &Bridge, conference: &str) -> String {
    format!("/j/{}", bridge.store.conference(conference).await.unwrap().unwrap().link())
}

#[tokio::test]
async fn the_crm_gets_our_link_if_the_join_url_may_change() {
    let installation = Installation::new();
    installation.put("moving.wasm", HOSTILE);
    let settings = "settings = { mode = \"ok\", url = \"moving.example\" }";
    let connection = format!("[account.{ACCOUNT}.connection.rooms]\nplug = \"./moving.wasm\"\n{settings}\n");
    let bridge = installation.open(&hubspot::config("conferencing = \"rooms\"", &connection)).await;
    let answer = create(&bridge, &meeting("Talk")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let (id, url) = (answer.member("conferenceId"), answer.member("conferenceUrl"));
    let ours = link(&bridge, &id).await;
    assert_eq!(url, format!("{PUBLIC_URL}{ours}"));
    assert!(!url.contains(&id), "participants must not learn the id, with which HubSpot deletes");
    let followed = bridge.send(&Request::get(&ours)).await;
    assert_eq!((followed.status, followed.header("location")), (302, Some("https://hostile.example/1")));
    assert_eq!(bridge.send(&Request::get(&format!("/j/{id}"))).await.status, 404);
}

#[tokio::test]
async fn a_link_redirects_to_the_current_join_url() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = installation.open(&hubspot::config("conferencing = \"rooms\"", &provider.connection())).await;
    let conference = created(&bridge, &meeting("Talk")).await;
    let ours = link(&bridge, &conference).await;
    let follow = async |method: &str, target: &str| bridge.send(&Request::new(method, target, "")).await;

    for method in ["GET", "HEAD"] {
        let answer = Request::new(method, &ours, "");
        let mut wire = cordboard_tests::http::Wire::connect(bridge.address).await;
        wire.write(&answer.bytes()).await;
        let answer = wire.answer().await.unwrap();
        assert_eq!((answer.status, answer.header("location")), (302, Some("https://rooms.example/4001")));
        assert_eq!(answer.header("cache-control"), Some("no-store"), "the target may change");
    }
    provider.move_rooms("https://new-rooms.example");
    assert_eq!(update(&bridge, &conference, meeting("Talk, moved")).await.status, 204);
    let moved = follow("GET", &format!("{ours}?from=mail")).await;
    assert_eq!((moved.status, moved.header("location")), (302, Some("https://new-rooms.example/4001")));

    senders::unknown_addresses_are_not_found(&bridge, &provider).await;
    let posted = follow("POST", &ours).await;
    assert_eq!((posted.status, posted.header("allow")), (405, Some("GET, HEAD")));
    assert!(posted.problem().contains("GET"));

    assert_eq!(delete(&bridge, &conference).await.status, 204);
    assert_eq!(follow("GET", &ours).await.status, 404);
}
