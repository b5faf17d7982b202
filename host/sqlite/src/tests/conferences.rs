//! Conferences, their ids at providers, and the events that belong to them.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

async fn at_provider(bench: &Bench, provider_id: &str) -> Option<String> {
    let found = bench.store.conference_at_provider(&rooms(), provider_id).await.unwrap();
    found.map(|conference| conference.id)
}

/// Maps each event's key to its linked conference.
async fn ties(bench: &Bench) -> BTreeMap<String, Option<String>> {
    let events = bench.events().await;
    events.into_iter().map(|one| (one.event.dedupe_key, one.conference.map(|conference| conference.id))).collect()
}

#[tokio::test]
async fn a_conference_is_stored_updated_and_deleted_once() {
    let bench = Bench::new();
    assert_eq!(bench.store.conference("c").await.unwrap(), None);
    let mut put = conference("c", "p");
    bench.commit([Change::PutConference(put.clone())]).await;
    assert_eq!(bench.store.conference("c").await.unwrap(), Some(put.clone()));
    put.topic = "Another".to_owned();
    put.join_url = "https://meet.example/2".to_owned();
    bench.commit([Change::PutConference(put.clone())]).await;
    assert_eq!(bench.store.conference_at_provider(&rooms(), "p").await.unwrap(), Some(put.clone()));

    let delete = |at| Change::DeleteConference { id: "c".to_owned(), at };
    bench.commit([delete(7)]).await;
    bench.commit([delete(8)]).await;
    // An update that was under way does not restore it.
    bench.commit([Change::PutConference(put.clone())]).await;
    put.deleted_at = Some(7);
    let bench = bench.reopened();
    assert_eq!(bench.store.conference("c").await.unwrap(), Some(put));

    let never = Change::DeleteConference { id: "never".to_owned(), at: 7 };
    assert!(bench.refused([never]).await.contains("conference never does not exist"));
}

#[tokio::test]
async fn provider_ids_are_scoped_to_their_connection() {
    let bench = Bench::new();
    bench.commit([Change::PutConference(conference("c", "p")), alias("q", "p")]).await;
    for other in
        [ConnectionId { account: 124.into(), ..rooms() }, ConnectionId { name: "veeting".to_owned(), ..rooms() }]
    {
        assert_eq!(bench.store.conference_at_provider(&other, "p").await.unwrap(), None);
        assert_eq!(bench.store.conference_at_provider(&other, "q").await.unwrap(), None);
        let mut elsewhere = event("k", Some("p"));
        elsewhere.connection = other;
        bench.commit([Change::AppendEvent(elsewhere)]).await;
    }
    bench.commit([Change::PutConference(conference("c", "p"))]).await;
    assert!(bench.events().await.iter().all(|event| event.conference.is_none()));
}

#[tokio::test]
async fn a_past_id_still_leads_to_its_conference() {
    let bench = Bench::new();
    bench.commit([Change::PutConference(conference("c", "p1"))]).await;
    bench.commit([Change::PutConference(conference("c", "p2")), append("late", Some("p1"))]).await;
    assert_eq!(at_provider(&bench, "p1").await.as_deref(), Some("c"));
    assert_eq!(at_provider(&bench, "p2").await.as_deref(), Some("c"));
    assert_eq!(ties(&bench).await["late"].as_deref(), Some("c"));
}

#[tokio::test]
async fn a_permanent_room_leads_to_its_newest_existing_conference() {
    let bench = Bench::new();
    bench.commit([Change::PutConference(conference("c1", "room")), append("e1", Some("room"))]).await;
    bench.commit([Change::PutConference(conference("c2", "room")), append("e2", Some("room"))]).await;
    assert_eq!(at_provider(&bench, "room").await.as_deref(), Some("c2"));
    bench.commit([Change::DeleteConference { id: "c2".to_owned(), at: 1 }, append("e3", Some("room"))]).await;
    assert_eq!(at_provider(&bench, "room").await.as_deref(), Some("c1"));
    bench.commit([Change::DeleteConference { id: "c1".to_owned(), at: 1 }, append("e4", Some("room"))]).await;
    let ties = ties(&bench).await;
    let expected = [("e1", "c1"), ("e2", "c2"), ("e3", "c1"), ("e4", "c2")];
    assert_eq!(ties, expected.map(|(key, id)| (key.to_owned(), Some(id.to_owned()))).into());
}

