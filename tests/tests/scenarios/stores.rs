//! A failing store: requests get 503, and nothing is lost or done twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cordboard::flow::Limits;
use cordboard::server::ServeLimits;
use cordboard::store::{Change, Store};
use cordboard_tests::bridge::{Bridge, Installation, until};
use cordboard_tests::http::{Answer, Request, Wire};
use cordboard_tests::hubspot::{self, create, created, meeting, request, with};
use cordboard_tests::iotum::{self, INGEST_KEY};
use cordboard_tests::provider::{CREATE, Provider};
use cordboard_tests::served::Served;
use serde_json::json;

async fn setup() -> (Installation, Provider, Bridge) {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    (installation, provider, bridge)
}

async fn open(installation: &Installation, provider: &Provider) -> Bridge {
    installation.open(&hubspot::config("conferencing = \"rooms\"", &provider.connection())).await
}

fn assert_retryable(answer: &Answer) {
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{}", answer.text());
    assert!(answer.problem().contains("nothing was lost, send the request again"), "{}", answer.problem());
}

fn assert_outcome_unknown(answer: &Answer) {
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{}", answer.text());
    let problem = answer.problem();
    assert!(problem.contains("carried out only once") && !problem.contains("nothing was lost"), "{problem}");
}

#[tokio::test]
async fn a_failing_store_means_503_and_the_request_can_be_retried() {
    let (_installation, provider, bridge) = setup().await;
    let conference = created(&bridge, &meeting("Known")).await;
    let booking = request("create-meeting", &meeting("Talk"));
    let change = request("update-meeting", &with(meeting("Changed"), "conferenceId", conference.as_str()));
    let deletion = request("delete-meeting", &json!({ "conferenceId": conference }));
    let question = request("verify-user", &json!({ "portalId": hubspot::ACCOUNT, "userEmail": "ada@example.com" }));
    let webhook = iotum::started(INGEST_KEY, 1);
    let malformed = Request { body: b"{}".to_vec(), ..webhook.clone() };
    let misspelled = hubspot::signed(Request::post(&hubspot::target("create-meeting"), "{}"));
    let link = Request::get(&format!("/j/{conference}"));
    let before = provider.requests();

    let ready = async || Request::get("/health/ready").send(bridge.operators).await.status;
    assert_eq!(ready().await, 200);
    bridge.store.fail_reads(true);
    assert_eq!(ready().await, 503);
    for request in [&booking, &change, &deletion, &question, &webhook, &link] {
        assert_retryable(&bridge.send(request).await);
    }
    bridge.store.repair();
    assert_eq!(ready().await, 200);
    bridge.store.fail_commits(|_| true);
    assert_eq!(ready().await, 503);
    for request in [&booking, &change, &deletion, &question, &webhook, &malformed, &misspelled] {
        assert_retryable(&bridge.send(request).await);
    }
    assert_eq!(provider.requests(), before, "what cannot be journaled is not carried out");
    assert_eq!(bridge.count("crm", "unavailable"), 9);
    assert_eq!(bridge.count("provider", "unavailable"), 3);

    bridge.store.repair();
    assert_eq!(ready().await, 200);
    let statuses = [
        (&booking, 200),
        (&change, 204),
        (&question, 200),
        (&webhook, 204),
        (&malformed, 400),
        (&misspelled, 400),
        (&deletion, 204),
    ];
    for (request, status) in statuses {
        assert_eq!(bridge.send(request).await.status, status);
    }
    assert_eq!(bridge.events().await.len(), 1);
    assert_eq!(provider.conferences(), 2);
}

/// The store fails when the provider has created the conference: only the running process knows of it.
#[tokio::test]
async fn a_conference_created_while_the_store_fails_is_not_created_twice() {
    let (_installation, provider, bridge) = setup().await;
    let booking = request("create-meeting", &meeting("Talk"));
    bridge.store.fail_commits(|changes| changes.iter().any(|change| matches!(change, Change::Finish { .. })));
    let repaired = async {
        until("the store refused", || bridge.store.refused() > 0).await;
        bridge.store.repair();
    };
    let (answer, ()) = tokio::join!(bridge.send(&booking), repaired);
    assert_eq!((answer.status, provider.conferences()), (200, 1), "{}", answer.text());
    assert_eq!(bridge.send(&booking).await.json(), answer.json());
    assert_eq!(provider.conferences(), 1);
}

