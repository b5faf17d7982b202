//! Limits of accounts: requests beyond them are rejected or wait, and other accounts are not affected.

use std::time::Duration;

use cordboard::config::PlugRef;
use cordboard::lifecycle::{Activate, Target};
use cordboard::store::Store;
use cordboard_tests::bridge::{Bridge, Installation, connection, until};
use cordboard_tests::http::{Answer, Request};
use cordboard_tests::hubspot::{self, ACCOUNT, APP, create, created, delete, meeting, request, update, with};
use cordboard_tests::iotum::{INGEST_KEY, started};
use cordboard_tests::neighbors::{ABUSES, HANGING, LOOPING, LoadGenerator, measure, open};
use cordboard_tests::plugs::numbered;
use cordboard_tests::provider::{CREATE, Provider, UPDATE};
use cordboard_tests::served::Served;

/// Another account, with the default limits.
const OTHER: u64 = 40;

/// Returns a configuration of an account with these limits and the emulated iotum, and another account with Jitsi.
fn config(limits: &str, provider: &Provider) -> String {
    let keys = format!("conferencing = \"rooms\"\nlimits = {{ {limits} }}");
    let other = format!(
        "[account.{OTHER}]\napp = {APP}\nconferencing = \"rooms\"\n\
         [account.{OTHER}.connection.rooms]\nplug = \"jitsi\"\n"
    );
    hubspot::config(&keys, &(provider.connection() + &other))
}

async fn setup(limits: &str) -> (Installation, Provider, Bridge) {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = installation.open(&config(limits, &provider)).await;
    (installation, provider, bridge)
}

/// Asserts a rejection because of a limit of the account.
#[track_caller]
fn assert_refused(answer: &Answer, limit: &str) {
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("1")), "{answer:?}");
    let detail = answer.problem();
    assert!(detail.starts_with(&format!("account {ACCOUNT} ")) && detail.contains(&format!("`{limit}`")), "{detail}");
}

async fn assert_other_is_served(bridge: &Bridge) {
    created(bridge, &with(meeting("Elsewhere"), "portalId", OTHER)).await;
}

/// Sends requests until one is rejected. Returns the number of accepted ones and the rejection.
async fn until_refused(bridge: &Bridge, request: impl Fn(usize) -> Request) -> (usize, Answer) {
    for number in 0..100 {
        let answer = bridge.send(&request(number)).await;
        if answer.status == 429 {
            return (number, answer);
        }
        assert!(answer.status < 300, "{answer:?}");
    }
    panic!("no request was rejected");
}

#[tokio::test]
async fn limits_the_requests_per_second_of_an_account() {
    let (_installation, _provider, bridge) = setup("requests-per-second = 1, burst = 3").await;
    let booking = |number| request("create-meeting", &meeting(&format!("Talk {number}")));
    let (served, refused) = until_refused(&bridge, booking).await;
    assert!(served >= 3, "{served}");
    assert_refused(&refused, "requests-per-second");
    assert_eq!(bridge.count("crm", "account-requests-per-second"), 1);
    assert_other_is_served(&bridge).await;
    // Webhooks of its providers count, too.
    let (_, refused) = until_refused(&bridge, |number| started(INGEST_KEY, number as u64)).await;
    assert_refused(&refused, "requests-per-second");
    assert_eq!(bridge.count("provider", "account-requests-per-second"), 1);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    created(&bridge, &meeting("Afterwards")).await;
}

#[tokio::test]
async fn limits_the_requests_in_flight_of_an_account() {
    let (_installation, provider, bridge) = setup("max-in-flight = 2").await;
    let conference = created(&bridge, &meeting("Before")).await;
    provider.hold(CREATE);
    provider.hold(UPDATE);
    let calls = provider.calls(CREATE);
    let mut held = vec![request("create-meeting", &meeting("First")).spawn(bridge.address)];
    provider.reached(CREATE, calls + 1).await;
    let change = with(meeting("Second"), "conferenceId", conference.as_str());
    held.push(request("update-meeting", &change).spawn(bridge.address));
    provider.reached(UPDATE, 1).await;

    assert_refused(&create(&bridge, &meeting("Third")).await, "max-in-flight");
    assert_refused(&hubspot::verify(&bridge, cordboard_tests::provider::USER).await, "max-in-flight");
    assert_refused(&update(&bridge, &conference, meeting("Third")).await, "max-in-flight");
    assert_refused(&delete(&bridge, &conference).await, "max-in-flight");
    assert_eq!(bridge.count("crm", "account-in-flight"), 4);
    assert_refused(&bridge.send(&started(INGEST_KEY, 1)).await, "max-in-flight");
    assert_eq!(bridge.count("provider", "account-in-flight"), 1);
    assert_other_is_served(&bridge).await;

    provider.release(CREATE);
    provider.release(UPDATE);
    for answer in held {
        assert!(answer.await.unwrap().status < 300);
    }
    bridge.idle().await;
    created(&bridge, &meeting("Third")).await;
    assert_eq!(bridge.send(&started(INGEST_KEY, 1)).await.status, 204);
}

