//! The journal of operations, and queries about them.

use cordboard_core::types::effect::OutboundFailure;

use super::*;

/// Begins and finishes a create, with a conference of the same id.
fn created(id: &str) -> Vec<Change> {
    let mut begun = operation(id, OperationKind::Create);
    begun.conference = Some(id.to_owned());
    begun.request = Some(format!("request of {id}"));
    begun.fingerprint = Some("fingerprint".to_owned());
    vec![Change::Begin(begun), Change::PutConference(conference(id, id)), finish(id, true)]
}

fn deleted(id: &str) -> Change {
    Change::DeleteConference { id: id.to_owned(), at: 3000 }
}

#[tokio::test]
async fn an_interrupted_operation_is_read_with_its_exchanges() {
    let bench = Bench::new();
    let mut begun = operation("later", OperationKind::Update);
    begun.conference = Some("c".to_owned());
    begun.request = Some("r".to_owned());
    begun.started_at = 2000;
    bench.commit([Change::Begin(begun.clone())]).await;
    bench.commit([Change::Begin(operation("earlier", OperationKind::Receive))]).await;
    bench.commit([Change::Begin(operation("ended", OperationKind::Delete)), finish("ended", false)]).await;

    let of = || "later".to_owned();
    bench.commit([Change::RecordEffect { operation: of(), number: 0, effect: call("https://a.example").into() }]).await;
    bench
        .commit([
            Change::RecordExchange { operation: of(), number: 0, exchange: answered(b"\0\xff body") },
            Change::RecordEffect { operation: of(), number: 1, effect: call("https://b.example").into() },
            Change::RecordExchange {
                operation: of(),
                number: 1,
                exchange: Exchange::Failed(OutboundFailure::TimedOut),
            },
            Change::RecordEffect {
                operation: of(),
                number: 2,
                effect: Effect::DeleteState(vec!["key".to_owned()]).into(),
            },
        ])
        .await;

    let bench = bench.reopened();
    let journals = bench.store.unfinished().await.unwrap();
    assert_eq!(journals.iter().map(|journal| journal.operation.id.as_str()).collect::<Vec<_>>(), ["earlier", "later"]);
    assert!(journals[0].exchanges.is_empty());
    let stored = &journals[1].operation;
    assert_eq!(format!("{stored:?}"), format!("{begun:?}"));
    let exchanges = &journals[1].exchanges;
    assert_eq!(exchanges.len(), 3);
    assert_eq!(exchanges[0].effect, call("https://a.example").into());
    assert_eq!(exchanges[0].exchange, Some(answered(b"\0\xff body")));
    assert_eq!(exchanges[1].exchange, Some(Exchange::Failed(OutboundFailure::TimedOut)));
    assert_eq!(exchanges[2].effect, Effect::DeleteState(vec!["key".to_owned()]).into());
    assert_eq!(exchanges[2].exchange, None);

    bench.commit([finish("later", true), finish("earlier", true)]).await;
    assert!(bench.store.unfinished().await.unwrap().is_empty());
}

#[tokio::test]
async fn each_step_of_an_operation_happens_once() {
    let bench = Bench::new();
    let ask =
        |number| Change::RecordEffect { operation: "o".to_owned(), number, effect: call("https://a.example").into() };
    let record = |number| Change::RecordExchange { operation: "o".to_owned(), number, exchange: Exchange::Done };
    let begin = || Change::Begin(operation("o", OperationKind::Create));

    assert!(bench.refused([ask(0)]).await.contains("effect 0 of operation o refers to a record that does not exist"));
    assert!(bench.refused([finish("o", true)]).await.contains("has not begun"));
    // Retention may have removed it.
    bench.commit([Change::AnswerAcknowledged { operation: "o".to_owned() }]).await;
    bench.commit([begin(), ask(0)]).await;
    assert!(bench.refused([begin()]).await.contains("operation o already exists"));
    assert!(bench.refused([ask(0)]).await.contains("effect 0 of operation o already exists"));
    assert!(bench.refused([record(1)]).await.contains("was not journaled"));
    bench.commit([record(0)]).await;
    assert!(bench.refused([record(0)]).await.contains("already has a result"));
    bench.commit([finish("o", true)]).await;
    assert!(bench.refused([finish("o", false)]).await.contains("has already ended"));
    // So a commit with an unknown outcome can be repeated.
    for repeated in [begin(), ask(0), record(0), finish("o", true)] {
        let error = bench.store.commit(vec![append("k", None), repeated]).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Conflict, "{error}");
    }
    assert!(bench.events().await.is_empty());
}

