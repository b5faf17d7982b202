//! What stands before a bridge: a proxy that ends TLS, and one that makes something else of a request.

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

use super::super::client;

/// A proxy that ends TLS and copies bytes.
pub struct Front {
    /// Its address, `https://localhost:PORT`.
    pub url: String,
    certificate: String,
    acceptor: TlsAcceptor,
    listener: TcpListener,
}

impl Front {
    /// One that takes connections only once it is told where they lead.
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

    /// The doctor's client, which knows the certificate.
    pub fn client(&self) -> Client {
        let certificate = reqwest::Certificate::from_pem(self.certificate.as_bytes()).unwrap();
        client(Client::builder().add_root_certificate(certificate)).unwrap()
    }

    /// Hands all that comes on to this address.
    pub fn lead_to(self, to: SocketAddr) {
        tokio::spawn(async move {
            while let Ok((stream, _)) = self.listener.accept().await {
                let acceptor = self.acceptor.clone();
                tokio::spawn(async move {
                    // Whoever does not know the certificate hangs up here.
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let mut onward = TcpStream::connect(to).await.unwrap();
                    let _ = copy_bidirectional(&mut stream, &mut onward).await;
                });
            }
        });
    }
}

/// What becomes of a request's method and target.
pub type Change = fn(&Method, &str) -> (Method, String);

/// A proxy that hands requests on with another method or target.
pub fn changing(to: SocketAddr, change: Change) -> Router {
    Router::new().fallback(move |request: Request| async move {
        let (head, body) = request.into_parts();
        let (method, target) = change(&head.method, head.uri.path_and_query().unwrap().as_str());
        let mut headers = head.headers;
        headers.remove(HOST);
        headers.remove(CONTENT_LENGTH);
        let onward = client(Client::builder()).unwrap().request(method, format!("http://{to}{target}"));
        let body = to_bytes(body, 1 << 20).await.unwrap();
        let answer = onward.headers(headers).body(body).send().await.unwrap();
        (answer.status(), answer.bytes().await.unwrap())
    })
}

/// A server that answers everything so.
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
