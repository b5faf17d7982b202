//! Missing or invalid configuration: requests are rejected, and the log names the cause.

use cordboard_spin_host::{Behavior, Manifest, Store};
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::{self, ACCOUNT, created, meeting};
use cordboard_tests::iotum::{self, INGEST_KEY};
use cordboard_tests::provider::{Fault, Provider};
use cordboard_tests::served::Served;
use cordboard_tests::shared_scenarios::PORTAL_KEY;
use cordboard_tests::sign;
use cordboard_tests::spin::{Spin, accounts, manifest, operator, root, variables, with_variable};
use serde_json::json;

fn booking() -> Request {
    hubspot::request("create-meeting", &meeting("Talk"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variable_without_a_value_is_named_in_the_log() {
    let provider = Provider::start().await;
    let variables = variables(&provider);
    for (name, value, logged) in [
        ("hubspot_client_secret", " ", "`crm_client_secret`"),
        ("accounts", "{\"a b\": {}}", "a key that is not an account id"),
        ("accounts", "{\"1\": {}, \"1\": {}}", "a duplicate key"),
        ("accounts", "{\"1\": {\"connections\": {\"a\": {\"plug\": \"a\"}, \"a\": {\"plug\": \"b\"}}}}", "duplicate"),
        ("hubspot_app_id", "", "`app_id`"),
        ("hubspot_app_id", "a b", "`app_id`"),
        ("public_url", "", "`public_url`"),
        ("public_url", "bridge.example.com", "https://"),
        ("hubspot_accept_signatures", "V3", "`V3`"),
        ("accounts", "not json, hush", "is not valid JSON"),
        ("accounts", "", "`accounts`"),
        ("accounts", "{\"123123\": {\"conferencing\": \"rooms\", \"secret\": \"hush\"}}", "`accounts`"),
        ("accounts", "{\"123123\": {\"conferencing\": \"rooms\"}}", "`rooms`"),
    ] {
        let spin =
            Spin::start_with(&manifest(), &with_variable(variables.clone(), name, value), Store::default()).await;
        let answer = spin.send(&booking()).await;
        assert_eq!(answer.status, 503, "{name} {value}: {answer:?}");
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert!(answer.problem().contains("its operator finds the cause in the log"), "{}", answer.problem());
        let log = spin.0.log();
        assert!(log.contains(logged), "{name}: {log}");
        assert!(!log.contains("hush"), "{log}");
        assert_eq!(provider.requests(), 0);
    }
}

/// Without a configured token, nobody has access.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_unavailable_without_an_admin_token() {
    let provider = Provider::start().await;
    let variables = with_variable(variables(&provider), "admin_token", "");
    let spin = Spin::start_with(&manifest(), &variables, Store::default()).await;
    for target in ["/events", "/deliveries"] {
        let answer = spin.send(&Request::get(target).header("authorization", "Bearer ")).await;
        assert_eq!(answer.status, 503, "{answer:?}");
    }
    assert!(spin.0.log().contains("`admin_token`"), "{}", spin.0.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_secret_is_refused() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    let unsigned = Request::post(&hubspot::target("create-meeting"), meeting("Talk").to_string());
    let at = cordboard::clock::now();
    let answer = spin.send(&sign::v3(unsigned, "another secret", cordboard_tests::bridge::PUBLIC_URL, at)).await;
    assert_eq!(answer.status, 401, "{answer:?}");
    assert!(spin.0.log().contains("signature-mismatch"), "{}", spin.0.log());
    assert_eq!(spin.send(&booking()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_acknowledged_without_a_store() {
    let provider = Provider::start().await;
    let text = std::fs::read_to_string(root().join("spin.toml")).unwrap();
    let without = text.replace("key_value_stores = [\"default\"]\n", "");
    assert_ne!(text, without);
    let path = root().join("target/spin/without-store.toml");
    std::fs::write(&path, without.replace("target/spin/", "")).unwrap();
    let spin = Spin::start_with(&Manifest::read(&path).unwrap(), &variables(&provider), Store::default()).await;
    for request in [booking(), iotum::started(INGEST_KEY, 1)] {
        let answer = spin.send(&request).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{answer:?}");
    }
    let log = spin.0.log();
    assert!(log.contains("key_value_stores = [\"default\"]"), "{log}");
    assert_eq!(provider.requests(), 0);
}

/// The sender can retry.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_acknowledged_while_the_store_fails() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    let webhook = iotum::started(INGEST_KEY, 1);
    for behavior in [Behavior::Failing, Behavior::Silent] {
        spin.0.store.is(behavior);
        // A silent store is waited for, so send all at once.
        let requests = [booking(), webhook.clone(), operator("GET", "/deliveries")];
        for answer in requests.map(|request| request.spawn(spin.address())) {
            let answer = answer.await.unwrap();
            assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{answer:?}");
        }
    }
    spin.0.store.is(Behavior::Working);
    let log = spin.0.log();
    assert!(log.contains("store `default` failed") && log.contains("store `default` does not answer"), "{log}");
    assert_eq!(spin.send(&webhook).await.status, 204);
    assert_eq!(spin.reported_events().await.len(), 1);
    created(&spin, &meeting("Talk")).await;
}

/// A write that fails may have been carried out, so the answer does not promise that nothing was lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_outcome_of_a_failed_write_is_unknown() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    provider.hold("conference/create");
    let reached = booking().spawn(spin.address());
    provider.reached("conference/create", 1).await;
    spin.0.store.is(Behavior::FailingAfterWrites);
    provider.release("conference/create");
    let webhook = iotum::started(INGEST_KEY, 1).spawn(spin.address());
    for answer in [reached, webhook] {
        let answer = answer.await.unwrap();
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{answer:?}");
        let problem = answer.problem();
        assert!(problem.contains("carried out only once") && !problem.contains("nothing was lost"), "{problem}");
    }
    assert!(spin.0.log().contains("(outcome-unknown)"), "{}", spin.0.log());
}

/// A misspelled setting could otherwise create meetings at the wrong place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ignored_settings_are_named_in_the_log() {
    let provider = Provider::start().await;
    let variables = with_variable(variables(&provider), "iotum_host", "");
    for (connection, logged) in [
        (json!({ "plug": "jitsi", "settings": { "hots": "https://meet.acme.example" } }), "`hots`"),
        (json!({ "plug": "jitsi", "accept-signatures": ["v9"] }), "`v9`"),
        (json!({ "plug": "jitsi", "settings": { "host": " " } }), "blank setting `host`"),
        (json!({ "plug": "jitsi", "settings": { "host": [] } }), "blank setting `host`"),
        (json!({ "plug": "jitsi", "settings": { "host": ["https://meet.acme.example", ""] } }), "blank setting `host`"),
        (json!({ "plug": "nobody" }), "account 123123 has the plug `nobody`, but spin.toml has iotum jitsi"),
        (json!({ "plug": "Jitsi" }), "account 123123 has the plug `Jitsi`"),
        (json!({ "plug": "" }), "account 123123 has the plug ``"),
        (
            json!({ "plug": "iotum", "settings": { "email": "ada@example.com" } }),
            "account 123123 lacks the setting `host`",
        ),
    ] {
        let accounts = json!({ ACCOUNT.to_string(): {
            "conferencing": "rooms", "connections": { "rooms": connection },
        } });
        let variables = with_variable(variables.clone(), "accounts", &accounts.to_string());
        let spin = Spin::start_with(&manifest(), &variables, Store::default()).await;
        let answer = spin.send(&booking()).await;
        assert_eq!(answer.status, 503, "{logged}: {answer:?}");
        assert!(spin.0.log().contains(logged), "{logged}: {}", spin.0.log());
    }
}

/// Ingest keys that can be guessed or do not fit into a URL are rejected and logged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rejects_weak_ingest_keys() {
    let provider = Provider::start().await;
    for key in ["short", "a-key-of-21-characters", "a key of more than twenty-two characters"] {
        let key = key.get(..21.min(key.len())).filter(|_| !key.contains(' ')).unwrap_or(key);
        let accounts = json!({ ACCOUNT.to_string(): {
            "connections": { "portal": { "plug": "veeting", "ingest-key": key } },
        } });
        let variables = with_variable(variables(&provider), "accounts", &accounts.to_string());
        let spin = Spin::start_with(&manifest(), &variables, Store::default()).await;
        let target = format!("/in/{}/onMeetingDeleted", key.replace(' ', "%20"));
        assert_eq!(spin.send(&Request::post(&target, "{}")).await.status, 404, "{key}");
        let log = spin.0.log();
        assert!(log.contains("`portal`") && log.contains("22 to 128"), "{log}");
        assert!(!log.contains(key), "{log}");
    }
}

/// With the same key, one connection's provider could send events for the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rejects_an_ingest_key_of_two_connections() {
    let provider = Provider::start().await;
    let mut accounts = accounts(&provider);
    accounts["456456"] = json!({ "connections": { "theirs": { "plug": "veeting", "ingest-key": INGEST_KEY } } });
    let variables = with_variable(variables(&provider), "accounts", &accounts.to_string());
    let spin = Spin::start_with(&manifest(), &variables, Store::default()).await;
    assert_eq!(spin.send(&iotum::started(INGEST_KEY, 1)).await.status, 503);
    let log = spin.0.log();
    assert!(log.contains("`rooms`") && log.contains("`theirs`") && log.contains("same ingest key"), "{log}");
    assert!(!log.contains(INGEST_KEY), "{log}");
    created(&spin, &meeting("Talk")).await;
}

/// Otherwise, a sender with a blank secret would be authentic.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blank_secret_authenticates_nobody() {
    let provider = Provider::start().await;
    for blank in [json!(""), json!(" "), json!([]), json!(["", " "])] {
        let mut accounts = accounts(&provider);
        accounts[ACCOUNT.to_string()]["connections"]["portal"]["settings"] = json!({ "api-key": blank });
        let variables = with_variable(variables(&provider), "accounts", &accounts.to_string());
        let spin = Spin::start_with(&manifest(), &variables, Store::default()).await;
        for key in [None, Some(""), Some(" ")] {
            let webhook = Request::post(&format!("/in/{PORTAL_KEY}/onMeetingDeleted"), "{}");
            let webhook = key.map_or(webhook.clone(), |key| webhook.header("x-api-key", key));
            assert_eq!(spin.send(&webhook).await.status, 503, "{blank} {key:?}");
        }
        assert!(spin.0.log().contains("blank setting `api-key`"), "{}", spin.0.log());
    }
}

