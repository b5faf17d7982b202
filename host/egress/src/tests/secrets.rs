//! Tests of where secrets appear.

use cordboard_core::types::effect::{Algorithm, Encoding, Signature};

use super::*;

const OK: &str = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";

#[tokio::test]
async fn secrets_and_signatures_are_inserted_into_the_request() {
    let mut server = Server::that(Does::answer(OK)).await;
    let mut url = server.url("/v1/");
    url.extend([secret("token", Escape::Url), Piece::Text("/rooms?key=".to_owned()), secret("password", Escape::Form)]);
    let signature = Signature {
        algorithm: Algorithm::HmacSha256,
        key: "signing-only".to_owned(),
        text: "challenge".to_owned(),
        encoding: Encoding::Hex,
    };
    let request = post(url, vec![Piece::Text("signature=".to_owned()), Piece::Signature(signature)]);
    let mut request =
        with_header(request, "X-Api-Key", vec![Piece::Text("key ".to_owned()), secret("token", Escape::None)]);
    request.basic = Some(("user".to_owned(), "password".to_owned()));
    let sent = ask(&server, &request).await;
    assert_eq!(sent.summary, format!("POST http://127.0.0.1:{}/v1/…/rooms", server.port));
    assert_eq!(sent.result.unwrap().status, 200);
    let arrived = server.request().unwrap();
    assert!(arrived.starts_with(&format!("POST /v1/{TOKEN}/rooms?key=open+sesame HTTP/1.1\r\n")), "{arrived}");
    assert!(arrived.contains(&format!("\r\nx-api-key: key {TOKEN}\r\n")), "{arrived}");
    assert!(arrived.contains("\r\nauthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"), "{arrived}");
    let (_, body) = arrived.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, "signature=727bb891888e63fe8bef2f483eed01e4e90c75a84f48f83e08082d9d4f3e5071");
}

#[tokio::test]
async fn a_captured_token_is_hidden_from_the_plug() {
    let answer =
        "HTTP/1.1 200 OK\nContent-Length: 58\n\n{\"access_token\":\"t0k3n-of-theirs\",\"expires_in\":3600,\"a\":1}";
    let server = Server::that(Does::answer(answer)).await;
    let capture = Capture {
        pointer: "/access_token".to_owned(),
        key: "access".to_owned(),
        expires_in_pointer: Some("/expires_in".to_owned()),
    };
    let sent =
        ask(&server, &OutboundRequest { captures: vec![capture], ..post(server.url("/token"), Vec::new()) }).await;
    let body: serde_json::Value = serde_json::from_slice(&sent.result.unwrap().body).unwrap();
    assert_eq!(body, serde_json::json!({"access_token": "", "expires_in": 3600, "a": 1}));
    let stored = sent.captured.first().unwrap();
    assert_eq!(
        (stored.key.as_str(), stored.value.as_str(), stored.expires_in),
        ("access", "t0k3n-of-theirs", Some(3600))
    );
}

#[tokio::test]
async fn secrets_are_redacted_in_responses() {
    for body in [
        format!("{{\"{TOKEN}\":1,\"{TOKEN}\":2}}"),
        format!("{{\"a\":\"{TOKEN}\",\"a\":\"\"}}"),
        "{\"a\":1}\n{\"a\":\"t0k3n-\\u006ff-the-connection\"}".to_owned(),
        "\u{feff}{\"a\":\"t0k3n\\u002dof-the-connection\"}".to_owned(),
        "<p>t0k3n&#45;of-the&#x2D;connection, t0k3n%2Dof-the%2dconnection</p>".to_owned(),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\nX-{TOKEN}: a {TOKEN}\r\nContent-Length: {}\r\n\r\n", body.len() + 1);
        let server = Server::that(Does::Answers([head.as_bytes(), body.as_bytes(), b"\xff"].concat())).await;
        let request = with_header(get(server.url("/")), "x-key", vec![secret("token", Escape::None)]);
        let response = ask(&server, &request).await.result.unwrap();
        let shown = String::from_utf8_lossy(&response.body).into_owned();
        assert!(shown.contains('…') && !shown.contains("onnection"), "{shown}");
        assert!(response.headers.contains(&("x-…".to_owned(), "a …".to_owned())), "{:?}", response.headers);
    }
}

#[tokio::test]
async fn captured_values_are_redacted_in_other_responses() {
    let answer = "HTTP/1.1 200 OK\nContent-Length: 41\n\n{\"a\":1234567,\"t0k3n-that-was-captured\":2}";
    let server = Server::that(Does::answer(answer)).await;
    let response = ask(&server, &get(server.url("/"))).await.result.unwrap();
    assert_eq!(String::from_utf8(response.body).unwrap(), "{\"a\":1234567,\"…\":2}");
}

#[tokio::test]
async fn a_reason_contains_no_url() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = [text(&format!("http://{closed}/")), vec![secret("token", Escape::Url)]].concat();
    failed(&send(&get(url), &local(&[&closed.to_string()])).await, OutboundFailure::Unreachable, false);
    let server = Server::that(Does::answer("nonsense\n\n")).await;
    let url = [server.url("/"), vec![secret("token", Escape::Url)]].concat();
    failed(&ask(&server, &get(url)).await, OutboundFailure::Unreachable, true);
}
