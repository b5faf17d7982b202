//! Listing and deleting events and webhook requests as the operator.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use cordboard_spin_host::Values;
use cordboard_tests::http::Request;
use cordboard_tests::iotum::{self, INGEST_KEY};
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::shared_scenarios::webhooks;
use cordboard_tests::spin::{ADMIN_TOKEN, Spin, operator};
use serde_json::{Value, json};

async fn send_events(spin: &Spin, conferences: std::ops::Range<u64>) {
    for conference in conferences {
        assert_eq!(spin.send(&iotum::started(INGEST_KEY, conference)).await.status, 204);
    }
}

fn conferences(answer: &Value) -> Vec<&str> {
    let events = answer["events"].as_array().unwrap();
    events.iter().map(|event| event["providerConferenceId"].as_str().unwrap()).collect()
}

/// Waits until events are old enough to be followed with a cursor.
async fn settled() {
    tokio::time::sleep(Duration::from_millis(5_200)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_require_the_admin_token() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    let asked = |authorization: &str| Request::get("/events").header("authorization", authorization);
    for wrong in
        ["", "Bearer", "Bearer ", "Bearer x", &format!("Basic {ADMIN_TOKEN}"), &format!("Bearer {ADMIN_TOKEN}x")]
    {
        let answer = spin.send(&asked(wrong)).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")), "{wrong}");
        assert!(answer.problem().contains("admin_token"));
    }
    assert_eq!(spin.send(&Request::get("/events")).await.status, 401);
    let doubled = asked(&format!("Bearer {ADMIN_TOKEN}")).header("authorization", "Bearer x");
    assert_eq!(spin.send(&doubled).await.status, 401);
    assert_eq!(spin.ask("GET", "/events").await.status, 200);
    assert_eq!(spin.ask("POST", "/events").await.status, 405);
    assert_eq!(spin.ask("PUT", "/deliveries").await.status, 405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_paged_and_deleted() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    send_events(&spin, 1..6).await;
    settled().await;
    let first = spin.ask("GET", "/events?limit=2").await.json();
    assert_eq!(conferences(&first), ["1", "2"]);
    let next = format!("/events?limit=2&after={}", first["next"].as_str().unwrap());
    let second = spin.ask("GET", &next).await.json();
    assert_eq!(conferences(&second), ["3", "4"]);
    let last = second["events"][1]["cursor"].as_str().unwrap();
    let third = spin.ask("GET", &format!("/events?after={last}")).await.json();
    assert_eq!(conferences(&third), ["5"]);

    let end = format!("/events?after={}", third["next"].as_str().unwrap());
    assert_eq!(spin.ask("GET", &end).await.json()["next"], third["next"], "there are no new events");
    for wrong in [
        "/events?after=nil",
        "/events?after=f",
        "/events?before=1",
        "/deliveries?fresh=true",
        "/events?limt=5",
        "/events?fresh=yes",
        "/deliveries?after=x",
        "/events?limit=0",
        "/events?limit=1001",
        "/events?limit=x",
    ] {
        assert_eq!(spin.ask("GET", wrong).await.status, 400, "{wrong}");
    }
    for wrong in ["/events", "/events?before=yesterday", "/events?before=1&after=1"] {
        assert_eq!(spin.ask("DELETE", wrong).await.status, 400, "{wrong}");
    }
    let before = |time: u64| format!("/events?limit=3&before={time}");
    assert_eq!(spin.ask("DELETE", &before(1)).await.json()["deleted"], 0);
    let deleted = spin.ask("DELETE", &before(u64::MAX)).await.json();
    assert_eq!((&deleted["deleted"], &deleted["more"]), (&Value::from(3), &Value::from(true)));
    assert_eq!(spin.reported_events().await.len(), 2);
    spin.ask("DELETE", &before(u64::MAX)).await;
    let stored = spin.0.store.stored(|stored| stored.clone());
    assert!(!stored.keys().any(|key| key.starts_with("event:") || key.starts_with("listed:")), "{stored:?}");
}

/// A caller that continues from `next` misses no event and reads none twice, even during concurrent writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_misses_no_event() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    let (began, mut sending) = (Instant::now(), Vec::new());
    let (mut followed, mut after) = (Vec::new(), String::new());
    while began.elapsed() < Duration::from_secs(9) {
        if began.elapsed() < Duration::from_secs(3) {
            let number = sending.len() as u64;
            // Each is sent twice.
            sending.push(iotum::started(INGEST_KEY, number / 2).spawn(spin.address()));
        }
        let page = spin.ask("GET", &format!("/events?limit=7&after={after}")).await.json();
        followed.extend(conferences(&page).into_iter().map(str::to_owned));
        after = page["next"].as_str().unwrap_or_default().to_owned();
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    let sent = sending.len();
    for answer in sending {
        assert_eq!(answer.await.unwrap().status, 204);
    }
    assert!(sent > 50, "{sent}");
    let (read, all) = (followed.len(), spin.reported_events().await.len());
    followed.sort();
    followed.dedup();
    assert_eq!((read, followed.len()), (all, all));
    assert_eq!(all, sent.div_ceil(2));
}

/// With `fresh=true`, new events are listed at once, and again later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fresh_events_are_listed_before_they_settle() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    send_events(&spin, 1..3).await;
    let page = spin.ask("GET", "/events").await.json();
    assert_eq!((conferences(&page), &page["next"]), (vec![], &Value::Null));
    for _ in 0..2 {
        let page = spin.ask("GET", "/events?fresh=true").await.json();
        assert_eq!((conferences(&page), &page["next"]), (vec!["1", "2"], &Value::Null));
    }
    assert_eq!(spin.ask("GET", "/events?after=null").await.status, 200, "`next` was null");
    settled().await;
    let page = spin.ask("GET", "/events?fresh=true").await.json();
    assert_eq!((conferences(&page), &page["next"]), (vec!["1", "2"], &page["events"][1]["cursor"]));
}

/// If the store has an event but not its entry in the list, the sender gets an error and repeats the webhook.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partially_written_events_are_completed_by_a_repeat() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    send_events(&spin, 1..3).await;
    let listed = |stored: &Values| stored.keys().filter(|key| key.starts_with("listed:")).cloned().collect::<Vec<_>>();
    let first = spin.0.store.stored(|stored| {
        let first = listed(stored).remove(0);
        stored.remove(&first);
        first
    });
    assert_eq!(spin.reported_events().await.len(), 1);
    send_events(&spin, 1..3).await;
    let listed = spin.0.store.stored(|stored| listed(stored));
    assert_eq!((listed.len(), spin.reported_events().await.len()), (2, 2));
    assert!(!listed.contains(&first), "readers may have passed its old place");
}

