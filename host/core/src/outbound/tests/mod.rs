//! Requests that must never be sent. The host has similar tests over real sockets.

mod requests;

use requests::{get, secret, text};

use super::*;
use crate::render::Keys;
use crate::types::effect::{Algorithm, Encoding, Escape, Method, OutboundRequest, Piece, Secret, Signature};

/// Test secrets. Their values must not occur in any error.
struct Settings;

impl Keys for Settings {
    fn secret(&self, key: &str) -> Option<&str> {
        match key {
            "token" => Some("t0k3n-of-the-connection"),
            "two-lines" => Some("t0k3n\r\nx-admin: yes"),
            "user" => Some("Aladdin"),
            "password" => Some("open sesame"),
            "host" => Some("10.0.0.1"),
            _ => None,
        }
    }

    fn signing_key(&self, key: &str) -> Option<&str> {
        if key == "signing-only" { Some("t0k3n") } else { self.secret(key) }
    }
}

fn post(body: Vec<Piece>) -> OutboundRequest {
    OutboundRequest { method: Method::Post, body, ..get(text("http://10.0.0.1/")) }
}

fn grants() -> Grants {
    let declared = ["10.0.0.1", "10.0.0.1:80", "api.example.org"].map(str::to_owned).to_vec();
    Grants { allow: declared.clone(), declared, allow_private: true, ..Grants::default() }
}

fn prepared(request: &OutboundRequest, grants: &Grants) -> Result<Prepared, String> {
    prepare(request, &Settings, grants, &RequestLimits::default())
}

fn refused(request: &OutboundRequest, grants: &Grants, because: &str) {
    let why = prepared(request, grants).err().unwrap();
    assert!(why.contains(because), "{because}: {why}");
    assert!(!["t0k3n", "sesame", "QWxhZGRp"].iter().any(|secret| why.contains(secret)), "{why}");
    assert!(!why.contains('\n') && why.len() < 2000, "{why}");
}

