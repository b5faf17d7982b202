//! What a plug returns has its size, and what is kept of it is bounded.

use cordboard::contract::effect::{Exchange, OutboundFailure};
use cordboard::store::sqlite::Sqlite;
use cordboard::store::{Change, JournaledEffect, RefusedRequest, Store, Verdict};
use cordboard_tests::bridge::until;
use cordboard_tests::http::Wire;
use cordboard_tests::hubspot::{meeting, request, with};
use cordboard_tests::served::Served;

use super::breaking::breaks;
use super::log;
use super::outside_server::OutsideServer;
use super::setup::{ACCOUNT, REFUSED, Setup, config, hostile, private, settings, verify, webhook};

/// More than any of these operations has to keep, and far less than their plugs return.
const SMALL: usize = 64 << 10;

/// A long sentence is cut: the CRM is told, and the journal keeps, its beginning.
pub async fn huge_failure() {
    let setup = Setup::of("huge_failure").await;
    setup.bridge.store.committed();
    let before = setup.bridge.store.stored_bytes(&ACCOUNT.into());
    let booked = setup.book("Talk").await;
    assert_eq!(booked.status, 422, "{}", booked.text());
    assert!(booked.text().contains("xxxx") && booked.body.len() < 2_000, "{} bytes", booked.body.len());
    assert_eq!(verify(&setup.bridge).await.status, 422);
    assert!(written(&setup) < SMALL);
    let answer = setup.bridge.send(&webhook()).await;
    assert_eq!(answer.status, 202);
    let stored = setup.bridge.store.inbound_requests().await;
    assert_eq!((stored.len(), stored[0].verdict, stored[0].detail.len()), (1, Verdict::Unsupported, 512));
    let stored = setup.bridge.store.stored_bytes(&ACCOUNT.into()) - before;
    assert!(stored < SMALL as u64, "{stored}");
    setup.neighbour_is_served("afterwards").await;
    setup.assert_no_secret();
}

pub async fn huge_effect() {
    breaks("huge_effect", "effects of more than 2097152 bytes").await;
}

pub async fn endless_state() {
    breaks("endless_state", "more than 262144 bytes of state").await;
}

pub async fn state_flood() {
    breaks("state_flood", "more than 262144 bytes of state").await;
}

/// A plug that cannot say it shorter is one that cannot read the delivery: it is kept for a better one.
pub async fn huge_event() {
    let setup = Setup::of("huge_event").await;
    assert_eq!(setup.book("Talk").await.status, 200);
    setup.bridge.store.committed();
    let answer = setup.bridge.send(&webhook()).await;
    assert_eq!((answer.status, answer.body.len()), (202, 0));
    let stored = setup.dead_lettered().await;
    assert!(stored.contains("more than 2097152 bytes in total"), "{stored}");
    assert!(setup.bridge.store.stored_bytes(&ACCOUNT.into()) < SMALL as u64);
    assert!(setup.bridge.events().await.is_empty());
    setup.neighbour_is_served("afterwards").await;
    setup.assert_no_secret();
}

/// The plug is told that policy refused it; the journal keeps which request that was, in one commit and without payload.
pub async fn many_headers() {
    let server = OutsideServer::start().await;
    let setup = Setup::calling("many_headers", &server.address.to_string(), &[&server.url("/path?query")]).await;
    setup.bridge.store.committed();
    assert_eq!(setup.book("Talk").await.member("conferenceDetails"), REFUSED);
    assert_eq!(server.connections(), 0);
    let stored = setup.bridge.store.recorded(&hostile(), 10).await.unwrap();
    let [journal] = stored.as_slice() else { panic!("{stored:?}") };
    assert_eq!(journal.exchanges.len(), 4);
    for exchanged in &journal.exchanges {
        assert_eq!(exchanged.exchange, Some(Exchange::Failed(OutboundFailure::RefusedByPolicy)));
        let JournaledEffect::Refused { refused } = &exchanged.effect else { panic!("{exchanged:?}") };
        assert_eq!(refused.summary, format!("GET {}", server.url("/path")));
        assert!(refused.why.contains("5000 headers") && refused.digest.len() == 64, "{refused:?}");
    }
    let changes = setup.bridge.store.committed();
    assert!(!format!("{changes:?}").contains("payload-of-a-header"));
    assert!(!changes.iter().any(|change| matches!(change, Change::RecordEffect { .. })));
    setup.neighbour_is_served("afterwards").await;
    setup.assert_no_secret();
}

/// Where the addresses of a host's name are no provider's: that is known only once the request is journaled, and then it
/// takes the request's place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_refused_for_its_address_is_removed_from_the_journal() {
    let target = "https://localhost/path?payload-of-a-query";
    let setup = Setup::open(&settings("forbidden_host", "localhost", &[target]), "").await;
    assert_eq!(setup.book("Talk").await.member("conferenceDetails"), REFUSED);
    let stored = setup.bridge.store.recorded(&hostile(), 10).await.unwrap();
    let [journal] = stored.as_slice() else { panic!("{stored:?}") };
    assert!(!format!("{:?}", journal.exchanges).contains("payload"), "{:?}", journal.exchanges);
    let JournaledEffect::Refused { refused } = &journal.exchanges[0].effect else { panic!("{journal:?}") };
    assert_eq!(refused.summary, "GET https://localhost/path");
    assert_eq!(journal.exchanges[0].exchange, Some(Exchange::Failed(OutboundFailure::RefusedByPolicy)));
}

/// Run again after a crash, a plug that returns the refused request goes on; one that returns another does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_request_is_recognized_after_a_crash() {
    let server = OutsideServer::start().await;
    let here = server.address.to_string();
    let asking = settings("forbidden_host", &here, &["https://elsewhere.example/refused", &server.url("/then")]);
    for other in [false, true] {
        log::begin();
        let before = server.requests().len();
        server.silence(true);
        let setup = Setup::open(&asking, &private(&here)).await;
        let mut wire = Wire::connect(setup.bridge.address).await;
        wire.write(&request("create-meeting", &with(meeting("Talk"), "portalId", ACCOUNT)).bytes()).await;
        until("the plug has asked", || server.requests().len() > before).await;
        let Setup { installation, bridge } = setup;
        bridge.crash().await;
        let store = Sqlite::open(&installation.data()).unwrap();
        let operation = store.unfinished().await.unwrap().remove(0).operation.id;
        if other {
            let refused =
                RefusedRequest { digest: "0".repeat(64), summary: "GET elsewhere".to_owned(), why: String::new() };
            let change = Change::RecordRefusedEffect { operation: operation.clone(), number: 0, refused };
            store.commit(vec![change]).await.unwrap();
        }
        drop(store);
        server.silence(false);
        let bridge = installation.open(&config(&asking, &private(&here))).await;
        bridge.idle().await;
        assert!(bridge.store.unfinished().await.unwrap().is_empty());
        let again = server.requests().len() - before - 1;
        assert_eq!(again, usize::from(!other), "the request that may be repeated");
        let differs =
            |line: &str| line.contains("a different effect than before the interruption") && line.contains(&operation);
        assert_eq!(log::logged().lines().any(differs), other);
    }
}

/// Bytes of what was committed since this was last asked.
fn written(setup: &Setup) -> usize {
    setup.bridge.store.committed().iter().map(|change| format!("{change:?}").len()).sum()
}