/// The bytes of requests and of what their operations write count together.
#[tokio::test]
async fn limits_the_bytes_per_second_of_an_account() {
    let (_installation, _provider, bridge) = setup("bytes-per-second = 10000").await;
    let long = |number: usize| request("create-meeting", &meeting(&format!("{number} {}", "x".repeat(4_000))));
    let (served, refused) = until_refused(&bridge, long).await;
    assert!(served >= 2, "{served}");
    assert!(
        refused.problem().starts_with(&format!("account {ACCOUNT} sends and stores more than 10000 bytes a second"))
    );
    assert!(refused.problem().ends_with("or ask the operator to raise `bytes-per-second`"), "{}", refused.problem());
    until_refused(&bridge, |number| started(INGEST_KEY, number as u64)).await;
    assert_eq!(bridge.count("crm", "account-bytes-per-second"), 1);
    assert_eq!(bridge.count("provider", "account-bytes-per-second"), 1);
    assert_other_is_served(&bridge).await;
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    created(&bridge, &meeting("Afterwards")).await;
}

/// An account at its storage limit cannot create conferences, but update and delete them.
#[tokio::test]
async fn an_account_at_its_storage_limit_can_still_update_and_delete() {
    let (installation, provider, bridge) = setup("stored-bytes = 300000").await;
    let first = created(&bridge, &meeting("First")).await;
    let (_, refused) =
        until_refused(&bridge, |number| request("create-meeting", &meeting(&format!("Talk {number}")))).await;
    assert!(
        refused.problem().starts_with(&format!("account {ACCOUNT} has reached its limit of 300000 stored bytes")),
        "{refused:?}"
    );
    assert!(refused.problem().ends_with("or ask the operator to raise `stored-bytes`"), "{refused:?}");
    assert_eq!(refused.header("retry-after"), Some("600"));
    assert_eq!(bridge.send(&started(INGEST_KEY, 1)).await.status, 429);
    assert_other_is_served(&bridge).await;
    let stored = bridge.store.stored_bytes(&ACCOUNT.into());
    assert!((300_000..318_000).contains(&stored), "{stored}");
    let metrics = Request::get("/metrics").send(bridge.operators).await.text();
    assert!(
        metrics.contains(&format!("cordboard_account_stored_bytes{{account=\"{ACCOUNT}\"}} {stored}")),
        "{metrics}"
    );

    assert_eq!(update(&bridge, &first, meeting("First, moved")).await.status, 204);
    assert_eq!(delete(&bridge, &first).await.status, 204);
    bridge.lifecycle().apply_config(installation.config(&config("stored-bytes = 400000", &provider))).await.unwrap();
    created(&bridge, &meeting("Another")).await;
}

/// An operation counts as in progress even if nobody waits for it.
#[tokio::test]
async fn hanging_up_does_not_free_a_request_in_flight() {
    let (_installation, provider, bridge) = setup("max-in-flight = 1").await;
    provider.hold(CREATE);
    let gone = request("create-meeting", &meeting("Talk")).spawn(bridge.address);
    provider.reached(CREATE, 1).await;
    gone.abort();
    let late = create(&bridge, &meeting("Another")).await;
    assert_refused(&late, "max-in-flight");
    provider.release(CREATE);
    let limiter = bridge.running().topology().limiter(&ACCOUNT.into());
    until("nothing is in progress", || limiter.in_flight() == 0).await;
    created(&bridge, &meeting("Another")).await;
}

/// Otherwise, strangers could use up the limits of an account.
#[tokio::test]
async fn forged_requests_do_not_count_toward_limits() {
    let (_installation, _provider, bridge) = setup("requests-per-second = 1, burst = 6").await;
    for number in 0..20 {
        let forged = request("create-meeting", &meeting("Talk")).with("x-hubspot-signature-v3", "Zm9yZ2Vk");
        assert_eq!(bridge.send(&forged).await.status, 401);
        let forged = started(INGEST_KEY, number).with("x-signing-token", "guess");
        assert_eq!(bridge.send(&forged).await.status, 401);
    }
    for number in 0..3 {
        created(&bridge, &meeting(&format!("Talk {number}"))).await;
        assert_eq!(bridge.send(&started(INGEST_KEY, number)).await.status, 204);
    }
}