/// An unreadable record does not prevent reading the others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unreadable_records_are_logged_and_skipped() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    send_events(&spin, 1..4).await;
    assert_eq!(spin.send(&webhooks::of_unknown_kind()).await.status, 202);
    let corrupt = spin.0.store.stored(|stored| {
        let corrupt: Vec<_> = ["event:", "delivery:"]
            .map(|prefix| stored.keys().find(|key| key.starts_with(prefix)).unwrap().clone())
            .into();
        stored.extend(corrupt.iter().map(|key| (key.clone(), b"{".to_vec())));
        corrupt
    });
    assert_eq!(spin.reported_events().await.len(), 2);
    assert_eq!(spin.ask("GET", "/deliveries").await.json()["deliveries"], Value::Array(Vec::new()));
    let log = spin.0.log();
    assert!(
        corrupt.iter().all(|key| log.contains(&format!("the value of `{key}` in the key-value store is unreadable"))),
        "{log}"
    );
}

/// Every accepted nesting depth can be read again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deeply_nested_events_are_readable() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    for depth in [90, 101, 120, 124] {
        let nested = (0..depth).fold(Value::Null, |inner, _| vec![inner].into());
        let payload = json!({ "conference_id": depth, "nested": nested });
        let answer = spin.send(&iotum::webhook(INGEST_KEY, "conference_start", "2025-10-09T08:53:20Z", &payload)).await;
        assert_eq!(answer.status, 204, "{depth}: {answer:?}");
    }
    let events = spin.reported_events().await;
    assert_eq!(events.len(), 4);
    assert!(events.iter().all(|event| !event["extras"].as_object().unwrap().is_empty()), "{events:?}");
}

