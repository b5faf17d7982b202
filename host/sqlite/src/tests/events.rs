//! Events: deduplication and filters.

use cordboard_core::AccountId;

use super::*;

fn append_at(key: &str, within: Option<u64>, received_at: u64) -> Change {
    Change::AppendEvent(NewEvent { dedupe_within: within, received_at, ..event(key, None) })
}

async fn is_new(bench: &Bench, change: Change) -> bool {
    let committed = bench.commit([change]).await;
    assert_eq!(committed.events + committed.duplicates, 1);
    committed.events == 1
}

async fn sequences(bench: &Bench, filter: EventFilter) -> Vec<u64> {
    bench.store.events(&filter).await.unwrap().into_iter().map(|event| event.sequence).collect()
}

#[tokio::test]
async fn an_event_is_read_as_it_was_written() {
    let bench = Bench::new();
    let put = NewEvent { dedupe_within: Some(9), ..event("k", Some("p")) };
    bench.commit([Change::AppendEvent(put.clone())]).await;
    let bench = bench.reopened();
    let stored = &bench.events().await[0];
    assert_eq!(format!("{:?}", stored.event), format!("{put:?}"));
    assert_eq!(stored.event.event, put.event);
    assert_eq!(stored.conference, None);
}

#[tokio::test]
async fn a_key_counts_forever_within_its_connection_and_route() {
    let bench = Bench::new();
    assert!(is_new(&bench, append_at("k", None, 0)).await);
    assert!(!is_new(&bench, append_at("k", None, u64::MAX)).await);
    assert!(is_new(&bench, append_at("K", None, 0)).await);
    let route = NewEvent { route: "other".to_owned(), ..event("k", None) };
    assert!(is_new(&bench, Change::AppendEvent(route.clone())).await);
    assert!(!is_new(&bench, Change::AppendEvent(route)).await);
    let account = ConnectionId { account: 124.into(), ..rooms() };
    assert!(is_new(&bench, Change::AppendEvent(NewEvent { connection: account, ..event("k", None) })).await);
    let name = ConnectionId { name: "veeting".to_owned(), ..rooms() };
    assert!(is_new(&bench, Change::AppendEvent(NewEvent { connection: name, ..event("k", None) })).await);
}

#[tokio::test]
async fn a_key_counts_for_its_period_on_either_side() {
    let bench = Bench::new();
    assert!(is_new(&bench, append_at("k", Some(100), 1000)).await);
    assert!(!is_new(&bench, append_at("k", Some(100), 1100)).await);
    assert!(!is_new(&bench, append_at("k", Some(100), 900)).await);
    assert!(is_new(&bench, append_at("k", Some(100), 1101)).await);
    assert!(is_new(&bench, append_at("k", Some(100), 899)).await);
    assert!(!is_new(&bench, append_at("k", Some(u64::MAX), u64::MAX)).await);
}

#[tokio::test]
async fn a_key_counts_within_its_own_commit() {
    let bench = Bench::new();
    let committed = bench.commit([append("k", None), append("k", None), append("l", None)]).await;
    assert_eq!(committed, Committed { events: 2, duplicates: 1, pruned: 0 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_one_of_many_concurrent_duplicates_is_stored() {
    let bench = std::sync::Arc::new(Bench::new());
    let tasks: Vec<_> = (0..200)
        .map(|number: usize| {
            let bench = std::sync::Arc::clone(&bench);
            tokio::spawn(async move { bench.commit([append(&format!("k{}", number % 5), None)]).await })
        })
        .collect();
    let mut sum = Committed::default();
    for task in tasks {
        let committed = task.await.unwrap();
        sum.events += committed.events;
        sum.duplicates += committed.duplicates;
    }
    assert_eq!(sum, Committed { events: 5, duplicates: 195, pruned: 0 });
    assert_eq!(bench.events().await.len(), 5);
}

#[tokio::test]
async fn filters_select_events_in_order() {
    let bench = Bench::new();
    bench.commit([Change::PutConference(conference("c", "p"))]).await;
    for number in 0..6 {
        let mut event = event(&format!("k{number}"), (number % 2 == 0).then_some("p"));
        event.connection.account = AccountId::from(if number < 4 { 123 } else { u64::MAX });
        bench.commit([Change::AppendEvent(event)]).await;
    }
    let all = sequences(&bench, EventFilter { limit: 100, ..EventFilter::default() }).await;
    assert_eq!(all.len(), 6);
    assert!(all.is_sorted_by(|one, next| one < next));

    let filter = EventFilter { limit: usize::MAX, ..EventFilter::default() };
    let of = |after, account: Option<u64>, conference: Option<&str>| EventFilter {
        after,
        account: account.map(AccountId::from),
        conference: conference.map(str::to_owned),
        ..filter.clone()
    };
    assert_eq!(sequences(&bench, of(all[2], None, None)).await, all[3..]);
    assert_eq!(sequences(&bench, of(u64::MAX, None, None)).await, [0; 0]);
    assert_eq!(sequences(&bench, of(0, Some(u64::MAX), None)).await, all[4..]);
    assert_eq!(sequences(&bench, of(0, None, Some("c"))).await, [all[0], all[2]]);
    assert_eq!(sequences(&bench, of(all[0], Some(123), Some("c"))).await, [all[2]]);
    assert_eq!(sequences(&bench, of(0, Some(u64::MAX), Some("c"))).await, [0; 0]);
    assert_eq!(sequences(&bench, EventFilter { limit: 2, ..filter.clone() }).await, all[..2]);
    assert_eq!(sequences(&bench, EventFilter { limit: 2, last: true, ..filter.clone() }).await, all[4..]);
    assert_eq!(sequences(&bench, EventFilter { limit: 2, last: true, ..of(0, Some(123), None) }).await, all[2..4]);
    assert_eq!(sequences(&bench, EventFilter::default()).await, [0; 0]);
}
