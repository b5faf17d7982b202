//! Tests of responses.

use super::*;

const OK: &str = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";

#[tokio::test]
async fn a_response_is_returned_unchanged() {
    let answer = "HTTP/1.1 404 Not Found\nContent-Length: 2\nX-Note: Zoë\nX-Two: 1\nX-Two: 2\nX-Raw: ";
    let mut answer = answer.replace('\n', "\r\n").into_bytes();
    answer.extend_from_slice(b"\xff\xfe\r\n\r\nno");
    let mut server = Server::that(Does::Answers(answer)).await;
    let sent = ask(&server, &get(server.url("/rooms/1?q=2#part"))).await;
    assert!(sent.reached);
    assert_eq!(sent.reason, "answered 404");
    assert_eq!(sent.summary, format!("GET http://127.0.0.1:{}/rooms/1", server.port));
    let response = sent.result.unwrap();
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expected = [header("content-length", "2"), header("x-note", "Zoë"), header("x-two", "1"), header("x-two", "2")];
    assert_eq!(
        (response.status, response.headers.as_slice(), response.body.as_slice()),
        (404, &expected[..], &b"no"[..])
    );
    let request = server.request().unwrap();
    assert!(request.starts_with("GET /rooms/1?q=2 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("\r\nhost: 127.0.0.1:{}\r\n", server.port)), "{request}");
    assert!(request.contains("\r\naccept-encoding: identity\r\n"), "{request}");
}

#[tokio::test]
async fn methods_and_bodies_are_sent() {
    for (method, name) in
        [(Method::Post, "POST"), (Method::Put, "PUT"), (Method::Patch, "PATCH"), (Method::Delete, "DELETE")]
    {
        let mut server = Server::that(Does::answer(OK)).await;
        let request = OutboundRequest { method, ..post(server.url("/"), text("{\"a\":1}")) };
        let sent = ask(&server, &with_header(request, "Content-Type", text("application/json"))).await;
        assert_eq!(sent.result.unwrap().body, b"ok");
        let request = server.request().unwrap();
        assert!(request.starts_with(&format!("{name} / HTTP/1.1\r\n")), "{request}");
        assert!(request.contains("\r\ncontent-type: application/json\r\n"), "{request}");
        assert!(request.contains("\r\ncontent-length: 7\r\n") && request.ends_with("\r\n\r\n{\"a\":1}"), "{request}");
    }
}

/// Servers answer 411 to a POST without a length.
#[tokio::test]
async fn an_empty_body_has_a_content_length() {
    let mut server = Server::that(Does::answer(OK)).await;
    ask(&server, &post(server.url("/"), Vec::new())).await.result.unwrap();
    let request = server.request().unwrap();
    assert!(request.contains("\r\ncontent-length: 0\r\n"), "{request}");
}

#[tokio::test]
async fn a_redirect_is_returned_and_not_followed() {
    let mut inside = Server::that(Does::answer(OK)).await;
    for target in [format!("http://127.0.0.1:{}/", inside.port), "http://169.254.169.254/latest".to_owned()] {
        let answer = format!("HTTP/1.1 302 Found\nLocation: {target}\nContent-Length: 0\n\n");
        let server = Server::that(Does::answer(&answer)).await;
        let response = ask(&server, &get(server.url("/"))).await.result.unwrap();
        assert_eq!(response.status, 302);
        assert!(response.headers.contains(&("location".to_owned(), target)));
    }
    assert_eq!(inside.request(), None);
}

#[tokio::test]
async fn a_response_that_is_too_large_fails() {
    let body = "x".repeat(1001);
    let chunked =
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3e8\n".to_owned() + &"x".repeat(1000) + "\n1\nx\n0\n\n";
    let many_headers = "HTTP/1.1 200 OK\n".to_owned() + &"X: y\n".repeat(65) + "Content-Length: 0\n\n";
    let long_header = format!("HTTP/1.1 200 OK\nX: {}\nContent-Length: 0\n\n", "y".repeat(33_000));
    for does in [
        Does::answer(&format!("HTTP/1.1 200 OK\nContent-Length: 1001\n\n{body}")),
        // The declared length alone is too large.
        Does::Stalls(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n".to_vec()),
        Does::answer(&format!("HTTP/1.1 200 OK\n\n{body}")),
        Does::answer(&chunked),
        Does::answer(&many_headers),
        Does::answer(&long_header),
    ] {
        let server = Server::that(does).await;
        failed(&ask(&server, &get(server.url("/"))).await, OutboundFailure::TooLarge, true);
    }
    let server = Server::that(Does::answer(&format!("HTTP/1.1 200 OK\n\n{}", "x".repeat(1000)))).await;
    assert_eq!(ask(&server, &get(server.url("/"))).await.result.unwrap().body.len(), 1000);
}

#[tokio::test]
async fn an_invalid_status_or_an_encoding_fails() {
    for (answer, why) in [
        ("HTTP/1.1 999 Odd\nContent-Length: 0\n\n", "the status 999"),
        ("HTTP/1.1 600 Odd\nContent-Length: 0\n\n", "the status 600"),
        ("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 2\n\nxy", "the content-encoding `gzip`"),
        ("HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked\n\n0\n\n", "the transfer-encoding `gzip`"),
    ] {
        let server = Server::that(Does::answer(answer)).await;
        let sent = ask(&server, &post(server.url("/"), text("x"))).await;
        failed(&sent, OutboundFailure::Unreachable, true);
        assert!(sent.reason.contains(why), "{}", sent.reason);
    }
    let answer = "HTTP/1.1 599 Odd\nContent-Encoding: identity\nContent-Length: 2\n\nok";
    let server = Server::that(Does::answer(answer)).await;
    assert_eq!(ask(&server, &get(server.url("/"))).await.result.unwrap().status, 599);
}

#[tokio::test]
async fn a_truncated_response_fails() {
    for answer in ["", "HTTP/1.1 200 OK\nContent-Length: 10\n\nshort", "SSH-2.0-x\n", "HTTP/1.1 200 OK\nConte"] {
        let server = Server::that(Does::answer(answer)).await;
        failed(&ask(&server, &post(server.url("/"), text("x"))).await, OutboundFailure::Unreachable, true);
    }
}

#[tokio::test]
async fn the_deadline_covers_the_body() {
    for start in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nslow"] {
        let server = Server::that(Does::Stalls(start.into())).await;
        let grants = local(&[&format!("127.0.0.1:{}", server.port)]);
        let begin = Instant::now();
        let deadline = begin + Duration::from_millis(200);
        let sent = small().send(&get(server.url("/")), &Settings, &grants, deadline).await;
        failed(&sent, OutboundFailure::TimedOut, true);
        let took = begin.elapsed();
        assert!(took >= Duration::from_millis(200) && took < Duration::from_secs(2), "{took:?}");
    }
}

#[tokio::test]
async fn nothing_is_sent_after_the_deadline() {
    let mut server = Server::that(Does::answer(OK)).await;
    let grants = local(&[&format!("127.0.0.1:{}", server.port)]);
    let sent = small().send(&get(server.url("/")), &Settings, &grants, std::time::Instant::now()).await;
    failed(&sent, OutboundFailure::TimedOut, false);
    assert_eq!(server.request(), None);
}

#[tokio::test]
async fn the_total_limit_applies_if_the_deadline_is_later() {
    let server = Server::that(Does::Stalls(Vec::new())).await;
    let grants = local(&[&format!("127.0.0.1:{}", server.port)]);
    let egress = Egress::new(Limits { total: Duration::from_millis(200), ..Limits::default() }, &[]).unwrap();
    let far = Instant::now() + Duration::from_secs(60);
    let sent = egress.send(&get(server.url("/")), &Settings, &grants, far).await;
    failed(&sent, OutboundFailure::TimedOut, true);
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for scheme in ["http", "https"] {
        let sent = send(&get(text(&format!("{scheme}://{closed}/"))), &local(&[&closed.to_string()])).await;
        failed(&sent, OutboundFailure::Unreachable, false);
        assert!(sent.reason.contains("refused"), "{}", sent.reason);
    }
    let sent = send(&get(text("https://no-such-host.invalid/")), &public(&["no-such-host.invalid"])).await;
    failed(&sent, OutboundFailure::Unreachable, false);
    assert!(sent.reason.contains("cannot resolve the host"), "{}", sent.reason);
}

#[tokio::test]
async fn a_server_without_tls_receives_no_request() {
    let mut plain = Server::that(Does::answer("HTTP/1.1 400 Bad Request\n\n")).await;
    let here = format!("127.0.0.1:{}", plain.port);
    let request = get(vec![Piece::Text(format!("https://{here}/")), secret("token", Escape::Url)]);
    // The server waits for a plain request, so the handshake times out.
    let sent = send(&request, &local(&[&here])).await;
    failed(&sent, OutboundFailure::TimedOut, false);
    assert!(sent.reason.contains("connecting timed out"), "{}", sent.reason);
    let received = tokio::time::timeout(Duration::from_secs(2), plain.requests.recv()).await.unwrap().unwrap();
    assert!(!received.contains(TOKEN), "{received}");
}
