//! Raw deliveries.

use super::*;

async fn undigested(bench: &Bench, plug: &str, limit: usize) -> Vec<String> {
    let deliveries = bench.store.undigested(&rooms(), plug, limit).await.unwrap();
    deliveries.into_iter().map(|delivery| delivery.id).collect()
}

#[tokio::test]
async fn a_delivery_comes_back_byte_for_byte() {
    let bench = Bench::new();
    let put = delivery("d", Verdict::Malformed, 5);
    bench.commit([Change::Keep(put.clone())]).await;
    let bench = bench.reopened();
    let kept = bench.store.delivery("d").await.unwrap().unwrap();
    assert_eq!(kept.connection, put.connection);
    assert_eq!((&kept.route, &kept.method, &kept.query), (&put.route, &put.method, &put.query));
    assert_eq!((&kept.headers, &kept.body), (&put.headers, &put.body));
    assert_eq!((kept.received_at, kept.verdict), (5, Verdict::Malformed));
    assert_eq!((kept.detail, kept.plug), (put.detail, put.plug));
    assert!(bench.store.delivery("other").await.unwrap().is_none());
}

#[tokio::test]
async fn what_another_plug_could_not_digest_is_found_oldest_first() {
    let bench = Bench::new();
    let mut elsewhere = delivery("elsewhere", Verdict::Quarantined, 1);
    elsewhere.connection.account = 124;
    bench
        .commit([
            Change::Keep(delivery("late", Verdict::Quarantined, 30)),
            Change::Keep(delivery("early", Verdict::Unsupported, 10)),
            Change::Keep(delivery("good", Verdict::Accepted, 1)),
            Change::Keep(delivery("bad", Verdict::Malformed, 1)),
            Change::Keep(elsewhere),
        ])
        .await;
    assert_eq!(undigested(&bench, "next", 10).await, ["early", "late"]);
    assert_eq!(undigested(&bench, "next", 1).await, ["early"]);
    assert!(undigested(&bench, "digest", 10).await.is_empty());

    // Read again by the next plug: one is understood, the other is not, and not tried a third time.
    let mut again = delivery("late", Verdict::Unsupported, 30);
    again.plug = "next".to_owned();
    bench.commit([Change::Keep(delivery("early", Verdict::Accepted, 10)), Change::Keep(again)]).await;
    assert!(undigested(&bench, "next", 10).await.is_empty());
    assert_eq!(undigested(&bench, "digest", 10).await, ["late"]);
}
