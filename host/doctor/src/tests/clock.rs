//! Tests of the clock check.

use std::time::Duration;

use axum::Router;
use axum::http::header::DATE;
use cordboard_emulator::hubspot::{HubSpot, Options};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use reqwest::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::super::clock;
use super::{APP, Finding, SECRET, Verdict, assert_found, client, closed, served};
use cordboard::clock::now;

async fn examined(at: impl std::fmt::Display) -> Finding {
    clock::check(Some(&format!("http://{at}")), &client()).await
}

/// A server that sends this `Date` header.
fn telling(date: String) -> Router {
    Router::new().fallback(move || async move { [(DATE, date)] })
}

/// Formats the time that is this many seconds from now.
fn off(seconds: i64) -> String {
    let time = i64::try_from(now() / 1000).unwrap() + seconds;
    DateTimePrinter::new().timestamp_to_rfc9110_string(&Timestamp::from_second(time).unwrap()).unwrap()
}

#[tokio::test]
async fn a_clock_that_agrees_is_ok() {
    let hubspot = HubSpot::new(Options::new(APP, SECRET).unwrap()).unwrap();
    assert_found(&examined(served(hubspot.router()).await).await, Verdict::Ok, "clock", &["agrees with HubSpot's"]);
}

#[tokio::test]
async fn an_offset_is_reported_with_amount_and_direction() {
    let hint = "`timedatectl set-ntp true`";
    for (seconds, verdict, side) in [
        (-600, Verdict::Fault, "s ahead of HubSpot's"),
        (600, Verdict::Fault, "s behind HubSpot's"),
        (-60, Verdict::Warning, "s ahead of HubSpot's"),
        (60, Verdict::Warning, "s behind HubSpot's"),
    ] {
        let finding = examined(served(telling(off(seconds))).await).await;
        assert_found(&finding, verdict, "clock", &[side, hint]);
        let reported = finding.message.split(' ').nth(1).unwrap().parse::<i64>().unwrap();
        assert!((reported - seconds.abs()).abs() <= 5, "{}", finding.message);
    }
}

#[tokio::test]
async fn a_server_without_a_valid_date_leaves_it_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await.unwrap();
        stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await.unwrap();
    });
    let says = ["sends no valid `Date` header", "by hand"];
    assert_found(&examined(silent).await, Verdict::Unknown, "clock", &says);
    let vague = served(telling("yesterday".to_owned())).await;
    assert_found(&examined(vague).await, Verdict::Unknown, "clock", &says);
}

#[tokio::test]
async fn an_unreachable_server_leaves_it_unknown() {
    let says = ["cannot be reached", "check this machine's network"];
    assert_found(&examined(closed().await).await, Verdict::Unknown, "clock", &says);
    // The system accepts the connection, but nothing answers.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hurried = Client::builder().timeout(Duration::from_millis(200)).build().unwrap();
    let finding = clock::check(Some(&format!("http://{}", listener.local_addr().unwrap())), &hurried).await;
    assert_found(&finding, Verdict::Unknown, "clock", &says);
    let finding = clock::check(None, &hurried).await;
    assert_found(&finding, Verdict::Unknown, "clock", &["has no API address", "by hand"]);
}
