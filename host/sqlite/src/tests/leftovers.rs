//! Leftovers: pages, acknowledgement, and finding them by id prefix.

use cordboard_core::AccountId;
use cordboard_store::Cursor;

use super::*;

/// An operation that ended at this time and left something behind.
fn leave(id: &str, account: u64, at: u64) -> [Change; 2] {
    let begun = Operation {
        connection: ConnectionId { account: account.into(), ..rooms() },
        ..operation(id, OperationKind::Delete)
    };
    let leftover = Some(format!("{id} is left"));
    let ending = Ending { outcome: String::new(), succeeded: true, leftover, finished_at: at };
    [Change::Begin(begun), Change::Finish { operation: id.to_owned(), ending }]
}

async fn page(bench: &Bench, filter: &LeftoverFilter) -> (Vec<(String, bool)>, Option<Cursor>) {
    let page = bench.store.leftovers(filter).await.unwrap();
    let last = page.last().map(|last| last.cursor);
    (page.into_iter().map(|left| (left.operation, left.unacknowledged_create)).collect(), last)
}

#[tokio::test]
async fn pages_follow_each_other_without_gaps_or_repeats() {
    let bench = Bench::new();
    // Several at the same time, and one operation with two lines.
    for number in 0..5 {
        bench.commit(leave(&format!("{number}"), 123, 7)).await;
    }
    let created = Operation { conference: Some("c".to_owned()), ..operation("both", OperationKind::Create) };
    let ending = Ending { outcome: String::new(), succeeded: true, leftover: Some("x".to_owned()), finished_at: 7 };
    let finish = Change::Finish { operation: "both".to_owned(), ending };
    bench.commit([Change::Begin(created), Change::PutConference(conference("c", "1")), finish]).await;

    let expected =
        [("both", false), ("both", true), ("4", false), ("3", false), ("2", false), ("1", false), ("0", false)];
    let (all, _) = page(&bench, &LeftoverFilter::newest(100)).await;
    assert_eq!(all, expected.map(|(id, unacknowledged_create)| (id.to_owned(), unacknowledged_create)));
    for limit in 1..=8 {
        let (mut seen, mut filter) = (Vec::new(), LeftoverFilter::newest(limit));
        loop {
            let left = bench.store.count_leftovers(&filter).await.unwrap();
            assert_eq!(left as usize, all.len() - seen.len());
            let (lines, last) = page(&bench, &filter).await;
            if lines.is_empty() {
                break;
            }
            seen.extend(lines);
            filter.before = last;
        }
        assert_eq!(seen, all, "{limit} at a time");
    }
    let older = LeftoverFilter { before: Some(Cursor::at(7)), ..LeftoverFilter::newest(9) };
    assert_eq!(bench.store.count_leftovers(&older).await.unwrap(), 0);
}

#[tokio::test]
async fn a_further_attempt_to_delete_replaces_the_leftover_of_the_last() {
    let bench = Bench::new();
    let attempt = |id: &str, conference: &str, at| {
        leave(id, 123, at).map(|change| match change {
            Change::Begin(begun) => Change::Begin(Operation { conference: Some(conference.to_owned()), ..begun }),
            other => other,
        })
    };
    bench.commit(leave("without", 123, 1)).await;
    for (id, conference, at) in [("first", "c", 2), ("another", "d", 3), ("second", "c", 4), ("third", "c", 5)] {
        bench.commit(attempt(id, conference, at)).await;
    }
    let (lines, _) = page(&bench, &LeftoverFilter::newest(9)).await;
    let ids: Vec<_> = lines.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["third", "another", "without"]);
}

#[tokio::test]
async fn acknowledged_leftovers_are_listed_only_on_request() {
    let bench = Bench::new();
    bench.commit(leave("aa01", 123, 1)).await;
    bench.commit(leave("aa02", 123, 2)).await;
    bench.commit(leave("bb01", 124, 3)).await;
    bench.commit([Change::Acknowledge { operations: vec!["aa01".to_owned()], at: 50 }]).await;
    bench.commit([Change::Acknowledge { operations: vec!["aa01".to_owned()], at: 60 }]).await;
    let ids = async |account: Option<u64>, acknowledged| {
        let account = account.map(AccountId::from);
        let filter = LeftoverFilter { account, acknowledged, ..LeftoverFilter::newest(9) };
        let (lines, _) = page(&bench, &filter).await;
        assert_eq!(bench.store.count_leftovers(&filter).await.unwrap() as usize, lines.len());
        lines.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
    };
    assert_eq!(ids(None, false).await, ["bb01", "aa02"]);
    assert_eq!(ids(Some(123), false).await, ["aa02"]);
    assert_eq!(ids(Some(123), true).await, ["aa02", "aa01"]);
    let all = LeftoverFilter { acknowledged: true, ..LeftoverFilter::newest(9) };
    let all = bench.store.leftovers(&all).await.unwrap();
    let times: Vec<_> = all.iter().map(|left| left.acknowledged_at).collect();
    assert_eq!(times, [None, None, Some(50)], "the first time stands");

    let found = async |prefix: &str, account: Option<u64>| {
        let account = account.map(AccountId::from);
        let found = bench.store.find_leftovers(prefix, account.as_ref()).await.unwrap();
        found.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
    };
    assert_eq!(found("aa01", None).await, ["aa01"]);
    assert_eq!(found("aa", None).await.len(), 2);
    assert_eq!(found("bb", Some(124)).await, ["bb01"]);
    assert!(found("bb", Some(123)).await.is_empty() && found("cc", None).await.is_empty());
    let unknown = Change::Acknowledge { operations: vec!["aa02".to_owned(), "none".to_owned()], at: 70 };
    assert!(bench.refused([unknown]).await.contains("none does not exist"));
    assert_eq!(ids(None, false).await, ["bb01", "aa02"], "all or nothing");
}

#[tokio::test]
async fn the_newest_record_may_be_of_any_kind() {
    let bench = Bench::new();
    assert_eq!(bench.store.newest_record().await.unwrap(), None);
    bench.commit(leave("a", 123, 2_000)).await;
    assert_eq!(bench.store.newest_record().await.unwrap(), Some(2_000));
    bench.commit([Change::PutInboundRequest(inbound_request("d", Verdict::Accepted, 3_000))]).await;
    assert_eq!(bench.store.newest_record().await.unwrap(), Some(3_000));
    bench
        .commit([
            Change::PutConference(conference("c", "1")),
            Change::DeleteConference { id: "c".to_owned(), at: 4_000 },
        ])
        .await;
    assert_eq!(bench.store.newest_record().await.unwrap(), Some(4_000));
    bench.commit([append("k", None)]).await;
    assert_eq!(bench.store.newest_record().await.unwrap(), Some(10_000));
}
