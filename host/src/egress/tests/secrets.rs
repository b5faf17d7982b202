//! Where secrets go, and where they do not.

use super::*;
use crate::contract::effect::{Algorithm, Encoding, Proof};

const OK: &str = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";

#[tokio::test]
async fn secrets_are_put_in_at_the_last_moment() {
    let mut server = Server::that(Does::answer(OK)).await;
    let mut url = server.url("/v1/");
    url.extend([secret("token", Escape::Url), Piece::Text("/rooms?key=".to_owned()), secret("password", Escape::Form)]);
    let proof = Proof {
        algorithm: Algorithm::HmacSha256,
        key: "proof-only".to_owned(),
        text: "challenge".to_owned(),
        encoding: Encoding::Hex,
    };
    let request = post(url, vec![Piece::Text("proof=".to_owned()), Piece::Proof(proof)]);
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
    assert_eq!(body, "proof=727bb891888e63fe8bef2f483eed01e4e90c75a84f48f83e08082d9d4f3e5071");
}

#[tokio::test]
async fn a_secret_is_no_part_of_scheme_or_host() {
    let grants = local(&["127.0.0.1", "127.0.0.1:80", "api.example.org"]);
    let piece = |text: &str| Piece::Text(text.to_owned());
    for url in [
        vec![secret("token", Escape::None)],
        vec![piece("http"), secret("token", Escape::None), piece("://127.0.0.1/")],
        vec![piece("https://"), secret("host", Escape::None), piece("/")],
        vec![piece("https://"), secret("token", Escape::Url), piece(".api.example.org/")],
        vec![piece("https://api.example.org"), secret("token", Escape::None)],
        vec![piece("https://api.example.org:"), secret("token", Escape::Url), piece("/")],
        vec![piece("https://u:"), secret("token", Escape::Url), piece("@api.example.org/")],
    ] {
        refused(&get(url), &grants, "before any secret").await;
    }
}

#[tokio::test]
async fn a_secret_with_a_line_break_stays_here() {
    let grants = local(&["127.0.0.1:80"]);
    let url = || text("http://127.0.0.1/");
    let header = |escape| with_header(get(url()), "x-key", vec![secret("two-lines", escape)]);
    refused(&header(Escape::None), &grants, "`x-key` holds a line break").await;
    let path = [url(), vec![secret("two-lines", Escape::None)]].concat();
    refused(&get(path), &grants, "line break").await;
}

#[tokio::test]
async fn what_is_not_set_is_named() {
    let grants = local(&["127.0.0.1:80"]);
    let url = || text("http://127.0.0.1/");
    refused(&post(url(), vec![secret("inbound", Escape::None)]), &grants, "`inbound` is not set").await;
    refused(&post(url(), vec![secret("proof-only", Escape::None)]), &grants, "`proof-only` is not set").await;
    let basic = Some(("user".to_owned(), "inbound".to_owned()));
    refused(&OutboundRequest { basic, ..get(url()) }, &grants, "`inbound` is not set").await;
    let proof = |algorithm, key: &str| {
        Piece::Proof(Proof { algorithm, key: key.to_owned(), text: "text".to_owned(), encoding: Encoding::Hex })
    };
    refused(&post(url(), vec![proof(Algorithm::RsaSha256, "token")]), &grants, "RSA private key").await;
    refused(&post(url(), vec![proof(Algorithm::RsaSha256, "token"); 5]), &grants, "5 of them RSA").await;
}

#[tokio::test]
async fn a_sealed_token_is_kept_from_the_plug() {
    let answer =
        "HTTP/1.1 200 OK\nContent-Length: 58\n\n{\"access_token\":\"t0k3n-of-theirs\",\"expires_in\":3600,\"a\":1}";
    let server = Server::that(Does::answer(answer)).await;
    let seal = Seal {
        pointer: "/access_token".to_owned(),
        key: "access".to_owned(),
        expires_in_pointer: Some("/expires_in".to_owned()),
    };
    let sent = ask(&server, &OutboundRequest { seals: vec![seal], ..post(server.url("/token"), Vec::new()) }).await;
    let body: serde_json::Value = serde_json::from_slice(&sent.result.unwrap().body).unwrap();
    assert_eq!(body, serde_json::json!({"access_token": "", "expires_in": 3600, "a": 1}));
    let kept = sent.sealed.first().unwrap();
    assert_eq!((kept.key.as_str(), kept.value.as_str(), kept.expires_in), ("access", "t0k3n-of-theirs", Some(3600)));
}

#[tokio::test]
async fn a_reason_repeats_no_url() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = [text(&format!("http://{closed}/")), vec![secret("token", Escape::Url)]].concat();
    failed(&send(&get(url), &local(&[&closed.to_string()])).await, OutboundFailure::Unreachable, false);
    let server = Server::that(Does::answer("nonsense\n\n")).await;
    let url = [server.url("/"), vec![secret("token", Escape::Url)]].concat();
    failed(&ask(&server, &get(url)).await, OutboundFailure::Unreachable, true);
    let request = get(text("https://u:t0k3n@host.example/path"));
    assert_eq!(summary::summary(&request), "GET https://host.example/path");
}
