//! Raw inbound requests.

use cordboard_store::OwnerId;

use super::*;

async fn unprocessed(bench: &Bench, plug: &str, limit: usize) -> Vec<String> {
    let inbound_requests = bench.store.unprocessed(&rooms(), plug, limit).await.unwrap();
    inbound_requests.into_iter().map(|inbound_request| inbound_request.id).collect()
}

#[tokio::test]
async fn an_inbound_request_is_read_byte_for_byte() {
    let bench = Bench::new();
    let put = inbound_request("d", Verdict::Malformed, 5);
    bench.commit([Change::PutInboundRequest(put.clone())]).await;
    let bench = bench.reopened();
    let stored = bench.store.inbound_request("d").await.unwrap().unwrap();
    assert_eq!(stored.owner, put.owner);
    assert_eq!((&stored.route, &stored.method, &stored.query), (&put.route, &put.method, &put.query));
    assert_eq!((&stored.headers, &stored.body), (&put.headers, &put.body));
    assert_eq!((stored.received_at, stored.verdict), (5, Verdict::Malformed));
    assert_eq!((&stored.detail, &stored.plug), (&put.detail, &put.plug));
    assert!(bench.store.inbound_request("other").await.unwrap().is_none());

    let owner = OwnerId::App("app-1".parse().unwrap());
    bench.commit([Change::PutInboundRequest(InboundRequest { owner: owner.clone(), ..put })]).await;
    assert_eq!(bench.store.inbound_request("d").await.unwrap().unwrap().owner, owner);
}

#[tokio::test]
async fn requests_that_another_plug_could_not_process_are_listed_oldest_first() {
    let bench = Bench::new();
    let mut elsewhere = inbound_request("elsewhere", Verdict::DeadLettered, 1);
    elsewhere.owner = ConnectionId::new(124, "rooms").into();
    bench
        .commit([
            Change::PutInboundRequest(inbound_request("late", Verdict::DeadLettered, 30)),
            Change::PutInboundRequest(inbound_request("early", Verdict::Unsupported, 10)),
            Change::PutInboundRequest(inbound_request("good", Verdict::Accepted, 1)),
            Change::PutInboundRequest(inbound_request("bad", Verdict::Malformed, 1)),
            Change::PutInboundRequest(elsewhere),
        ])
        .await;
    assert_eq!(unprocessed(&bench, "next", 10).await, ["early", "late"]);
    assert_eq!(unprocessed(&bench, "next", 1).await, ["early"]);
    assert!(unprocessed(&bench, "digest", 10).await.is_empty());

    // The next plug processes one of them, but not the other, which it is not given again.
    let mut again = inbound_request("late", Verdict::Unsupported, 30);
    again.plug = "next".to_owned();
    bench
        .commit([
            Change::PutInboundRequest(inbound_request("early", Verdict::Accepted, 10)),
            Change::PutInboundRequest(again),
        ])
        .await;
    assert!(unprocessed(&bench, "next", 10).await.is_empty());
    assert_eq!(unprocessed(&bench, "digest", 10).await, ["late"]);
}
