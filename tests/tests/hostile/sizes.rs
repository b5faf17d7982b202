//! Size limits of what plugs return and what is stored of it.

use cordboard::contract::effect::{Exchange, OutboundFailure};
use cordboard::store::sqlite::Sqlite;
use cordboard::store::{Change, JournaledEffect, RefusedRequest, Store, Verdict};
use cordboard_tests::bridge::until;
use cordboard_tests::http::Wire;
use cordboard_tests::hubspot::{meeting, request, with};
use cordboard_tests::served::Served;

use super::breaking::assert_fails;
use super::log;
use super::outside_server::OutsideServer;
use super::setup::{ACCOUNT, REFUSED, Setup, config, hostile, private, settings, verify, webhook};

/// More than any of these operations stores, and far less than the plugs return.
const SMALL: usize = 64 << 10;

/// A long message is truncated in the answer and in the journal.
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
    setup.neighbor_is_served("afterwards").await;
    setup.assert_no_secret();
}

pub async fn huge_effect() {
    assert_fails("huge_effect", "effects of more than 2097152 bytes").await;
}

pub async fn endless_state() {
    assert_fails("endless_state", "more than 262144 bytes of state").await;
}

pub async fn state_flood() {
    assert_fails("state_flood", "more than 262144 bytes of state").await;
}

/// A webhook request with too large events is dead-lettered for a later plug.
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
    setup.neighbor_is_served("afterwards").await;
    setup.assert_no_secret();
}

/// The plug learns that policy refused the request. The journal identifies the request in one commit, without its
/// payload.
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
    assert!(
        !changes.iter().any(|change| matches!(change, Change::RecordEffect { effect: JournaledEffect::Whole(_), .. }))
    );
    setup.neighbor_is_served("afterwards").await;
    setup.assert_no_secret();
}

/// The addresses of a host are known only after the request was journaled. If they are refused, the refusal replaces
/// the request.
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

/// After a crash, a plug that requests the refused request again is resumed, and one that requests another is not.
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
        until("the plug has called the server", || server.requests().len() > before).await;
        let Setup { installation, bridge } = setup;
        bridge.crash().await;
        let store = Sqlite::open(&installation.data()).unwrap();
        let operation = store.unfinished().await.unwrap().remove(0).operation.id;
        if other {
            let refused =
                RefusedRequest { digest: "0".repeat(64), summary: "GET elsewhere".to_owned(), why: String::new() };
            let effect = JournaledEffect::Refused { refused };
            let change = Change::RecordEffect { operation: operation.clone(), number: 0, effect };
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

/// Returns the size of the changes committed since the last call.
fn written(setup: &Setup) -> usize {
    setup.bridge.store.committed().iter().map(|change| format!("{change:?}").len()).sum()
}