/// The log has at most one line per second for each reason.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_requests_are_rejected_and_logged_briefly() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    let mut sent = 0;
    let began = std::time::Instant::now();
    while began.elapsed().as_millis() < 2_500 {
        let stranger = Request::post(&format!("/in/{INGEST_KEY}/events"), "{}");
        assert_eq!(spin.send(&stranger).await.status, 401);
        // The count of suppressed lines is lost with its instance.
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        sent += 1;
    }
    let log = spin.0.log();
    let lines: Vec<_> = log.lines().collect();
    assert!(sent > 30 && lines.len() < 12, "{sent}: {log}");
    assert!(log.contains("events, connection `rooms` of account 123123 (iotum "), "{log}");
    assert!(log.contains(" more like it)"), "{log}");
    assert!(!log.contains(INGEST_KEY), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_are_logged() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    provider.fail("conference/create", Fault::status(422));
    assert_eq!(spin.send(&booking()).await.status, 422);
    let log = spin.0.log();
    assert!(log.contains("create-meeting, connection `rooms` of account 123123 (iotum "), "{log}");
    assert!(log.contains("failed (provider-invalid): "), "{log}");
    let numbers = json!({ "appId": hubspot::APP, "portalId": 5, "userId": 7 });
    assert_eq!(spin.send(&hubspot::request("phone-numbers", &numbers)).await.status, 404);
    assert!(spin.0.log().contains("phone-numbers, account 5: rejected with 404"), "{}", spin.0.log());
}