#[test]
fn a_request_is_completed() {
    let mut request = get([text("https://api.example.org/?q="), vec![secret("password", Escape::Form)]].concat());
    request.headers = vec![("X-Key".to_owned(), vec![secret("token", Escape::None)])];
    request.basic = Some(("user".to_owned(), "password".to_owned()));
    let Prepared { url, headers, body, secrets } = prepared(&request, &grants()).unwrap();
    assert_eq!(url.as_str(), "https://api.example.org/?q=open+sesame");
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
    assert_eq!(header("x-key"), Some("t0k3n-of-the-connection"));
    assert_eq!(header("authorization"), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    assert!(!format!("{headers:?}").contains("t0k3n"));
    assert_eq!((header("accept-encoding"), header("content-length"), &*body), (Some("identity"), None, ""));
    let repeated = b"t0k3n-of-the-connection, open+sesame, open sesame, QWxhZGRpbjpvcGVuIHNlc2FtZQ==, open".to_vec();
    assert_eq!(secrets.capture_and_redact(&mut [], &repeated, &[]).0, "…, …, …, …, open".as_bytes());
    let empty = prepared(&post(Vec::new()), &grants()).unwrap();
    assert_eq!(empty.headers.get("content-length").map(http::HeaderValue::as_bytes), Some(b"0".as_slice()));
}

#[test]
fn scheme_and_host_must_not_contain_a_secret() {
    let piece = |text: &str| Piece::Text(text.to_owned());
    for url in [
        vec![secret("token", Escape::None)],
        vec![piece("http"), secret("token", Escape::None), piece("://10.0.0.1/")],
        vec![piece("https://"), secret("host", Escape::None), piece("/")],
        vec![piece("https://"), secret("token", Escape::Url), piece(".api.example.org/")],
        vec![piece("https://api.example.org"), secret("token", Escape::None)],
        vec![piece("https://api.example.org:"), secret("token", Escape::Url), piece("/")],
        vec![piece("https://u:"), secret("token", Escape::Url), piece("@api.example.org/")],
    ] {
        refused(&get(url), &grants(), "before any secret");
    }
}

#[test]
fn a_secret_with_a_line_break_is_never_sent() {
    let url = || text("http://10.0.0.1/");
    let header = ("x-key".to_owned(), vec![secret("two-lines", Escape::None)]);
    refused(&OutboundRequest { headers: vec![header], ..get(url()) }, &grants(), "`x-key` contains a line break");
    let path = [url(), vec![secret("two-lines", Escape::None)]].concat();
    refused(&get(path), &grants(), "line break");
}

#[test]
fn missing_secrets_are_named() {
    refused(&post(vec![secret("inbound", Escape::None)]), &grants(), "`inbound` is not set");
    refused(&post(vec![secret("signing-only", Escape::None)]), &grants(), "`signing-only` is not set");
    let basic = Some(("user".to_owned(), "inbound".to_owned()));
    refused(&OutboundRequest { basic, ..post(Vec::new()) }, &grants(), "`inbound` is not set");
    let signature = |algorithm, key: &str| {
        Piece::Signature(Signature { algorithm, key: key.to_owned(), text: "text".to_owned(), encoding: Encoding::Hex })
    };
    refused(&post(vec![signature(Algorithm::RsaSha256, "token")]), &grants(), "RSA private key");
    refused(&post(vec![signature(Algorithm::RsaSha256, "token"); 5]), &grants(), "5 of them RSA");
}

#[test]
fn hosts_must_be_declared_and_allowed() {
    let request = get(text("https://api.example.org/"));
    assert!(prepared(&request, &grants()).is_ok());
    refused(&request, &Grants { declared: Vec::new(), ..grants() }, "not among the hosts");
    refused(&request, &Grants { allow: vec!["10.0.0.1".to_owned()], ..grants() }, "outbound.allow");
    // Allowed but not declared: the operator's list never widens the declaration.
    let allow = vec!["api.example.org".to_owned()];
    refused(&request, &Grants { declared: vec!["10.0.0.1".to_owned()], allow, ..grants() }, "description");
    let plain = get(text("http://10.0.0.1/"));
    assert!(prepared(&plain, &grants()).is_ok());
    refused(&plain, &Grants { allow_private: false, ..grants() }, "not https");
    // Private hosts must be named.
    refused(&plain, &Grants { allow: Vec::new(), ..grants() }, "name the host in its `allow`");
}

#[test]
fn urls_must_have_a_plain_host() {
    for (url, because) in [
        ("", "must begin"),
        ("/path", "must begin"),
        ("https:10.0.0.1/", "must begin"),
        ("https:///10.0.0.1/", "must begin"),
        ("https://", "must begin"),
        ("ftp://10.0.0.1/", "must begin"),
        ("file:///etc/passwd", "must begin"),
        ("https://u:p@10.0.0.1/", "user before its host"),
        ("https://api.example.org@10.0.0.1/", "user before its host"),
        ("https://10.0.0.1/\r\nx: y", "control character"),
        ("https://10.0\n.0.1/", "control character"),
        ("https://10.0.0.1:port/", "is invalid"),
        ("https://evil.example\\@api.example.org/", "not among the hosts"),
        ("https://api.example.org.evil.example/", "not among the hosts"),
        ("https://api.example.org:8443/", "not among the hosts"),
    ] {
        refused(&get(text(url)), &grants(), because);
    }
}

#[test]
fn plugs_cannot_set_the_hosts_headers() {
    let with = |name: &str, value: &str| OutboundRequest {
        headers: vec![(name.to_owned(), text(value))],
        ..get(text("http://10.0.0.1/"))
    };
    for name in ["Host", "content-length", "Transfer-Encoding", "connection", "upgrade", "Accept-Encoding"] {
        refused(&with(name, "x"), &grants(), "is set by the host");
    }
    for name in ["", "a b", "x\r\nhost", "x:", "é"] {
        refused(&with(name, "x"), &grants(), "invalid header name");
    }
    for value in ["x\r\nHost: evil.example", "x\ny", "x\0", " x"] {
        refused(&with("x-note", value), &grants(), "line break");
    }
    let mut both = with("Authorization", "Bearer x");
    both.basic = Some(("user".to_owned(), "password".to_owned()));
    refused(&both, &grants(), "both `basic`");
}

#[test]
fn requests_are_bounded() {
    let limits = RequestLimits { request_bytes: 1000, ..RequestLimits::default() };
    let refused = |request: &OutboundRequest, because: &str| {
        let why = prepare(request, &Settings, &grants(), &limits).err().unwrap();
        assert!(why.contains(because), "{because}: {why}");
    };
    refused(&post(text(&"x".repeat(1001))), "the body is longer");
    refused(&post(text(&"x".repeat(100_000))), "bytes of text");
    refused(&get(text(&format!("http://10.0.0.1/{}", "x".repeat(8192)))), "the URL is longer");
    let header = |value: String| vec![("x".to_owned(), text(&value))];
    refused(&OutboundRequest { headers: header("x".repeat(33_000)), ..post(Vec::new()) }, "the headers are longer");
    let headers = vec![("x".to_owned(), text("y")); 65];
    refused(&OutboundRequest { headers, ..post(Vec::new()) }, "65 headers");
    refused(&post(vec![secret("token", Escape::Json); 65]), "65 secrets and signatures");
}
