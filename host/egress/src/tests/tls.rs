//! Tests of TLS: nothing is sent to a server without a trusted certificate.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::*;

/// A certificate authority for tests.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Starts a server with a certificate for `name`. Returns its port, and a channel with the requests it receives.
async fn server(authority: &CertifiedIssuer<'_, KeyPair>, name: &str) -> (u16, mpsc::UnboundedReceiver<String>) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (seen, requests) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = Vec::new();
            while !whole(&request) {
                let mut some = [0; 4096];
                match stream.read(&mut some).await {
                    Ok(read) if read > 0 => request.extend_from_slice(&some[..read]),
                    _ => break,
                }
            }
            seen.send(String::from_utf8_lossy(&request).into_owned()).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
            let _ = stream.shutdown().await;
        }
    });
    (port, requests)
}

/// Sends a secret to `localhost`, trusting these roots in addition to Mozilla's.
async fn post_secret(port: u16, roots: &[String]) -> Sent {
    let url = text(&format!("https://localhost:{port}/made"));
    let request = post(url, vec![secret("token", Escape::None)]);
    let egress = Egress::new(Limits { total: Duration::from_secs(5), ..Limits::default() }, roots).unwrap();
    let grants = local(&[&format!("localhost:{port}")]);
    egress.send(&request, &Settings, &grants, Instant::now() + Duration::from_secs(5)).await
}

#[tokio::test]
async fn a_server_with_a_trusted_certificate_is_called() {
    let authority = authority();
    let (port, mut requests) = server(&authority, "localhost").await;
    let sent = post_secret(port, &[authority.pem()]).await;
    assert_eq!(sent.result.as_ref().map(|answer| (answer.status, answer.body.as_slice())), Ok((200, b"ok".as_slice())));
    assert!(sent.reached);
    assert!(requests.try_recv().unwrap().ends_with(TOKEN));
}

#[tokio::test]
async fn a_server_of_an_unknown_authority_receives_nothing() {
    let (port, mut requests) = server(&authority(), "localhost").await;
    // Neither Mozilla's roots nor another authority of the same name make it trusted.
    for roots in [vec![], vec![authority().pem()]] {
        let roots: Vec<String> = roots;
        let sent = post_secret(port, &roots).await;
        failed(&sent, OutboundFailure::Unreachable, false);
        assert!(sent.reason.contains("certificate"), "{}", sent.reason);
    }
    assert!(requests.try_recv().is_err());
}

#[tokio::test]
async fn a_server_with_a_certificate_for_another_name_receives_nothing() {
    let authority = authority();
    let (port, mut requests) = server(&authority, "other.example").await;
    let sent = post_secret(port, &[authority.pem()]).await;
    failed(&sent, OutboundFailure::Unreachable, false);
    assert!(sent.reason.contains("certificate"), "{}", sent.reason);
    assert!(requests.try_recv().is_err());
}
