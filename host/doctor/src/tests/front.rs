//! Proxies in front of a bridge: one that terminates TLS, and one that changes requests.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, HOST};
use axum::http::{Method, StatusCode};
use reqwest::Client;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::super::TIMEOUT;
use super::super::http::direct;
use super::client;

/// A proxy that terminates TLS and copies bytes.
pub struct Front {
    /// Its address, `https://localhost:PORT`.
    pub url: String,
    certificate: String,
    acceptor: TlsAcceptor,
    listener: TcpListener,
}

impl Front {
    /// Creates a proxy that accepts connections once [`lead_to`](Self::lead_to) is called.
    pub async fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            url: format!("https://localhost:{}", listener.local_addr().unwrap().port()),
            certificate: made.cert.pem(),
            acceptor: TlsAcceptor::from(Arc::new(config)),
            listener,
        }
    }

    /// Returns the doctor's client, which trusts the certificate.
    pub fn client(&self) -> Client {
        let certificate = reqwest::Certificate::from_pem(self.certificate.as_bytes()).unwrap();
        direct(Client::builder().timeout(TIMEOUT).add_root_certificate(certificate)).unwrap()
    }

    /// Forwards all connections to this address.
    pub fn lead_to(self, to: SocketAddr) {
        tokio::spawn(async move {
            while let Ok((stream, _)) = self.listener.accept().await {
                let acceptor = self.acceptor.clone();
                tokio::spawn(async move {
                    // A client that does not trust the certificate hangs up here.
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let mut onward = TcpStream::connect(to).await.unwrap();
                    let _ = copy_bidirectional(&mut stream, &mut onward).await;
                });
            }
        });
    }
}

/// Maps a request's method and target to new ones.
pub type Change = fn(&Method, &str) -> (Method, String);

/// A proxy that forwards requests with another method or target.
pub fn changing(to: SocketAddr, change: Change) -> Router {
    Router::new().fallback(move |request: Request| async move {
        let (head, body) = request.into_parts();
        let (method, target) = change(&head.method, head.uri.path_and_query().unwrap().as_str());
        let mut headers = head.headers;
        headers.remove(HOST);
        headers.remove(CONTENT_LENGTH);
        let onward = client().request(method, format!("http://{to}{target}"));
        let body = to_bytes(body, 1 << 20).await.unwrap();
        let answer = onward.headers(headers).body(body).send().await.unwrap();
        (answer.status(), answer.bytes().await.unwrap())
    })
}

/// A server that always gives this answer.
pub fn answering(status: u16, headers: &'static [(&str, &str)], body: &'static str) -> Router {
    let status = StatusCode::from_u16(status).unwrap();
    Router::new().fallback(move || async move {
        let mut response = axum::response::Response::new(axum::body::Body::from(body));
        *response.status_mut() = status;
        for (name, value) in headers {
            response.headers_mut().insert(*name, value.parse().unwrap());
        }
        response
    })
}