#[tokio::test]
async fn a_repeated_request_finds_the_success_that_still_holds() {
    let bench = Bench::new();
    let mut failed = operation("failed", OperationKind::Create);
    failed.request = Some("request of a".to_owned());
    bench.commit([Change::Begin(failed), finish_at("failed", false, 9000)]).await;
    assert!(bench.store.finished_request("request of a", None).await.unwrap().is_none());

    bench.commit(created("a")).await;
    let finished = bench.store.finished_request("request of a", None).await.unwrap().unwrap();
    assert_eq!((finished.id.as_str(), finished.kind), ("a", OperationKind::Create));
    assert_eq!(finished.outcome, "outcome of a");
    assert_eq!(finished.conference, Some(conference("a", "a")));
    assert!(bench.store.finished_request("request of b", None).await.unwrap().is_none());

    let mut delete = operation("delete", OperationKind::Delete);
    delete.conference = Some("a".to_owned());
    delete.request = Some("delete a".to_owned());
    bench.commit([Change::Begin(delete), deleted("a"), finish("delete", true)]).await;
    assert!(bench.store.finished_request("request of a", None).await.unwrap().is_none());
    let finished = bench.store.finished_request("delete a", None).await.unwrap().unwrap();
    assert_eq!((finished.id.as_str(), finished.kind), ("delete", OperationKind::Delete));
    assert_eq!(finished.conference.unwrap().deleted_at, Some(3000));
}

/// If a repeat cannot be told from a new request, it counts as one for a while, and only until the conference changes.
#[tokio::test]
async fn a_request_can_be_required_to_be_recent_and_its_conference_unchanged() {
    let bench = Bench::new();
    let found = async |began| {
        let found = bench.store.finished_request("request of a", Some(began)).await.unwrap();
        found.map(|finished| finished.id)
    };
    bench.commit(created("a")).await;
    assert_eq!(found(0..=1000).await.as_deref(), Some("a"));
    assert_eq!(found(1000..=u64::MAX).await.as_deref(), Some("a"));
    assert_eq!((found(0..=999).await, found(1001..=u64::MAX).await), (None, None));
    // A failed attempt counts, too.
    for (id, kind) in [("u", OperationKind::Update), ("d", OperationKind::Delete)] {
        let mut change = operation(id, kind);
        change.conference = Some(id.to_owned());
        let mut made = created(id);
        if let Change::Begin(begun) = &mut made[0] {
            begun.id = format!("create {id}");
            begun.request = Some("request of a".to_owned());
            begun.started_at = 5000;
        }
        made[2] = finish(&format!("create {id}"), true);
        bench.commit(made).await;
        assert_eq!(found(4000..=6000).await, Some(format!("create {id}")));
        bench.commit([Change::Begin(change), finish(id, false)]).await;
        assert_eq!(found(4000..=6000).await, None, "{id}");
    }
    assert_eq!(found(0..=6000).await.as_deref(), Some("a"));
    bench.commit([deleted("a")]).await;
    assert_eq!(found(0..=6000).await, None);
}

#[tokio::test]
async fn a_request_about_no_conference_is_repeated_too() {
    let bench = Bench::new();
    let mut verify = operation("v", OperationKind::VerifyUser);
    verify.request = Some("verify".to_owned());
    bench.commit([Change::Begin(verify)]).await;
    assert!(bench.store.finished_request("verify", None).await.unwrap().is_none());
    bench.commit([finish("v", true)]).await;
    let finished = bench.store.finished_request("verify", None).await.unwrap().unwrap();
    assert_eq!((finished.kind, finished.conference), (OperationKind::VerifyUser, None));
}

#[tokio::test]
async fn a_create_is_unacknowledged_until_it_is_answered_deleted_or_dismissed() {
    let bench = Bench::new();
    let unacknowledged_create =
        async || bench.store.unacknowledged_create("fingerprint").await.unwrap().map(|finished| finished.id);
    assert_eq!(unacknowledged_create().await, None);
    bench.commit(created("old")).await;
    bench.commit(created("new")).await;
    assert_eq!(unacknowledged_create().await.as_deref(), Some("new"));
    bench.commit([deleted("new")]).await;
    assert_eq!(unacknowledged_create().await.as_deref(), Some("old"));
    bench.commit([Change::AnswerAcknowledged { operation: "old".to_owned() }]).await;
    assert_eq!(unacknowledged_create().await, None);
    // A conference that the operator has acknowledged is not reused.
    bench.commit(created("dealt with")).await;
    assert_eq!(unacknowledged_create().await.as_deref(), Some("dealt with"));
    bench.commit([Change::Acknowledge { operations: vec!["dealt with".to_owned()], at: 1 }]).await;
    assert_eq!(unacknowledged_create().await, None);

    let mut failed = operation("failed", OperationKind::Create);
    failed.fingerprint = Some("fingerprint".to_owned());
    let mut running = operation("running", OperationKind::Create);
    running.fingerprint = Some("fingerprint".to_owned());
    bench.commit([Change::Begin(failed), finish("failed", false), Change::Begin(running)]).await;
    assert_eq!(unacknowledged_create().await, None);
}

