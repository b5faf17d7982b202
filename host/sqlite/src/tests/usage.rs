//! The bytes that accounts have stored.

use cordboard_core::AccountId;
use cordboard_core::types::effect::OutboundFailure;
use cordboard_store::{JournaledEffect, RefusedRequest};

use super::*;

/// Recounts the stored bytes of an account, as the migrations do.
pub(super) fn recounted(bench: &Bench, account: &AccountId) -> u64 {
    let counted = [include_str!("../migrations/4.sql"), include_str!("../migrations/5.sql")].map(|migration| {
        let (_, counting) = migration.split_once("INSERT INTO account_usage").unwrap();
        let counting = counting.trim_start_matches(" (account, bytes)");
        let (counting, _) = counting.split_once(';').unwrap();
        let counting = counting.split("ON CONFLICT").next().unwrap();
        let counting = counting.replace("SELECT account, SUM(bytes) FROM", "SELECT account, SUM(bytes) AS total FROM");
        let counted = format!("SELECT COALESCE(SUM(total), 0) FROM ({counting}) WHERE account = ?1");
        bench.raw().query_row(&counted, [account.as_str()], |row| row.get::<_, i64>(0)).unwrap().cast_unsigned()
    });
    counted.iter().sum()
}

#[track_caller]
fn assert_counted(bench: &Bench) -> u64 {
    let stored = bench.store.stored_bytes(&rooms().account);
    assert_eq!(stored, recounted(bench, &rooms().account));
    stored
}

fn refused() -> JournaledEffect {
    let refused = RefusedRequest { digest: "d".repeat(64), summary: "GET".to_owned(), why: "because".to_owned() };
    JournaledEffect::Refused { refused }
}

#[tokio::test]
async fn stored_replaced_and_deleted_bytes_are_counted() {
    let bench = Bench::new();
    assert_eq!(assert_counted(&bench), 0);
    let of = || "o".to_owned();
    let ask = |number| Change::RecordEffect { operation: of(), number, effect: call("https://a.example").into() };
    bench.commit([Change::Begin(operation("o", OperationKind::Create)), ask(0)]).await;
    let begun = assert_counted(&bench);
    assert!(begun > 512);
    bench
        .commit([Change::RecordExchange { operation: of(), number: 0, exchange: answered(&[b'x'; 5000]) }, ask(1)])
        .await;
    assert!(assert_counted(&bench) > begun + 5000);
    let refuse = |number| Change::RecordEffect { operation: of(), number, effect: refused() };
    bench
        .commit([
            refuse(1),
            refuse(2),
            Change::PutConference(conference("c", "1")),
            Change::PutInboundRequest(inbound_request("d", Verdict::Accepted, 1)),
            append("k1", None),
            alias("a", "1"),
        ])
        .await;
    let before = assert_counted(&bench);
    // These replace what is stored.
    bench
        .commit([
            Change::PutConference(Conference { topic: "t".repeat(1000), ..conference("c", "1") }),
            Change::PutInboundRequest(InboundRequest {
                body: vec![0; 1000],
                ..inbound_request("d", Verdict::Accepted, 1)
            }),
            append("k1", None),
            alias("a", "1"),
        ])
        .await;
    let after = assert_counted(&bench);
    assert!((before + 1900..before + 2000).contains(&after), "{before}, {after}");
    // A failed commit is not counted.
    bench.refused([append("lost", None), finish("never", true)]).await;
    assert_eq!(assert_counted(&bench), after);
    bench.commit([finish_at("o", false, 5), Change::DeleteConference { id: "c".to_owned(), at: 5 }]).await;
    assert_counted(&bench);

    let bench = bench.reopened();
    assert_counted(&bench);
    while bench.commit([Change::Prune { before: u64::MAX, max: 2 }]).await.pruned > 0 {
        assert_counted(&bench);
    }
    assert_eq!(assert_counted(&bench), 0);
    let verified = || Change::VerifiedUser { connection: rooms(), id: "user".to_owned() };
    bench.commit([verified(), alias("x", "y"), alias("x", "z")]).await;
    bench.commit([verified()]).await;
    assert_eq!(assert_counted(&bench), 256 + 4 + 256 + 2);
}

#[tokio::test]
async fn a_refusal_replaces_its_effect_in_the_journal() {
    let bench = Bench::new();
    let refuse = |number| Change::RecordEffect { operation: "o".to_owned(), number, effect: refused() };
    let ask =
        Change::RecordEffect { operation: "o".to_owned(), number: 1, effect: call("https://payload.example").into() };
    bench.commit([Change::Begin(operation("o", OperationKind::Create)), refuse(0), ask]).await;
    bench.commit([refuse(1)]).await;
    let journal = bench.store.unfinished().await.unwrap().remove(0);
    assert_eq!(journal.exchanges.len(), 2);
    for exchanged in journal.exchanges {
        assert_eq!(exchanged.exchange, Some(Exchange::Failed(OutboundFailure::RefusedByPolicy)));
        assert_eq!(exchanged.effect, refused());
    }
    assert!(
        bench
            .refused([Change::RecordEffect { operation: "none".to_owned(), number: 0, effect: refused() }])
            .await
            .contains("refers to a record that does not exist")
    );
}

/// Each step is bounded in bytes, too: deleted data is overwritten, while other commits wait.
#[tokio::test]
async fn each_pruning_step_deletes_a_bounded_number_of_bytes() {
    let bench = Bench::new();
    for number in 0..8_u64 {
        let id = format!("o{number}");
        let answer =
            Change::RecordExchange { operation: id.clone(), number: 0, exchange: answered(&vec![b'x'; 1 << 20]) };
        let ask = Change::RecordEffect { operation: id.clone(), number: 0, effect: call("https://a.example").into() };
        let stored = InboundRequest { body: vec![0; 1 << 20], ..inbound_request(&id, Verdict::Accepted, number) };
        let begun = Change::Begin(operation(&id, OperationKind::Update));
        bench.commit([begun, ask, answer, finish_at(&id, true, number), Change::PutInboundRequest(stored)]).await;
    }
    let prune = || bench.commit([Change::Prune { before: 100, max: 500 }]);
    assert_eq!([prune().await.pruned, prune().await.pruned, prune().await.pruned], [8, 8, 0]);
    assert_eq!(assert_counted(&bench), 0);
}
