//! What comes of a store that fails: 503 and the wish to be asked again, and nothing is lost or done twice.

use std::time::Duration;

use cordboard::flow::Limits;
use cordboard::ingress::ServeLimits;
use cordboard::store::Change;
use cordboard_tests::bridge::{Bridge, Installation, until};
use cordboard_tests::http::{Answer, Request, Wire};
use cordboard_tests::hubspot::{self, create, created, meeting, request, with};
use cordboard_tests::iotum::{self, INGEST_KEY};
use cordboard_tests::provider::Provider;
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

fn asked_again(answer: &Answer) {
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{}", answer.text());
    assert!(answer.problem().contains("nothing was lost, send the request again"), "{}", answer.problem());
}

#[tokio::test]
async fn a_request_that_cannot_be_looked_up_or_kept_is_to_be_sent_again() {
    let (_installation, provider, bridge) = setup().await;
    let conference = created(&bridge, &meeting("Known")).await;
    let booking = request("create-meeting", &meeting("Talk"));
    let change = request("update-meeting", &with(meeting("Changed"), "conferenceId", conference.as_str()));
    let deletion = request("delete-meeting", &json!({ "conferenceId": conference }));
    let question = request("verify-user", &json!({ "portalId": hubspot::ACCOUNT, "userEmail": "ada@example.com" }));
    let webhook = iotum::started(INGEST_KEY, 1);
    let malformed = Request { body: b"{}".to_vec(), ..webhook.clone() };
    let misspelt = hubspot::signed(Request::post(&hubspot::target("create-meeting"), "{}"));
    let link = Request::get(&format!("/j/{conference}"));
    let before = provider.requests();

    let ready = async || Request::get("/health/ready").send(bridge.operators).await.status;
    assert_eq!(ready().await, 200);
    bridge.store.fail_reads(true);
    assert_eq!(ready().await, 503);
    for request in [&booking, &change, &deletion, &question, &webhook, &link] {
        asked_again(&bridge.send(request).await);
    }
    bridge.store.repair();
    assert_eq!(ready().await, 200);
    bridge.store.fail_commits(|_| true);
    assert_eq!(ready().await, 503);
    for request in [&booking, &change, &deletion, &question, &webhook, &malformed, &misspelt] {
        asked_again(&bridge.send(request).await);
    }
    assert_eq!(provider.requests(), before, "what cannot be written down is not done");
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
        (&misspelt, 400),
        (&deletion, 204),
    ];
    for (request, status) in statuses {
        assert_eq!(bridge.send(request).await.status, status);
    }
    assert_eq!(bridge.events().await.len(), 1);
    assert_eq!(provider.conferences(), 2);
}

/// The store fails just when the provider has made the conference: only the running process knows of it.
#[tokio::test]
async fn what_was_made_while_the_store_failed_is_not_made_twice() {
    let (_installation, provider, bridge) = setup().await;
    let booking = request("create-meeting", &meeting("Talk"));
    bridge.store.fail_commits(|changes| changes.iter().any(|change| matches!(change, Change::Finish { .. })));
    let mended = async {
        until("the store refused", || bridge.store.refused() > 0).await;
        bridge.store.repair();
    };
    let (answer, ()) = tokio::join!(bridge.send(&booking), mended);
    assert_eq!((answer.status, provider.conferences()), (200, 1), "{}", answer.text());
    assert_eq!(bridge.send(&booking).await.json(), answer.json());
    assert_eq!(provider.conferences(), 1);
}