/// The store fails for longer than an operation may take. The operation stays in progress until its end is stored, so
/// that an equal create joins it.
#[tokio::test]
async fn a_created_conference_is_recorded_after_the_deadline_of_its_operation() {
    const OPERATION: Duration = Duration::from_secs(2);
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let config = hubspot::config("conferencing = \"rooms\"", &provider.connection());
    let limits = Limits { operation: OPERATION, ..Limits::default() };
    let bridge = installation.open_with(&format!("deadline-ms = 300\n{config}"), limits, ServeLimits::default()).await;
    bridge.store.fail_commits(|changes| changes.iter().any(|change| matches!(change, Change::Finish { .. })));
    assert_eq!(create(&bridge, &meeting("Talk")).await.status, 503);
    provider.reached(CREATE, 1).await;
    tokio::time::sleep(OPERATION + Duration::from_millis(500)).await;
    assert_eq!(create(&bridge, &meeting("Talk")).await.status, 503);
    assert_eq!((provider.calls(CREATE), bridge.running().commands().in_flight()), (1, 1));
    bridge.store.repair();
    bridge.idle().await;
    let answer = create(&bridge, &meeting("Talk")).await;
    assert_eq!((answer.status, provider.conferences()), (200, 1), "{}", answer.text());
}

/// The store has committed the end of the operation but reports an unknown outcome: the second attempt conflicts, and
/// nothing is stored twice.
#[tokio::test]
async fn a_commit_with_an_unknown_outcome_is_retried_safely() {
    let (_installation, provider, bridge) = setup().await;
    bridge.store.doubt_commit(|changes| changes.iter().any(|change| matches!(change, Change::Finish { .. })));
    let booking = request("create-meeting", &meeting("Talk"));
    let answer = bridge.send(&booking).await;
    assert_eq!((answer.status, provider.conferences()), (200, 1), "{}", answer.text());
    let finished = bridge.store.committed().into_iter().filter(|change| matches!(change, Change::Finish { .. }));
    assert_eq!(finished.count(), 1);
    assert_eq!(bridge.send(&booking).await.json(), answer.json());
    assert_eq!(provider.conferences(), 1);
}

/// The store has the beginning of the operation but reports an unknown outcome. If the operation ended there, the next
/// start would resume it beside a repeat of its request.
#[tokio::test]
async fn an_operation_whose_beginning_may_be_stored_continues() {
    let (_installation, provider, bridge) = setup().await;
    bridge.store.doubt_commit(|changes| changes.iter().any(|change| matches!(change, Change::Begin(_))));
    let answer = create(&bridge, &meeting("Talk")).await;
    assert_eq!((answer.status, provider.conferences()), (200, 1), "{}", answer.text());
    assert!(bridge.store.unfinished().await.unwrap().is_empty());
}

/// The provider has created the conference, and the store will never accept its record: the operation ends at once,
/// the operator is shown what it left, and the answer does not promise that nothing was lost.
#[tokio::test]
async fn a_conference_that_cannot_be_recorded_is_shown() {
    let (_installation, provider, bridge) = setup().await;
    bridge.store.reject_commits(|changes| changes.iter().any(|change| matches!(change, Change::PutConference(_))));
    let answer = create(&bridge, &meeting("Talk")).await;
    assert_eq!(provider.conferences(), 1);
    assert_outcome_unknown(&answer);
    assert_eq!(bridge.count("crm", "outcome-unknown"), 1);
    let leftovers = bridge.leftovers().await;
    assert!(leftovers.len() == 1 && leftovers[0].why.contains("conference/create was carried out"), "{leftovers:?}");
    assert!(bridge.store.unfinished().await.unwrap().is_empty());
}

/// The store may have the beginning of the operation and then accepts nothing: the next start resumes the operation, so
/// the answer does not promise that nothing was lost, although the provider was not called.
#[tokio::test]
async fn an_operation_that_ends_after_an_unknown_commit_has_an_unknown_outcome() {
    let (_installation, provider, bridge) = setup().await;
    let before = provider.requests();
    let doubted = Arc::new(AtomicBool::new(false));
    bridge.store.reject_commits({
        let doubted = Arc::clone(&doubted);
        move |_| doubted.load(Ordering::SeqCst)
    });
    bridge.store.doubt_commit(move |changes| {
        let begins = changes.iter().any(|change| matches!(change, Change::Begin(_)));
        doubted.fetch_or(begins, Ordering::SeqCst);
        begins
    });
    assert_outcome_unknown(&create(&bridge, &meeting("Talk")).await);
    assert_eq!(provider.requests(), before);
    assert_eq!(bridge.store.unfinished().await.unwrap().len(), 1);
}