/// Spin has no list of leftovers, so they are only logged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn effects_that_may_have_been_carried_out_are_logged() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    let create = "conference/create";
    for (fault, why) in [
        (Fault::status(503), "may have been carried out, but the answer was 503: check the provider for leftovers"),
        (Fault::status(409), "may have been carried out, but the answer was 409: check the provider for leftovers"),
        (Fault::CloseAfterwards, "if it was sent, it may have been carried out: check the provider for leftovers"),
    ] {
        provider.fail(create, fault);
        assert_ne!(hubspot::create(&spin, &meeting("Talk")).await.status, 200);
        assert!(spin.0.log().contains(why), "{}", spin.0.log());
    }
    let lines = spin.0.log().matches("carried out").count();
    provider.fail(create, Fault::status(422));
    assert_eq!(hubspot::create(&spin, &meeting("Talk")).await.status, 422);
    provider.repair(create);
    provider.fail("conference/update", Fault::status(500));
    let made = hubspot::created(&spin, &meeting("Talk")).await;
    assert_eq!(hubspot::update(&spin, &made, meeting("Moved")).await.status, 503);
    assert_eq!(spin.0.log().matches("carried out").count(), lines, "an update may be repeated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_misplaced_ingest_key_is_not_logged() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    for target in [
        format!("/in/events/{INGEST_KEY}"),
        format!("/api/in/{INGEST_KEY}"),
        format!("//in/{INGEST_KEY}"),
        format!("/in/{INGEST_KEY}/{INGEST_KEY}"),
        hubspot::target(INGEST_KEY),
    ] {
        assert_eq!(spin.send(&Request::post(&target, "{}")).await.status, 404, "{target}");
    }
    let log = spin.0.log();
    assert!(log.contains("rejected with 404") && !log.contains(INGEST_KEY), "{log}");
}