/// Requests in flight still count after the plug or the configuration was replaced.
#[tokio::test]
async fn replacing_the_plug_keeps_the_requests_in_flight() {
    let (installation, provider, bridge) = setup("max-in-flight = 1").await;
    installation.put("second.wasm", &numbered("iotum", 2));
    provider.hold(CREATE);
    let mut held = vec![request("create-meeting", &meeting("First")).spawn(bridge.address)];
    provider.reached(CREATE, 1).await;
    let wanted = Activate {
        plug: PlugRef::File(installation.data().parent().unwrap().join("second.wasm")),
        target: Target::Connection(connection(ACCOUNT, "rooms")),
        rollout: None,
        who: "a test".to_owned(),
    };
    bridge.lifecycle().activate(&wanted).await.unwrap();
    assert_refused(&create(&bridge, &meeting("Second")).await, "max-in-flight");

    bridge.lifecycle().apply_config(installation.config(&config("max-in-flight = 2", &provider))).await.unwrap();
    held.push(request("create-meeting", &meeting("Second")).spawn(bridge.address));
    provider.reached(CREATE, 2).await;
    assert_refused(&create(&bridge, &meeting("Third")).await, "max-in-flight");
    provider.release(CREATE);
    for answer in held {
        assert_eq!(answer.await.unwrap().status, 200);
    }
    bridge.idle().await;
    created(&bridge, &meeting("Third")).await;
}

/// Both in one test, to measure the time without them only once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_looping_plug_and_a_hanging_provider_do_not_slow_the_neighbor() {
    const BOOKINGS: usize = 200;
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    measure(bridge.address, BOOKINGS / 10).await;
    let alone = measure(bridge.address, BOOKINGS).await;
    let loads = [LOOPING, HANGING].map(|account| LoadGenerator::start(bridge.address, account, 24, false));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let beside = measure(bridge.address, BOOKINGS).await;
    let [looping, hanging] = loads.map(|load| load.statuses());
    println!("alone {alone:?}\nbeside {beside:?}\nanswers of the abusive accounts: {looping:?} and {hanging:?}");
    assert_eq!((alone.failed, beside.failed), (0, 0));
    assert!(looping.values().sum::<usize>() > 0, "the looping plug was called");
    assert!(provider.calls("/hang") > 0, "the provider was called");
    // A looping call takes a quarter of a second of CPU time: waiting for one would take far longer.
    let slack = Duration::from_millis(40);
    assert!(beside.median < alone.median * 6 + slack, "{beside:?}, alone {alone:?}");
    assert!(beside.p99 < alone.p99 * 12 + slack * 4, "{beside:?}, alone {alone:?}");
}

/// A plug that returns megabytes, and a sender of megabytes, neither fill the disk nor slow down the other account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_results_and_webhooks_do_not_slow_the_neighbor() {
    const BOOKINGS: usize = 60;
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = open(&installation, &provider).await;
    bridge.store.forget();
    measure(bridge.address, BOOKINGS / 3).await;
    let alone = measure(bridge.address, BOOKINGS).await;
    for name in ["failure text", "endless state", "5,000 headers", "webhooks", "traps"] {
        let abuse = ABUSES.iter().find(|abuse| abuse.name.contains(name)).unwrap();
        let began = std::time::Instant::now();
        let load = LoadGenerator::of(abuse, bridge.address, 16, true);
        tokio::time::sleep(Duration::from_millis(500)).await;
        let beside = measure(bridge.address, BOOKINGS).await;
        let statuses = load.statuses();
        drop(load);
        let seconds = began.elapsed().as_secs() + 1;
        let stored = bridge.store.stored_bytes(&abuse.account.into());
        println!("{name}: alone {alone:?}, beside {beside:?}, answers {statuses:?}, {stored} bytes in {seconds} s");
        assert_eq!((alone.failed, beside.failed), (0, 0), "{name}");
        // The benchmark has stricter limits; other tests run at the same time here.
        assert!(beside.median < alone.median * 12 + Duration::from_secs(1), "{name}: {beside:?}, alone {alone:?}");
        // The burst of four seconds, the rate since then, and the requests in progress when the limit was reached.
        assert!(stored < (4 + seconds) * (1 << 20) + 16 * (4 << 20), "{name}: {stored}");
        let served: usize = statuses.iter().filter(|(status, _)| **status != 429).map(|(_, count)| count).sum();
        if ["failure text", "5,000 headers", "traps"].contains(&name) {
            let each = stored / u64::try_from(served + 16).unwrap();
            assert!(each < 16 << 10, "{name}: {each} bytes each of {served}");
        }
        bridge.idle_within(Duration::from_secs(60)).await;
    }
}
