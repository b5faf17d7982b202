//! What providers told, as its owner reads it.

use cordboard_tests::http::Request;
use cordboard_tests::iotum::{self, INGEST_KEY};
use cordboard_tests::plays::telling;
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::spin::{ADMIN_TOKEN, Spin, owner};
use serde_json::Value;

async fn tell(spin: &Spin, conferences: std::ops::Range<u64>) {
    for conference in conferences {
        assert_eq!(spin.send(&iotum::started(INGEST_KEY, conference)).await.status, 204);
    }
}

fn told(answer: &Value) -> Vec<&str> {
    let events = answer["events"].as_array().unwrap();
    events.iter().map(|event| event["providerConferenceId"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_has_the_token_reads_them() {
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
    assert_eq!(spin.ask("DELETE", "/deliveries").await.status, 405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_are_read_page_by_page_and_forgotten() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    tell(&spin, 1..6).await;
    let first = spin.ask("GET", "/events?limit=2").await.json();
    assert_eq!(told(&first), ["1", "2"]);
    let next = format!("/events?limit=2&after={}", first["next"].as_str().unwrap());
    let second = spin.ask("GET", &next).await.json();
    assert_eq!(told(&second), ["3", "4"]);
    let last = second["events"][1]["cursor"].as_str().unwrap();
    let third = spin.ask("GET", &format!("/events?after={last}")).await.json();
    assert_eq!(told(&third), ["5"]);

    let end = format!("/events?after={}", third["next"].as_str().unwrap());
    assert_eq!(spin.ask("GET", &end).await.json()["next"], third["next"], "nothing new came, so it stays");
    for wrong in
        ["/events?after=null", "/deliveries?after=x", "/events?limit=0", "/events?limit=1001", "/events?limit=x"]
    {
        assert_eq!(spin.ask("GET", wrong).await.status, 400, "{wrong}");
    }
    for wrong in ["/events", "/events?before=yesterday"] {
        assert_eq!(spin.ask("DELETE", wrong).await.status, 400, "{wrong}");
    }
    let before = |time: u64| format!("/events?limit=3&before={time}");
    assert_eq!(spin.ask("DELETE", &before(1)).await.json()["forgotten"], 0);
    let forgotten = spin.ask("DELETE", &before(u64::MAX)).await.json();
    assert_eq!((&forgotten["forgotten"], &forgotten["more"]), (&Value::from(3), &Value::from(true)));
    assert_eq!(spin.told().await.len(), 2);
    spin.ask("DELETE", &before(u64::MAX)).await;
    let kept = spin.0.store.values();
    assert!(!kept.keys().any(|key| key.starts_with("event:") || key.starts_with("received:")), "{kept:?}");
}

/// Under Spin a listing that streams keys would hold the store while its own instance asks it for something else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_are_read_beside_other_requests() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    tell(&spin, 1..30).await;
    beside(spin.address()).await;
}

/// Lists while others ask for other things.
pub async fn beside(address: std::net::SocketAddr) {
    let mut asking = Vec::new();
    for number in 0..60 {
        let request = match number % 3 {
            0 => owner("GET", "/events?limit=1000"),
            1 => Request::get(&format!("/j/{}", "a".repeat(32))),
            _ => iotum::started(INGEST_KEY, 1000 + number),
        };
        asking.push(request.spawn(address));
    }
    for asked in asking {
        assert!(matches!(asked.await.unwrap().status, 200 | 204 | 404));
    }
}

/// What was read is kept as events; what was not stays as it came, once, however often it is sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_read_is_kept_and_shown() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    tell(&spin, 1..2).await;
    for _ in 0..2 {
        assert_eq!(spin.send(&telling::of_unknown_kind()).await.status, 202);
    }
    let listed = spin.ask("GET", "/deliveries").await.json();
    let [delivery] = listed["deliveries"].as_array().unwrap().as_slice() else { panic!("{listed}") };
    assert_eq!(delivery["verdict"], "unsupported");
    assert_eq!(delivery["body"].as_str().unwrap().as_bytes(), telling::of_unknown_kind().body);
    assert_eq!(delivery["headers"], Value::Array(Vec::new()), "what proves the sender is not kept");
    assert_eq!(spin.told().await.len(), 1);
}
