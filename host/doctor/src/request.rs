//! Signed requests, as HubSpot and providers send them.

use cordboard_core::signature_scheme::{Incoming, SignError, sign_route};
use cordboard_core::types::manifest::{Authenticity, Route};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, StatusCode};
use url::{Host, Url};

use super::http;

/// Bytes of an answer to read.
const MAX_ANSWER_LEN: usize = 64 << 10;

/// Where to send a request, and which URL to sign.
pub struct Address {
    /// The URL to call.
    pub to: Url,
    /// The URL that the sender knows.
    pub signed: String,
}

/// A signed request.
#[derive(Clone)]
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// The URL to call.
    pub to: Url,
    /// The URL that the signature covers.
    pub signed: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The name of the header that contains the secret itself, if there is one.
    pub secret_header: Option<String>,
    /// The body, as sent.
    pub body: Vec<u8>,
}

/// The answer to a request.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The media type, or empty if it is missing or not text.
    pub media_type: String,
    /// The body, or its beginning.
    pub body: Vec<u8>,
    /// Whether the body was truncated.
    pub is_cut: bool,
}

/// Why a request cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// A signature scheme is named, and the route has none.
    #[error("this sender has only one signature")]
    OneSignature,
    /// The route has other signature schemes.
    #[error("this sender has no such signature: use one of {0}")]
    NoSuchSignature(String),
    /// The secret does not fit the signature scheme.
    #[error("the request cannot be signed: {0}")]
    Unsigned(#[from] SignError),
}

impl Request {
    /// Signs a request as its route requires. `signature` selects one of several schemes; `now` is in epoch
    /// milliseconds.
    ///
    /// # Errors
    /// Fails if the route has no such scheme, or the request cannot be signed.
    pub fn signed(
        route: &Route,
        signature: Option<&str>,
        secret: Option<&str>,
        address: Address,
        body: Vec<u8>,
        now: u64,
    ) -> Result<Self, RequestError> {
        let (schemes, secret_header) = match &route.authenticity {
            Authenticity::Signatures(schemes) => (schemes.as_slice(), None),
            Authenticity::SharedSecret(header) => (Default::default(), Some(header.clone())),
            Authenticity::None => Default::default(),
        };
        if signature.is_some() && schemes.is_empty() {
            return Err(RequestError::OneSignature);
        }
        let method = route.methods.first().map_or("POST", String::as_str).to_owned();
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if let Some(secret) = secret {
            let request = Incoming { method: &method, url: &address.signed, headers: &[], body: &body };
            let signed = sign_route(route, signature, secret, &request, now);
            headers.extend(signed.map_err(|error| match error {
                SignError::NoSuchScheme(_) if !schemes.is_empty() => {
                    let mut names: Vec<_> = schemes.iter().map(|scheme| scheme.name.as_str()).collect();
                    names.dedup();
                    RequestError::NoSuchSignature(names.join(", "))
                }
                error => RequestError::Unsigned(error),
            })?);
        }
        Ok(Self { method, to: address.to, signed: address.signed, headers, secret_header, body })
    }

    /// Sends the request with a client that follows no redirects.
    ///
    /// # Errors
    /// Fails if there is no answer.
    pub async fn send(&self, client: &Client) -> Result<Answer, reqwest::Error> {
        let method = Method::from_bytes(self.method.as_bytes()).unwrap_or(Method::POST);
        let mut request = client.request(method, self.to.clone()).body(self.body.clone());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = request.send().await?;
        let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or_default().to_owned();
        let (body, is_cut) = http::read(&mut response, MAX_ANSWER_LEN).await?;
        Ok(Answer { status: response.status(), media_type, body, is_cut })
    }
}

/// Whether a URL points to this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
