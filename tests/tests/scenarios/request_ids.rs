//! Ids of requests: a response has the id that its sender gave, or a new one.

use cordboard_tests::bridge::Installation;
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::{self, meeting};
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::shared_scenarios::config;
use tokio::net::TcpListener;

const ID: &str = "x-request-id";

#[tokio::test]
async fn a_response_has_the_id_of_its_request() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = installation.open(&config(&provider)).await;
    let sent = hubspot::request("create-meeting", &meeting("Talk")).header(ID, "proxy-7.a_B");
    let answer = bridge.send(&sent).await;
    assert_eq!((answer.status, answer.header(ID)), (200, Some("proxy-7.a_B")), "{}", answer.text());

    let mut ids = Vec::new();
    for (request, address) in [
        (Request::get("/nowhere"), bridge.address),
        (Request::get("/nowhere").header(ID, "not safe"), bridge.address),
        (Request::get("/nowhere").header(ID, &"x".repeat(65)), bridge.address),
        (Request::get("/nowhere").header("transfer-encoding", "gzip, chunked"), bridge.address),
        (Request::get("/health/live"), bridge.operators),
        (Request::get("/admin/v1/plugs"), bridge.operators),
    ] {
        let answer = request.send(address).await;
        let id = answer.header(ID).expect("an id").to_owned();
        assert!(!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'), "{id}");
        ids.push(id);
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "each request has its own");
}

/// A service that embeds the bridge may serve the router itself.
#[tokio::test]
async fn the_router_assigns_ids_and_checks_the_framing_under_any_server() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = installation.open(&config(&provider)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = axum::Router::new().nest("/bridge", bridge.running().router());
    tokio::spawn(async move { axum::serve(listener, service).await });
    let answer = Request::get("/bridge/nowhere").header(ID, "proxy-7").send(address).await;
    assert_eq!((answer.status, answer.header(ID)), (404, Some("proxy-7")));
    let misframed = Request::get("/bridge/j/link").header("transfer-encoding", "gzip, chunked");
    assert_eq!(misframed.send(address).await.status, 501);
}