/// A page is limited to the size of an answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inbound_requests_are_read_page_by_page_and_deleted() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    for number in 0..9 {
        let payload = json!({ "number": number, "filling": "\u{1}".repeat(120_000) });
        let webhook = iotum::webhook(INGEST_KEY, "hand_raised", "2025-10-09T08:53:20Z", &payload);
        assert_eq!(spin.send(&webhook).await.status, 202);
    }
    tokio::time::sleep(Duration::from_millis(10_200)).await;
    let (mut read, mut after, mut pages) = (0, String::new(), 0);
    loop {
        let answer = spin.ask("GET", &format!("/deliveries?after={after}")).await;
        assert!(answer.body.len() < 10 << 20, "{}", answer.body.len());
        let page = answer.json();
        let listed = page["deliveries"].as_array().unwrap().len();
        if listed == 0 {
            break;
        }
        (read, pages) = (read + listed, pages + 1);
        page["next"].as_str().unwrap().clone_into(&mut after);
    }
    assert_eq!(read, 9);
    assert!(pages > 1, "{pages}");
    let delete = |before: u64| format!("/deliveries?limit=5&before={before}");
    for (before, deleted, more) in [(1, 0, false), (u64::MAX, 5, true), (u64::MAX, 4, false)] {
        let answer = spin.ask("DELETE", &delete(before)).await.json();
        assert_eq!(answer, json!({ "deleted": deleted, "more": more }));
    }
    assert!(!spin.0.store.stored(|stored| stored.keys().any(|key| key.starts_with("delivery:"))));
}

/// Under Spin, a listing that streams keys would block the store for its own instance.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_listed_while_others_are_written() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    send_events(&spin, 1..30).await;
    list_during_requests(spin.address()).await;
}

/// Lists events during other requests.
pub async fn list_during_requests(address: std::net::SocketAddr) {
    let mut asking = Vec::new();
    for number in 0..60 {
        let request = match number % 3 {
            0 => operator("GET", "/events?limit=1000"),
            1 => Request::get(&format!("/j/{}", "a".repeat(32))),
            _ => iotum::started(INGEST_KEY, 1000 + number),
        };
        asking.push(request.spawn(address));
    }
    for asked in asking {
        assert!(matches!(asked.await.unwrap().status, 200 | 204 | 404));
    }
}

/// Processed webhooks become events. Others are stored unchanged, once, however often they are sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unsupported_webhook_requests_are_stored_and_listed() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    send_events(&spin, 1..2).await;
    for _ in 0..2 {
        assert_eq!(spin.send(&webhooks::of_unknown_kind()).await.status, 202);
    }
    let listed = spin.ask("GET", "/deliveries").await.json();
    let [delivery] = listed["deliveries"].as_array().unwrap().as_slice() else { panic!("{listed}") };
    assert_eq!(delivery["verdict"], "unsupported");
    assert_eq!(delivery["body"].as_str().unwrap().as_bytes(), webhooks::of_unknown_kind().body);
    assert_eq!(
        delivery["headers"],
        Value::Array(Vec::new()),
        "the headers that authenticate the sender are not stored"
    );
    assert_eq!(spin.reported_events().await.len(), 1);
}

/// There is no cursor until requests are settled, and concurrent duplicates are stored once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inbound_requests_can_be_followed() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    let delivery = |number: u64| {
        let payload = json!({ "number": number });
        iotum::webhook(INGEST_KEY, "hand_raised", "2025-10-09T08:53:20Z", &payload)
    };
    let mut sending = Vec::new();
    for number in 0..60 {
        sending.push(delivery(number).spawn(spin.address()));
        sending.push(delivery(number).spawn(spin.address()));
        let page = spin.ask("GET", "/deliveries?limit=9").await.json();
        assert_eq!(page["next"], Value::Null, "none of them is settled");
    }
    for sent in sending {
        assert_eq!(sent.await.unwrap().status, 202);
    }
    let page = spin.ask("GET", "/deliveries?limit=1000").await.json();
    let cursors: BTreeSet<_> =
        page["deliveries"].as_array().unwrap().iter().map(|one| one["cursor"].to_string()).collect();
    assert_eq!(cursors.len(), 60);
}
