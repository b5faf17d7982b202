//! Tests with real loopback sockets, and of requests that are refused before they are sent.

mod answers;
mod policy;
#[path = "../../../core/src/outbound/tests/requests.rs"]
mod requests;
mod secrets;
mod tls;

use std::time::Duration;

use cordboard_core::render::Keys;
use cordboard_core::types::effect::{Capture, Escape, Method, Piece, Secret};
use requests::{get, secret, text};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::*;

/// The secrets of these tests, whose values must not appear in any reason, summary or debug output.
struct Settings;

const TOKEN: &str = "t0k3n-of-the-connection";
/// A value that was captured earlier, and is not part of any request here.
const CAPTURED: &str = "t0k3n-that-was-captured";

impl Keys for Settings {
    fn secret(&self, key: &str) -> Option<&str> {
        match key {
            "token" => Some(TOKEN),
            "user" => Some("Aladdin"),
            "password" => Some("open sesame"),
            "two-lines" => Some("t0k3n\r\nx-admin: yes"),
            "host" => Some("127.0.0.1"),
            "long" => Some(LONG.as_str()),
            _ => None,
        }
    }

    fn values_to_redact(&self) -> Vec<&str> {
        vec![CAPTURED]
    }

    fn signing_key(&self, key: &str) -> Option<&str> {
        if key == "signing-only" { Some(TOKEN) } else { self.secret(key) }
    }
}

static LONG: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| "x".repeat(40_000));

/// What a test server does after reading a request.
#[derive(Clone)]
enum Does {
    /// Writes these bytes and closes the connection.
    Answers(Vec<u8>),
    /// Writes these bytes and then stalls.
    Stalls(Vec<u8>),
}

impl Does {
    fn answer(text: &str) -> Self {
        Self::Answers(text.replace('\n', "\r\n").into_bytes())
    }
}

/// A server on loopback. `requests` receives one request per connection.
struct Server {
    port: u16,
    requests: mpsc::UnboundedReceiver<String>,
}

impl Server {
    async fn that(does: Does) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, does.clone(), seen.clone()));
            }
        });
        Self { port, requests }
    }

    fn url(&self, path: &str) -> Vec<Piece> {
        text(&format!("http://127.0.0.1:{}{path}", self.port))
    }

    /// The next request that the server received, if there is one.
    fn request(&mut self) -> Option<String> {
        self.requests.try_recv().ok()
    }
}

async fn serve(mut stream: TcpStream, does: Does, seen: mpsc::UnboundedSender<String>) {
    let mut request = Vec::new();
    while !whole(&request) {
        let mut some = [0; 4096];
        match stream.read(&mut some).await {
            Ok(read) if read > 0 => request.extend_from_slice(&some[..read]),
            _ => break,
        }
    }
    seen.send(String::from_utf8_lossy(&request).into_owned()).unwrap();
    match does {
        Does::Answers(answer) => {
            // The client closes the connection while reading a response that is too large.
            let _ = stream.write_all(&answer).await;
        }
        Does::Stalls(answer) => {
            stream.write_all(&answer).await.unwrap();
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
    }
}

fn whole(request: &[u8]) -> bool {
    let request = String::from_utf8_lossy(request);
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

fn post(url: Vec<Piece>, body: Vec<Piece>) -> OutboundRequest {
    OutboundRequest { method: Method::Post, body, idempotent: false, ..get(url) }
}

fn with_header(request: OutboundRequest, name: &str, value: Vec<Piece>) -> OutboundRequest {
    OutboundRequest { headers: vec![(name.to_owned(), value)], ..request }
}

/// Grants for a plug that declares these hosts, on a connection that allows them at private addresses.
fn local(hosts: &[&str]) -> Grants {
    let grants = public(hosts);
    let allow = if hosts.is_empty() { vec!["other.example".to_owned()] } else { grants.declared.clone() };
    Grants { allow, allow_private: true, ..grants }
}

/// Grants for a plug that declares these hosts, on a connection with the defaults.
fn public(hosts: &[&str]) -> Grants {
    Grants { declared: hosts.iter().map(|host| (*host).to_owned()).collect(), ..Grants::default() }
}

fn small() -> Egress {
    let limits = Limits {
        connect: Duration::from_millis(300),
        total: Duration::from_secs(5),
        request: RequestLimits { request_bytes: 1000, ..RequestLimits::default() },
        response_bytes: 1000,
    };
    Egress::new(limits, &[]).unwrap()
}

async fn send(request: &OutboundRequest, grants: &Grants) -> Sent {
    let sent = small().send(request, &Settings, grants, Instant::now() + Duration::from_secs(5)).await;
    for line in [&sent.reason, &sent.summary, &format!("{sent:?}")] {
        assert!(!["t0k3n", "sesame", "QWxhZGRp"].iter().any(|secret| line.contains(secret)), "{line}");
        assert!(!line.is_empty() && !line.contains('\n') && line.len() < 2000, "{line}");
    }
    sent
}

async fn ask(server: &Server, request: &OutboundRequest) -> Sent {
    send(request, &local(&[&format!("127.0.0.1:{}", server.port)])).await
}

fn failed(sent: &Sent, failure: OutboundFailure, reached: bool) {
    assert_eq!(sent.result.as_ref().err(), Some(&failure), "{sent:?}");
    assert_eq!(sent.reached, reached, "{sent:?}");
}

async fn refused(request: &OutboundRequest, grants: &Grants, because: &str) {
    let sent = send(request, grants).await;
    failed(&sent, OutboundFailure::RefusedByPolicy, false);
    assert!(sent.reason.contains(because), "{because}: {}", sent.reason);
}