#[tokio::test]
async fn leftovers_are_messages_and_unacknowledged_conferences_newest_first() {
    let bench = Bench::new();
    let left = |id: &str, finished_at| {
        let leftover = Some(format!("{id} may be there still"));
        let ending = Ending { outcome: String::new(), succeeded: false, leftover, finished_at };
        Change::Finish { operation: id.to_owned(), ending }
    };
    let mut update = operation("u", OperationKind::Update);
    update.conference = Some("answered".to_owned());
    bench.commit(created("unclaimed")).await;
    bench.commit(created("deleted")).await;
    bench.commit(created("answered")).await;
    bench
        .commit([
            deleted("deleted"),
            Change::AnswerAcknowledged { operation: "answered".to_owned() },
            Change::Begin(operation("f", OperationKind::Create)),
            left("f", 1900),
            Change::Begin(update),
            left("u", 2100),
            Change::Begin(operation("quiet", OperationKind::Delete)),
            finish("quiet", true),
            Change::Begin(operation("running", OperationKind::Create)),
        ])
        .await;

    let found = bench.store.leftovers(&LeftoverFilter::newest(10)).await.unwrap();
    let brief: Vec<_> = found.iter().map(|one| (one.operation.as_str(), one.unacknowledged_create, one.at)).collect();
    assert_eq!(brief, [("u", false, 2100), ("unclaimed", true, 2000), ("f", false, 1900)]);
    assert_eq!(found[0].why, "u may be there still");
    assert_eq!(found[0].conference, Some(conference("answered", "answered")));
    assert_eq!((found[0].kind, &found[0].connection), (OperationKind::Update, &rooms()));
    assert!(found[1].why.contains("delete it") && found[1].why.contains("not recorded"), "{}", found[1].why);
    let lost = Change::AnswerLost { operation: "unclaimed".to_owned(), at: 1 };
    bench.commit([lost]).await;
    let found = bench.store.leftovers(&LeftoverFilter::newest(10)).await.unwrap();
    assert!(found[1].why.contains("delete it") && found[1].why.contains("nobody received"), "{}", found[1].why);
    assert_eq!(found[1].conference, Some(conference("unclaimed", "unclaimed")));
    assert_eq!(found[2].conference, None);
    assert_eq!(bench.store.leftovers(&LeftoverFilter::newest(2)).await.unwrap().len(), 2);
}

#[tokio::test]
async fn unacknowledged_conferences_are_found_per_account_among_other_leftovers() {
    let bench = Bench::new();
    let lost = |id: &str, at| Change::AnswerLost { operation: id.to_owned(), at };
    for id in ["first", "second", "updated", "in doubt"] {
        bench.commit(created(id)).await;
    }
    let mut update = operation("u", OperationKind::Update);
    update.conference = Some("updated".to_owned());
    bench.commit([Change::Begin(update), lost("second", 2001), lost("first", 2000), lost("updated", 2000)]).await;
    let found = async |account: u64, before, limit| {
        let (account, app) = (account.into(), conference("first", "first").app);
        assert!(
            bench.store.unacknowledged_creates(&account, &1.into(), before, limit).await.unwrap().is_empty(),
            "another app's"
        );
        let found = bench.store.unacknowledged_creates(&account, &app, before, limit).await.unwrap();
        found.into_iter().map(|(_, conference)| conference.id).collect::<Vec<_>>()
    };
    // Whoever updated a conference knows its id, so that one is not listed.
    assert_eq!(found(123, 2002, 10).await, ["first", "second"]);
    assert_eq!(found(123, 2002, 1).await, ["first"]);
    assert_eq!(found(123, 2001, 10).await, ["first"]);
    assert!(found(123, 2000, 10).await.is_empty() && found(124, 2002, 10).await.is_empty());
    for (conference, before, expected) in
        [("first", 2001, true), ("first", 2000, false), ("updated", 3000, false), ("in doubt", 3000, false)]
    {
        assert_eq!(
            bench.store.is_unacknowledged(&rooms().account, conference, before).await.unwrap(),
            expected,
            "{conference}"
        );
    }
    assert_eq!(bench.store.leftovers(&LeftoverFilter::newest(10)).await.unwrap().len(), 3);
}

