//! Plugs that fail: each failure is one failed operation.

use cordboard::store::Store;
use cordboard_tests::served::Served;

use super::log::logged;
use super::setup::{Setup, verify, webhook};

pub async fn endless_loop() {
    assert_fails("endless_loop", "exceeded its time limit").await;
}

pub async fn memory_bomb() {
    assert_fails("memory_bomb", "exceeded its memory limit").await;
}

pub async fn recursion() {
    assert_fails("recursion", "the plug trapped").await;
}

pub async fn trap() {
    assert_fails("trap", "the plug trapped").await;
}

pub async fn oversized_result() {
    assert_fails("oversized_result", "result is too large").await;
}

pub async fn unreadable_result() {
    assert_fails("unreadable_result", "violated its contract").await;
}

pub async fn senseless_result() {
    assert_fails("senseless_result", "violated its contract").await;
}

pub async fn endless_steps() {
    assert_fails("endless_steps", "more than 32 effects").await;
}

/// Asserts the consequences for the CRM, the sender, the neighbor and the operator.
pub async fn assert_fails(fixture: &str, why: &str) {
    let setup = Setup::of(fixture).await;
    let bridge = &setup.bridge;
    // The neighbor is served during the failure, and afterwards.
    let (booked, ()) = tokio::join!(setup.book("Talk"), setup.neighbor_is_served("during"));
    assert_eq!(booked.status, 502, "{}", booked.text());
    assert!(booked.problem().contains(why), "{}", booked.problem());
    // These two return a valid user id.
    let verified = if ["oversized_result", "unreadable_result"].contains(&fixture) { 200 } else { 502 };
    assert_eq!(verify(bridge).await.status, verified);
    setup.neighbor_is_served("afterwards").await;

    bridge.store.committed();
    let answer = bridge.send(&webhook()).await;
    assert_eq!((answer.status, answer.body.len(), answer.header("x-injected")), (202, 0, None));
    let stored = setup.dead_lettered().await;
    assert!(stored.contains(why), "{stored}");
    setup.neighbor_is_served("at the end").await;

    assert_eq!(bridge.count("provider", "dead-lettered"), 1);
    assert_eq!(bridge.count("crm", "plug-failed"), if verified == 200 { 1 } else { 2 });
    assert!(bridge.events().await.is_empty());
    assert!(bridge.store.unfinished().await.unwrap().is_empty());
    for (answer, message) in [(booked, "plug call failed"), (answer, "plug failed to process a webhook request")] {
        let id = format!("request_id={} ", answer.header("x-request-id").expect("an id"));
        let is_logged = |line: &str| ["ERROR", message, id.as_str(), why].iter().all(|part| line.contains(part));
        assert!(logged().lines().any(is_logged), "{message}");
    }
    setup.assert_no_secret();
}
