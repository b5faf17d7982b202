//! Accounts and their configuration.

use cordboard_spin_host::Store;
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::{self, ACCOUNT, create, created, delete, meeting, update, with};
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::sign;
use cordboard_tests::spin::{Spin, accounts, manifest, variables, with_variable};
use serde_json::{Value, json};

const OTHER: u64 = 456_456;
const NEITHER: u64 = 789_789;

async fn setup() -> (Provider, Spin) {
    let provider = Provider::start().await;
    let mut accounts = accounts(&provider);
    accounts[OTHER.to_string()] = json!({
        "conferencing": "rooms",
        "connections": { "rooms": { "plug": "jitsi", "settings": { "host": "https://meet.acme.example" } } },
    });
    accounts[NEITHER.to_string()] = json!({});
    let variables = with_variable(variables(&provider), "accounts", &accounts.to_string());
    let spin = Spin::start_with(&manifest(), &variables, Store::default()).await;
    (provider, spin)
}

fn of(account: u64, topic: &str) -> Value {
    with(meeting(topic), "portalId", account)
}

/// Two accounts of one app have different plugs. A delete does not name the account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_account_has_its_plug() {
    let (provider, spin) = setup().await;
    let at_iotum = created(&spin, &of(ACCOUNT, "One")).await;
    assert_eq!(provider.conferences(), 1);
    let answer = create(&spin, &of(OTHER, "Two")).await;
    assert!(answer.member("conferenceUrl").starts_with("https://meet.acme.example/"), "{answer:?}");
    assert_eq!(provider.conferences(), 1);
    let at_jitsi = answer.member("conferenceId");
    assert_eq!(update(&spin, &at_jitsi, of(OTHER, "Later")).await.status, 204);
    assert_eq!(update(&spin, &at_jitsi, of(ACCOUNT, "Not theirs")).await.status, 404);
    let query = json!({ "portalId": OTHER, "userEmail": "anybody@acme.example" });
    let known = spin.send(&hubspot::request("verify-user", &query)).await;
    assert_eq!((known.status, known.member("id")), (200, "anybody@acme.example".to_owned()));
    for id in [at_iotum, at_jitsi] {
        assert_eq!(delete(&spin, &id).await.status, 204);
        assert_eq!(delete(&spin, &id).await.status, 204);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_without_a_plug_are_not_implemented() {
    let (_provider, spin) = setup().await;
    assert_eq!(create(&spin, &of(NEITHER, "One")).await.status, 501);
    let numbers = json!({ "appId": hubspot::APP, "portalId": OTHER, "userId": 7 });
    assert_eq!(spin.send(&hubspot::request("phone-numbers", &numbers)).await.status, 501);
    assert_eq!(create(&spin, &of(1, "One")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_front_is_reachable_from_outside() {
    let (_provider, spin) = setup().await;
    for target in ["/iotum", "/jitsi/hubspot/54321/create-meeting", "/spin.internal", "/"] {
        assert_eq!(spin.send(&Request::get(target)).await.status, 404, "{target}");
    }
}

/// Only v3 is accepted if the operator configures that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rejects_signature_versions_that_the_operator_does_not_accept() {
    let provider = Provider::start().await;
    let variables = with_variable(variables(&provider), "hubspot_accept_signatures", "v3");
    let spin = Spin::start_with(&manifest(), &variables, Store::default()).await;
    let unsigned = Request::post(&hubspot::target("create-meeting"), meeting("Talk").to_string());
    assert_eq!(spin.send(&sign::v1(unsigned, hubspot::SECRET)).await.status, 401);
    created(&spin, &meeting("Talk")).await;
}

/// A conference stays with its connection, whatever the account uses now. If the connection was removed, requests
/// succeed for HubSpot, and the operator must change the provider by hand.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conference_outlives_the_configuration_of_its_account() {
    let (provider, spin) = setup().await;
    let [moved, lost] = [created(&spin, &of(OTHER, "Moved")).await, created(&spin, &of(OTHER, "Lost")).await];
    let store = spin.0.store.clone();
    let with_account = |account: Value| {
        let mut accounts = accounts(&provider);
        accounts[OTHER.to_string()] = account;
        with_variable(variables(&provider), "accounts", &accounts.to_string())
    };
    let rooms = json!({ "plug": "jitsi", "settings": { "host": "https://meet.acme.example" } });
    let links = json!({ "plug": "veeting", "settings": { "room-url": "https://rooms.example/{random}" } });
    let both = json!({ "conferencing": "links", "connections": { "rooms": rooms, "links": links } });
    let spin = Spin::start_with(&manifest(), &with_account(both), store.clone()).await;
    assert_eq!(update(&spin, &moved, of(OTHER, "Later")).await.status, 204);
    assert_eq!(delete(&spin, &moved).await.status, 204);

    let spin = Spin::start_with(&manifest(), &with_account(json!({})), store).await;
    assert_eq!(update(&spin, &lost, of(OTHER, "Later")).await.status, 204);
    assert_eq!(update(&spin, &lost, of(ACCOUNT, "Not theirs")).await.status, 404);
    assert_eq!([delete(&spin, &lost).await.status, delete(&spin, &lost).await.status], [204, 204]);
    assert_eq!(update(&spin, &lost, of(OTHER, "Too late")).await.status, 404);
    let log = spin.0.log();
    assert_eq!(log.matches("update or delete it at the provider by hand").count(), 2, "{log}");
}
