//! Tests the rate limits of accounts.

use std::time::Duration;

use cordboard_emulator::hubspot::Rates;
use reqwest::Method;
use serde_json::json;

use super::running::{ACME, GLOBEX, Running, is_error, options};

const MEETINGS: &str = "/crm/v3/objects/meetings";

async fn limited() -> Running {
    let mut options = options();
    options.rates = Rates::documented();
    Running::with(options).await
}

#[tokio::test]
async fn an_account_may_send_110_requests_in_ten_seconds() {
    let emulator = limited().await;
    let (acme, globex) = (emulator.token(ACME).await, emulator.token(GLOBEX).await);
    for number in 1..=110 {
        let answer = emulator.ask_as(&acme, Method::GET, MEETINGS, None).await;
        assert_eq!(answer.status, 200, "request {number}");
        assert_eq!(answer.headers["x-hubspot-ratelimit-max"], "110");
        assert_eq!(answer.headers["x-hubspot-ratelimit-remaining"], (110 - number).to_string());
        assert_eq!(answer.headers["x-hubspot-ratelimit-interval-milliseconds"], "10000");
    }
    let refused = emulator.ask_as(&acme, Method::GET, MEETINGS, None).await;
    is_error(&refused, 429, None);
    let body = refused.json();
    assert_eq!((&body["errorType"], &body["policyName"]), (&json!("RATE_LIMIT"), &json!("TEN_SECONDLY_ROLLING")));
    assert_eq!(emulator.ask_as(&globex, Method::GET, MEETINGS, None).await.status, 200);
    let search = emulator.ask_as(&acme, Method::POST, &format!("{MEETINGS}/search"), Some(json!({}))).await;
    assert_eq!(search.status, 200, "searches are counted separately");
}

#[tokio::test]
async fn an_account_may_search_five_times_a_second() {
    let emulator = limited().await;
    let token = emulator.token(ACME).await;
    let search = || emulator.ask_as(&token, Method::POST, "/crm/objects/2026-03/notes/search", Some(json!({})));
    let mut refused = None;
    // On a busy machine, five searches may take longer than a second.
    for _ in 0..20 {
        let answer = search().await;
        assert!(!answer.headers.keys().any(|name| name.as_str().contains("ratelimit")));
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let body = refused.expect("twenty searches in a row").json();
    assert_eq!(
        (&body["policyName"], &body["message"]),
        (&json!("SECONDLY"), &json!("You have reached your secondly limit."))
    );
    tokio::time::sleep(Duration::from_millis(1050)).await;
    assert_eq!(search().await.status, 200);
}

#[tokio::test]
async fn without_rates_there_is_no_limit() {
    let emulator = Running::start().await;
    let token = emulator.token(ACME).await;
    for _ in 0..120 {
        let answer = emulator.ask_as(&token, Method::GET, MEETINGS, None).await;
        assert!(answer.status == 200 && !answer.headers.contains_key("x-hubspot-ratelimit-max"));
    }
}