#[tokio::test]
async fn alias_chains_end_after_eight_hops_in_any_order_of_arrival() {
    let chain = || {
        let mut changes = vec![Change::PutConference(conference("c", "n0"))];
        changes.extend((0..9).map(|number| alias(&format!("n{}", number + 1), &format!("n{number}"))));
        changes.extend((0..10).map(|number| append(&format!("n{number}"), Some(&format!("n{number}")))));
        changes
    };
    for last in 0..chain().len() {
        let bench = Bench::new();
        let mut changes = chain();
        let late = changes.remove(last);
        bench.commit(changes).await;
        bench.commit([late]).await;
        assert_eq!(at_provider(&bench, "n8").await.as_deref(), Some("c"));
        assert_eq!(at_provider(&bench, "n9").await, None);
        for (key, tied) in ties(&bench).await {
            assert_eq!(tied.as_deref(), (key != "n9").then_some("c"), "{key}, change {last} last");
        }
    }
}

#[tokio::test]
async fn a_loop_of_aliases_ends_and_leads_to_the_conference_on_it() {
    let bench = Bench::new();
    bench.commit([alias("x", "y"), alias("y", "x"), alias("z", "z"), append("e", Some("x"))]).await;
    assert_eq!(at_provider(&bench, "x").await, None);
    assert_eq!(at_provider(&bench, "z").await, None);
    bench.commit([Change::PutConference(conference("d", "y"))]).await;
    assert_eq!(at_provider(&bench, "x").await.as_deref(), Some("d"));
    assert_eq!(ties(&bench).await["e"].as_deref(), Some("d"));
}

/// Two conferences with a chain of aliases each, an alias that leads nowhere, and an event for every id.
fn pieces() -> Vec<Change> {
    let mut pieces = vec![
        Change::PutConference(conference("c1", "a0")),
        Change::PutConference(conference("c2", "b0")),
        alias("lost1", "lost0"),
    ];
    for number in 0..4 {
        pieces.push(alias(&format!("a{}", number + 1), &format!("a{number}")));
    }
    pieces.push(alias("b1", "b0"));
    pieces.push(alias("b1-too", "b0"));
    let names = ["a0", "a1", "a2", "a3", "a4", "b0", "b1", "b1-too", "lost0", "lost1"];
    pieces.extend(names.map(|name| append(name, Some(name))));
    pieces.push(append("none", None));
    pieces
}

fn shuffled() -> impl Strategy<Value = Vec<(usize, bool)>> {
    let order = Just((0..pieces().len()).collect::<Vec<_>>()).prop_shuffle();
    let breaks = proptest::collection::vec(any::<bool>(), pieces().len());
    (order, breaks).prop_map(|(order, breaks)| order.into_iter().zip(breaks).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn events_find_their_conference_in_any_order_of_arrival(order in shuffled()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = Bench::new();
            let pieces = pieces();
            let mut changes = Vec::new();
            for (piece, ends_commit) in order {
                changes.push(pieces[piece].clone());
                if ends_commit {
                    bench.commit(std::mem::take(&mut changes)).await;
                }
            }
            bench.commit(changes).await;
            for (key, tied) in ties(&bench).await {
                let expected = match key.as_bytes()[0] {
                    b'a' => Some("c1"),
                    b'b' => Some("c2"),
                    _ => None,
                };
                assert_eq!(tied.as_deref(), expected, "{key}");
                assert_eq!(at_provider(&bench, &key).await.as_deref(), expected, "{key}");
            }
        });
    }
}

#[tokio::test]
async fn a_loop_with_thousands_of_aliases_does_not_block_the_writer() {
    let bench = Bench::new();
    let alias = |provider_id: String| Change::Alias { connection: rooms(), provider_id, original: "hub".to_owned() };
    let mut changes: Vec<_> = (0..20_000).map(|number| alias(format!("leaf-{number}"))).collect();
    changes.push(alias("hub".to_owned()));
    bench.commit(changes).await;
    bench.commit([Change::PutConference(conference("c", "hub"))]).await;
    let began = std::time::Instant::now();
    for _ in 0..200 {
        bench.commit([alias("hub".to_owned())]).await;
    }
    // Tracing all of them on each commit would take minutes.
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    assert_eq!(at_provider(&bench, "leaf-19999").await.as_deref(), Some("c"));
}

/// A permanent room gives all its conferences one id, and so may a malicious plug.
#[tokio::test]
async fn an_id_of_thousands_of_conferences_does_not_block_the_writer() {
    let bench = Bench::new();
    let time = async |room: &str, from: usize, to: usize| {
        let began = std::time::Instant::now();
        for numbers in (from..to).collect::<Vec<_>>().chunks(100) {
            let put = |number: &usize| Change::PutConference(conference(&format!("{room}-{number}"), room));
            bench.commit(numbers.iter().map(put).collect::<Vec<_>>()).await;
        }
        began.elapsed()
    };
    let first = time("room", 0, 1_000).await;
    time("room", 1_000, 9_000).await;
    let last = time("room", 9_000, 10_000).await;
    assert!(last < first * 4, "{last:?} for a thousand after nine, {first:?} for the first");
    assert_eq!(at_provider(&bench, "room").await.as_deref(), Some("room-9999"));
}