/// The store fails for longer than an operation may take. The operation stays in progress until its end is stored, so
/// that an equal create joins it.
#[tokio::test]
async fn what_was_made_is_recorded_after_the_deadline_of_its_operation() {
    const OPERATION: Duration = Duration::from_secs(2);
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let config = hubspot::config("conferencing = \"rooms\"", &provider.connection());
    let limits = Limits { operation: OPERATION, ..Limits::default() };
    let bridge = installation.open_with(&format!("deadline-ms = 300\n{config}"), limits, ServeLimits::default()).await;
    bridge.store.fail_commits(|changes| changes.iter().any(|change| matches!(change, Change::Finish { .. })));
    assert_eq!(create(&bridge, &meeting("Talk")).await.status, 503);
    provider.reached("conference/create", 1).await;
    tokio::time::sleep(OPERATION + Duration::from_millis(500)).await;
    assert_eq!(create(&bridge, &meeting("Talk")).await.status, 503);
    assert_eq!((provider.calls("conference/create"), bridge.running().commands().in_flight()), (1, 1));
    bridge.store.repair();
    bridge.idle().await;
    let answer = create(&bridge, &meeting("Talk")).await;
    assert_eq!((answer.status, provider.conferences()), (200, 1), "{}", answer.text());
}

/// The store has the end of the operation, but says that it may not have it: the repeat conflicts, and nothing is
/// stored twice.
#[tokio::test]
async fn a_commit_that_may_have_happened_is_repeated_without_harm() {
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

/// The process ends before the request that makes the conference has left: the next one goes on where it was, and the
/// repeat has that conference.
#[tokio::test]
async fn a_create_that_a_crash_interrupted_is_finished() {
    let (installation, provider, bridge) = setup().await;
    bridge
        .store
        .fail_commits(|changes| changes.iter().any(|change| matches!(change, Change::RecordEffect { number: 2, .. })));
    let booking = meeting("Talk");
    let mut wire = Wire::connect(bridge.address).await;
    wire.write(&request("create-meeting", &booking).bytes()).await;
    until("the store refused", || bridge.store.refused() > 0).await;
    assert_eq!(provider.calls("conference/create"), 0);
    bridge.crash().await;

    let bridge = open(&installation, &provider).await;
    bridge.idle().await;
    assert_eq!((provider.calls("authenticate"), provider.conferences()), (1, 1), "it went on where it was");
    let unacknowledged_create = bridge.leftovers().await;
    assert!(
        unacknowledged_create.len() == 1 && unacknowledged_create[0].unacknowledged_create,
        "{unacknowledged_create:?}"
    );
    let answer = create(&bridge, &booking).await;
    assert!(answer.member("conferenceUrl").ends_with("/4001"), "{}", answer.text());
    assert_eq!(provider.conferences(), 1);
    let taken = || bridge.store.has_committed(|change| matches!(change, Change::AnswerAcknowledged { .. }));
    until("the answer is marked as taken", taken).await;
    assert!(bridge.leftovers().await.is_empty());
}

/// The process ends while the provider makes the conference: whether it did is not known, so it is not asked twice, and
/// the operator is told.
#[tokio::test]
async fn a_create_of_which_nobody_knows_the_end_is_shown() {
    let (installation, provider, bridge) = setup().await;
    provider.hold("conference/create");
    let mut wire = Wire::connect(bridge.address).await;
    wire.write(&request("create-meeting", &meeting("Talk")).bytes()).await;
    provider.reached("conference/create", 1).await;
    bridge.crash().await;
    provider.release("conference/create");

    let bridge = open(&installation, &provider).await;
    bridge.idle().await;
    assert_eq!(provider.calls("conference/create"), 1, "it is not repeated");
    let leftovers = bridge.leftovers().await;
    assert!(leftovers.len() == 1 && !leftovers[0].unacknowledged_create, "{leftovers:?}");
    assert!(leftovers[0].why.contains("conference/create may have been carried out"), "{}", leftovers[0].why);
    // Who asks again gets a conference, as it would have at first.
    assert_eq!(create(&bridge, &meeting("Talk")).await.status, 200);
    assert_eq!(bridge.leftovers().await.iter().filter(|left| !left.unacknowledged_create).count(), 1);
}

/// A delivery is told to be kept only once it is.
#[tokio::test]
async fn a_inbound_request_is_acknowledged_after_its_commit() {
    let (installation, provider, bridge) = setup().await;
    let webhook = iotum::started(INGEST_KEY, 1);
    assert_eq!(bridge.send(&webhook).await.status, 204);
    bridge.crash().await;
    let bridge = open(&installation, &provider).await;
    assert_eq!(bridge.events().await.len(), 1);
}