/// The store has the event, but says that it may not have it: the answer does not promise that nothing was lost, and the
/// repeat adds nothing.
#[tokio::test]
async fn an_answer_says_that_its_change_may_have_happened() {
    let (_installation, _provider, bridge) = setup().await;
    bridge.store.doubt_commit(|changes| changes.iter().any(|change| matches!(change, Change::AppendEvent(_))));
    let webhook = iotum::started(INGEST_KEY, 1);
    let answer = bridge.send(&webhook).await;
    assert_outcome_unknown(&answer);
    assert!(answer.problem().contains("may have been stored"), "{}", answer.problem());
    assert_eq!(bridge.count("provider", "outcome-unknown"), 1);
    assert_eq!((bridge.send(&webhook).await.status, bridge.events().await.len()), (204, 1));
}

/// The process ends before it sends the create to the provider: the next process resumes the operation, and the repeat
/// gets its conference.
#[tokio::test]
async fn a_create_interrupted_by_a_crash_is_resumed() {
    let (installation, provider, bridge) = setup().await;
    bridge
        .store
        .fail_commits(|changes| changes.iter().any(|change| matches!(change, Change::RecordEffect { number: 2, .. })));
    let booking = meeting("Talk");
    let mut wire = Wire::connect(bridge.address).await;
    wire.write(&request("create-meeting", &booking).bytes()).await;
    until("the store refused", || bridge.store.refused() > 0).await;
    assert_eq!(provider.calls(CREATE), 0);
    bridge.crash().await;

    let bridge = open(&installation, &provider).await;
    bridge.idle().await;
    assert_eq!((provider.calls("authenticate"), provider.conferences()), (1, 1), "it was resumed");
    let unacknowledged_create = bridge.leftovers().await;
    assert!(
        unacknowledged_create.len() == 1 && unacknowledged_create[0].unacknowledged_create,
        "{unacknowledged_create:?}"
    );
    let answer = create(&bridge, &booking).await;
    assert!(answer.member("conferenceUrl").ends_with("/4001"), "{}", answer.text());
    assert_eq!(provider.conferences(), 1);
    let acknowledged = || bridge.store.has_committed(|change| matches!(change, Change::AnswerAcknowledged { .. }));
    until("the answer is recorded as acknowledged", acknowledged).await;
    assert!(bridge.leftovers().await.is_empty());
}

/// The process ends while the provider creates the conference: the outcome is unknown, so the request is not repeated,
/// and the operator gets a leftover.
#[tokio::test]
async fn a_create_with_an_unknown_outcome_is_shown_and_not_repeated() {
    let (installation, provider, bridge) = setup().await;
    provider.hold(CREATE);
    let mut wire = Wire::connect(bridge.address).await;
    wire.write(&request("create-meeting", &meeting("Talk")).bytes()).await;
    provider.reached(CREATE, 1).await;
    bridge.crash().await;
    provider.release(CREATE);

    let bridge = open(&installation, &provider).await;
    bridge.idle().await;
    assert_eq!(provider.calls(CREATE), 1, "it is not repeated");
    let leftovers = bridge.leftovers().await;
    assert!(leftovers.len() == 1 && !leftovers[0].unacknowledged_create, "{leftovers:?}");
    assert!(leftovers[0].why.contains("conference/create may have been carried out"), "{}", leftovers[0].why);
    // A repeat gets a conference.
    assert_eq!(create(&bridge, &meeting("Talk")).await.status, 200);
    assert_eq!(bridge.leftovers().await.iter().filter(|left| !left.unacknowledged_create).count(), 1);
}

#[tokio::test]
async fn a_webhook_request_is_acknowledged_after_its_commit() {
    let (installation, provider, bridge) = setup().await;
    let webhook = iotum::started(INGEST_KEY, 1);
    assert_eq!(bridge.send(&webhook).await.status, 204);
    bridge.crash().await;
    let bridge = open(&installation, &provider).await;
    assert_eq!(bridge.events().await.len(), 1);
}
