//! What comes of a store that fails: 503 and the wish to be asked again, and nothing is lost or done twice.

use cordboard::store::Change;
use cordboard_tests::bridge::{Bridge, House};
use cordboard_tests::http::{Answer, Request};
use cordboard_tests::hubspot::{self, create, created, meeting, request, with};
use cordboard_tests::iotum::{self, INGEST_KEY};
use cordboard_tests::provider::Provider;
use serde_json::json;

async fn scene() -> (House, Provider, Bridge) {
    let (house, provider) = (House::new(), Provider::start().await);
    let connection = format!(
        "[account.{}.connection.rooms]\ningest-key = \"{INGEST_KEY}\"\n{}",
        hubspot::ACCOUNT,
        provider.connection()
    );
    let bridge = house.open(&hubspot::config("conferencing = \"rooms\"", &connection)).await;
    (house, provider, bridge)
}

fn asked_again(answer: &Answer) {
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{}", answer.text());
    assert!(answer.problem().contains("nothing was lost, send the request again"), "{}", answer.problem());
}

#[tokio::test]
async fn a_request_that_cannot_be_looked_up_or_kept_is_to_be_sent_again() {
    let (_house, provider, bridge) = scene().await;
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

    bridge.store.fail_reads(true);
    for request in [&booking, &change, &deletion, &question, &webhook, &link] {
        asked_again(&bridge.send(request).await);
    }
    bridge.store.mend();
    bridge.store.fail_commits(|_| true);
    for request in [&booking, &change, &deletion, &question, &webhook, &malformed, &misspelt] {
        asked_again(&bridge.send(request).await);
    }
    assert_eq!(provider.requests(), before, "what cannot be written down is not done");
    assert_eq!(bridge.count("crm", "unavailable"), 9);
    assert_eq!(bridge.count("provider", "unavailable"), 3);

    bridge.store.mend();
    let statuses = [(&booking, 200), (&change, 204), (&question, 200), (&webhook, 204), (&malformed, 400), (&misspelt, 400), (&deletion, 204)];
    for (request, status) in statuses {
        assert_eq!(bridge.send(request).await.status, status);
    }
    assert_eq!(bridge.events().await.len(), 1);
    assert_eq!(provider.conferences(), 2);
}

/// The store fails just when the provider has made the conference: only the running process knows of it.
#[tokio::test]
async fn what_was_made_while_the_store_failed_is_not_made_twice() {
    let (_house, provider, bridge) = scene().await;
    let booking = request("create-meeting", &meeting("Talk"));
    bridge.store.fail_commits(|changes| changes.iter().any(|change| matches!(change, Change::Finish { .. })));
    provider.hold("conference/create");
    let waiting = async {
        provider.reached("conference/create", 1).await;
        provider.release("conference/create");
    };
    let mended = async {
        provider.reached("conference/create", 1).await;
        cordboard_tests::bridge::until("the store refused", || bridge.store.refused() > 0).await;
        bridge.store.mend();
    };
    let (answer, (), ()) = tokio::join!(bridge.send(&booking), waiting, mended);
    // Whether this answer is 503 or already the conference: a repeat has the one that was made.
    assert!(matches!(answer.status, 200 | 503), "{answer:?}");
    let again = bridge.send(&booking).await;
    assert_eq!(again.status, 200, "{}", again.text());
    assert!(again.member("conferenceUrl").ends_with("/4001"), "{}", again.text());
    assert_eq!(provider.conferences(), 1);
}

/// A process that ends in the midst of a create: the next one finishes it from what was journaled, and the repeat that
/// HubSpot's user sends has that conference.
#[tokio::test]
async fn a_create_that_a_crash_interrupted_is_finished() {
    let (house, provider, bridge) = scene().await;
    let config = {
        let connection = format!("[account.{}.connection.rooms]\n{}", hubspot::ACCOUNT, provider.connection());
        hubspot::config("conferencing = \"rooms\"", &connection)
    };
    // The process ends before the request to make the conference leaves.
    bridge.store.fail_commits(|changes| {
        changes.iter().any(|change| matches!(change, Change::Ask { number: 2, .. } | Change::Finish { .. }))
    });
    let booking = meeting("Talk");
    let store = bridge.store.clone();
    let crash = async {
        cordboard_tests::bridge::until("the store refused", || store.refused() > 0).await;
    };
    let (_, ()) = tokio::join!(
        async { tokio::time::timeout(std::time::Duration::from_millis(500), create(&bridge, &booking)).await },
        crash
    );
    drop(store);
    assert_eq!((provider.calls("host/fetch_all"), provider.conferences()), (1, 0));
    bridge.crash().await;

    let bridge = house.open(&config).await;
    bridge.idle().await;
    assert_eq!((provider.calls("host/fetch_all"), provider.conferences()), (1, 1), "it went on where it was");
    let unclaimed = bridge.leftovers().await;
    assert!(unclaimed.len() == 1 && unclaimed[0].unclaimed, "{unclaimed:?}");
    let answer = create(&bridge, &booking).await;
    assert!(answer.member("conferenceUrl").ends_with("/4001"), "{}", answer.text());
    assert_eq!(provider.conferences(), 1);
    cordboard_tests::bridge::until("the answer is marked as taken", || {
        bridge.store.peek(|changes| changes.iter().any(|change| matches!(change, Change::Answered { .. })))
    })
    .await;
    assert!(bridge.leftovers().await.is_empty());
}
