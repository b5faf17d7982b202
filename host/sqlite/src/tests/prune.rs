//! Pruning: what is deleted for its age, and what stays however old.

use super::*;

#[tokio::test]
async fn old_records_are_deleted_in_bounded_steps() {
    let bench = Bench::new();
    for number in 0..5_u64 {
        let id = format!("delivery-{number}");
        let event = NewEvent { received_at: number, ..event(&id, None) };
        let inbound_request = inbound_request(&id, Verdict::Accepted, number);
        bench.commit([Change::PutInboundRequest(inbound_request), Change::AppendEvent(event)]).await;
    }
    assert_eq!(bench.commit([Change::Prune { before: 4, max: 3 }]).await.pruned, 6);
    assert_eq!(bench.commit([Change::Prune { before: 4, max: 3 }]).await.pruned, 2);
    assert_eq!(bench.commit([Change::Prune { before: 4, max: 3 }]).await.pruned, 0);
    assert_eq!(bench.events().await.len(), 1);
    assert!(bench.store.inbound_request("delivery-4").await.unwrap().is_some());
    assert!(bench.store.inbound_request("delivery-3").await.unwrap().is_none());
}

#[tokio::test]
async fn operations_that_need_the_operators_attention_stay() {
    let bench = Bench::new();
    let left = Ending { outcome: String::new(), succeeded: false, leftover: Some("look".to_owned()), finished_at: 1 };
    bench
        .commit([
            Change::Begin(operation("over", OperationKind::Update)),
            Change::RecordEffect {
                operation: "over".to_owned(),
                number: 0,
                effect: call("https://api.example/").into(),
            },
            finish_at("over", true, 1),
            Change::Begin(operation("left", OperationKind::Create)),
            Change::Finish { operation: "left".to_owned(), ending: left },
            Change::Begin(Operation {
                conference: Some("c".to_owned()),
                ..operation("unclaimed", OperationKind::Create)
            }),
            Change::PutConference(conference("c", "1")),
            finish_at("unclaimed", true, 1),
            Change::Begin(operation("under way", OperationKind::Update)),
            Change::PutConference(conference("gone", "2")),
            Change::DeleteConference { id: "gone".to_owned(), at: 1 },
        ])
        .await;
    assert_eq!(bench.commit([Change::Prune { before: 1, max: 100 }]).await.pruned, 0, "not old enough");
    assert_eq!(bench.commit([Change::Prune { before: 2, max: 100 }]).await.pruned, 2);
    let stored: Vec<String> = {
        let file = bench.raw();
        let mut rows = file.prepare("SELECT id FROM operation ORDER BY sequence").unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(stored, ["left", "unclaimed", "under way"]);
    assert!(bench.store.conference("c").await.unwrap().is_some());
    assert!(bench.store.conference("gone").await.unwrap().is_none());
}

/// Nobody can acknowledge a create that is no longer listed, so it must not stay.
#[tokio::test]
async fn an_unacknowledged_create_ages_once_its_conference_is_deleted() {
    let bench = Bench::new();
    bench
        .commit([
            Change::Begin(Operation { conference: Some("c".to_owned()), ..operation("create", OperationKind::Create) }),
            Change::PutConference(conference("c", "c")),
            finish_at("create", true, 1),
        ])
        .await;
    assert_eq!(bench.commit([Change::Prune { before: 2, max: 100 }]).await.pruned, 0, "still listed");
    bench.commit([Change::DeleteConference { id: "c".to_owned(), at: 100 }]).await;
    assert_eq!(bench.commit([Change::Prune { before: 2, max: 100 }]).await.pruned, 1);
}

#[tokio::test]
async fn acknowledged_operations_age_like_any_other() {
    let bench = Bench::new();
    for id in ["seen", "unseen"] {
        let left = Some("look".to_owned());
        let ending = Ending { outcome: String::new(), succeeded: false, leftover: left, finished_at: 1 };
        bench
            .commit([
                Change::Begin(operation(id, OperationKind::Delete)),
                Change::Finish { operation: id.to_owned(), ending },
                Change::Begin(Operation {
                    conference: Some(format!("c {id}")),
                    ..operation(&format!("create {id}"), OperationKind::Create)
                }),
                Change::PutConference(conference(&format!("c {id}"), id)),
                finish_at(&format!("create {id}"), true, 1),
            ])
            .await;
    }
    let acknowledge = Change::Acknowledge { operations: vec!["seen".to_owned(), "create seen".to_owned()], at: 9 };
    bench.commit([acknowledge]).await;
    assert_eq!(bench.commit([Change::Prune { before: 1, max: 100 }]).await.pruned, 0, "not old enough");
    assert_eq!(bench.commit([Change::Prune { before: 2, max: 100 }]).await.pruned, 2);
    let left =
        bench.store.leftovers(&LeftoverFilter { acknowledged: true, ..LeftoverFilter::newest(9) }).await.unwrap();
    let left: Vec<_> = left.iter().map(|left| left.operation.as_str()).collect();
    assert_eq!(left, ["create unseen", "unseen"]);
}