/// The last mark counts: lost, about to be answered again, lost again. An acknowledgement is final.
#[tokio::test]
async fn an_answer_is_lost_until_it_is_given_again() {
    let bench = Bench::new();
    let of = || "c".to_owned();
    let state = async || {
        let finished = bench.store.finished_request("request of c", None).await.unwrap().unwrap();
        (finished.acknowledged, finished.answer_lost)
    };
    // No answer can be lost before the operation ends.
    let mut begun = operation("c", OperationKind::Create);
    begun.conference = Some(of());
    begun.request = Some("request of c".to_owned());
    bench.commit([Change::Begin(begun), Change::AnswerLost { operation: of(), at: 1 }]).await;
    bench.commit([Change::PutConference(conference("c", "c")), finish("c", true)]).await;
    assert_eq!(state().await, (false, false));
    bench.commit([Change::AnswerLost { operation: of(), at: 1 }]).await;
    assert_eq!(state().await, (false, true));
    bench.commit([Change::AnswerReopened { operation: of() }]).await;
    assert_eq!(state().await, (false, false));
    bench.commit([Change::AnswerLost { operation: of(), at: 2 }]).await;
    assert_eq!(state().await, (false, true));
    bench.commit([Change::AnswerAcknowledged { operation: of() }, Change::AnswerLost { operation: of(), at: 3 }]).await;
    assert_eq!(state().await, (true, false));
}

#[tokio::test]
async fn a_request_that_repeated_a_create_is_found_like_its_first() {
    let bench = Bench::new();
    let repeat = |request: &str| Change::AnswerRepeated { operation: "c".to_owned(), request: request.to_owned() };
    let find = async |request: &str, unchanged| {
        bench.store.finished_request(request, unchanged).await.unwrap().map(|finished| finished.id)
    };
    bench.commit([repeat("of nothing")]).await;
    bench.commit(created("c")).await;
    let acknowledged = Change::AnswerAcknowledged { operation: "c".to_owned() };
    bench.commit([repeat("second"), repeat("second"), acknowledged]).await;
    assert_eq!(find("second", None).await.as_deref(), Some("c"));
    // What counts is when the create began.
    assert_eq!(find("second", Some(999..=1_000)).await.as_deref(), Some("c"));
    assert_eq!(find("second", Some(1_001..=u64::MAX)).await, None);
    assert_eq!((find("of nothing", None).await, find("third", None).await), (None, None));
    // Their number is bounded.
    bench.commit((0..100).map(|number| repeat(&number.to_string())).collect::<Vec<_>>()).await;
    assert_eq!(find("10", None).await.as_deref(), Some("c"));
    assert_eq!(find("99", None).await, None);
    bench.commit([deleted("c")]).await;
    assert_eq!(find("second", None).await, None);
    assert_eq!(bench.commit([Change::Prune { before: u64::MAX, max: 100 }]).await.pruned, 2);
    let left: i64 = bench.raw().query_row("SELECT count(*) FROM repeat", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn every_kind_and_extreme_number_is_stored() {
    let bench = Bench::new();
    let kinds = [
        OperationKind::Create,
        OperationKind::Update,
        OperationKind::Delete,
        OperationKind::VerifyUser,
        OperationKind::PhoneNumbers,
        OperationKind::Receive,
    ];
    for (number, kind) in kinds.into_iter().enumerate() {
        let mut begun = operation(&format!("{number}"), kind);
        begun.app = (number % 2 == 1).then(|| u64::MAX.into());
        begun.connection.account = u64::MAX.into();
        begun.connection.name = "a\0'b".to_owned();
        bench.commit([Change::Begin(begun)]).await;
    }
    let journals = bench.store.unfinished().await.unwrap();
    assert_eq!(journals.iter().map(|journal| journal.operation.kind).collect::<Vec<_>>(), kinds);
    assert!(journals.iter().all(|journal| journal.operation.connection.account == u64::MAX.into()));
    assert!(journals.iter().all(|journal| journal.operation.connection.name == "a\0'b"));
    assert_eq!(journals[1].operation.app, Some(u64::MAX.into()));
}

#[tokio::test]
async fn a_journal_that_cannot_be_read_does_not_block_the_others() {
    let bench = Bench::new();
    for id in ["spoiled", "sound"] {
        let ask =
            Change::RecordEffect { operation: id.to_owned(), number: 0, effect: call("https://api.example/").into() };
        bench.commit([Change::Begin(operation(id, OperationKind::Update)), ask]).await;
    }
    let spoil = "UPDATE effect SET effect = x'00' WHERE operation = 'spoiled'";
    assert_eq!(bench.raw().execute(spoil, []).unwrap(), 1);
    let journals = bench.store.unfinished().await.unwrap();
    assert_eq!(journals.iter().map(|journal| journal.operation.id.as_str()).collect::<Vec<_>>(), ["sound"]);
}
