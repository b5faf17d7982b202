//! Completes and checks an outbound request.

use std::cell::RefCell;

use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::{Grants, Secrets};
use crate::render::{Keys, basic, header_is_hosts, header_name_ok, header_value_ok, render};
use crate::text::bounded;
use crate::types::effect::{Algorithm, Method, OutboundRequest, Piece};

/// Maximum number of secrets and signatures in a request. Each may be thousands of times longer than the piece that
/// names it.
const MAX_COMPLETED: usize = 64;
/// Maximum number of RSA signatures. Each takes a millisecond or more of CPU time.
const MAX_RSA_SIGNATURES: usize = 4;

/// Size limits for requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLimits {
    /// Bytes in the URL.
    pub url_bytes: usize,
    /// Number of headers.
    pub headers: usize,
    /// Bytes in the names and values of all headers.
    pub header_bytes: usize,
    /// Bytes in the body.
    pub request_bytes: usize,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self { url_bytes: 8 << 10, headers: 64, header_bytes: 32 << 10, request_bytes: 1 << 20 }
    }
}

/// A request that may be sent. Deliberately without `Debug`, because it holds secrets.
pub struct Prepared {
    /// The URL with its secrets, without fragment.
    pub url: Url,
    /// The plug's headers, and those that the host adds. The HTTP client adds the rest.
    pub headers: HeaderMap,
    /// The body. Empty for none.
    pub body: String,
    /// Values that the response must not show to the plug.
    pub secrets: Secrets,
}

/// Records which secrets it returns.
struct RecordingKeys<'a, K> {
    keys: &'a K,
    given: RefCell<Vec<String>>,
}

/// Records inserted secrets only. [`Keys::values_to_redact`] provides the others.
impl<K: Keys> Keys for RecordingKeys<'_, K> {
    fn secret(&self, key: &str) -> Option<&str> {
        let secret = self.keys.secret(key)?;
        self.given.borrow_mut().push(secret.to_owned());
        Some(secret)
    }

    fn signing_key(&self, key: &str) -> Option<&str> {
        self.keys.signing_key(key)
    }

    fn rsa_sha256(&self, key_pem: &str, text: &str) -> Option<Vec<u8>> {
        self.keys.rsa_sha256(key_pem, text)
    }
}

/// Completes and checks a request. `keys` makes all signatures.
///
/// # Errors
/// Why the request must not be sent, and how to fix it. Never contains a secret.
pub fn prepare(
    request: &OutboundRequest,
    keys: &impl Keys,
    grants: &Grants,
    limits: &RequestLimits,
) -> Result<Prepared, String> {
    check_size(request, limits)?;
    let keys = RecordingKeys { keys, given: RefCell::default() };
    let complete = |pieces: &[Piece]| render(pieces, &keys);
    host_is_text(&request.url)?;
    let url = url(&complete(&request.url)?, limits)?;
    grants.permit(&url)?;
    let mut headers = headers(request, &keys, limits, complete)?;
    let body = complete(&request.body)?;
    // Without a body the client sends no content-length, and some servers respond to that with 411.
    if body.is_empty() && !matches!(request.method, Method::Get | Method::Delete) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    if body.len() > limits.request_bytes {
        return Err(format!("the body is longer than {} bytes: send less at a time", limits.request_bytes));
    }
    let mut given = keys.given.into_inner();
    given.extend(keys.keys.values_to_redact().into_iter().map(str::to_owned));
    if let (Some(_), Some(Ok(credentials))) = (&request.basic, headers.get(AUTHORIZATION).map(HeaderValue::to_str)) {
        given.extend(credentials.strip_prefix("Basic ").map(str::to_owned));
    }
    Ok(Prepared { url, headers, body, secrets: Secrets(given) })
}

/// Rejects requests that would be expensive to complete.
fn check_size(request: &OutboundRequest, limits: &RequestLimits) -> Result<(), String> {
    if request.headers.len() > limits.headers {
        return Err(format!(
            "the request has {} headers: at most {} are allowed",
            request.headers.len(),
            limits.headers
        ));
    }
    let values = request.headers.iter().flat_map(|(_, value)| value);
    let (mut bytes, mut completed, mut signatures) = (0_usize, 0, 0);
    for piece in request.url.iter().chain(values).chain(&request.body) {
        let text = match piece {
            Piece::Text(text) => text,
            Piece::Secret(secret) => {
                completed += 1;
                &secret.key
            }
            Piece::Signature(signature) => {
                completed += 1;
                signatures += usize::from(signature.algorithm == Algorithm::RsaSha256);
                &signature.text
            }
        };
        bytes = bytes.saturating_add(text.len());
    }
    let max_bytes = limits.url_bytes.saturating_add(limits.header_bytes).saturating_add(limits.request_bytes);
    if bytes > max_bytes {
        return Err(format!("the request has {bytes} bytes of text: at most {max_bytes} are allowed"));
    }
    if completed > MAX_COMPLETED || signatures > MAX_RSA_SIGNATURES {
        return Err(format!(
            "the request has {completed} secrets and signatures, {signatures} of them RSA signatures: at most \
             {MAX_COMPLETED} and {MAX_RSA_SIGNATURES} are allowed"
        ));
    }
    Ok(())
}

/// Checks that scheme and host end before the first secret: a secret in the host name would be sent to DNS servers.
fn host_is_text(url: &[Piece]) -> Result<(), &'static str> {
    let mut start = String::new();
    let mut pieces = url.iter();
    let cut_short = loop {
        match pieces.next() {
            Some(Piece::Text(text)) => start.push_str(text),
            Some(Piece::Secret(_) | Piece::Signature(_)) => break true,
            None => break false,
        }
    };
    let wrong = "the URL must begin with https://, a host and, before any secret, a slash";
    let (scheme, rest) = start.split_once("://").ok_or(wrong)?;
    if !["https", "http"].iter().any(|allowed| scheme.eq_ignore_ascii_case(allowed)) {
        return Err(wrong);
    }
    let end = rest.find(['/', '\\', '?', '#']);
    if end == Some(0) || rest.is_empty() || (cut_short && end.is_none()) {
        return Err(wrong);
    }
    Ok(())
}

/// Parses the URL as the HTTP client will.
fn url(text: &str, limits: &RequestLimits) -> Result<Url, String> {
    if text.len() > limits.url_bytes {
        return Err(format!("the URL is longer than {} bytes", limits.url_bytes));
    }
    // A URL parser drops line breaks and tabs instead of rejecting them.
    if text.chars().any(|letter| letter.is_ascii_control()) {
        return Err("the URL contains a line break or other control character: escape it".to_owned());
    }
    // The parser's error may quote part of the text.
    let mut url = Url::parse(text).map_err(|_| "the URL is invalid: correct it")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the URL contains a user before its host: use `basic` instead".to_owned());
    }
    url.set_fragment(None);
    Ok(url)
}

fn headers(
    request: &OutboundRequest,
    keys: &impl Keys,
    limits: &RequestLimits,
    complete: impl Fn(&[Piece]) -> Result<String, String>,
) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    // A compressed response could be neither measured nor captured.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    for (name, pieces) in &request.headers {
        let shown = bounded(name);
        let invalid = || format!("invalid header name `{shown}`: correct it");
        if !header_name_ok(name) {
            return Err(invalid());
        }
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
        if header_is_hosts(name.as_str()) || name == ACCEPT_ENCODING {
            return Err(format!("the header `{shown}` is set by the host: leave it out"));
        }
        headers.append(name, value(&shown, &complete(pieces)?)?);
    }
    if let Some((user, password)) = &request.basic {
        if headers.contains_key(AUTHORIZATION) {
            return Err("the request has both `basic` and an `authorization` header: leave one out".to_owned());
        }
        let credentials = basic(user, password, keys)?;
        headers.insert(AUTHORIZATION, value("authorization", &credentials)?);
    }
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > limits.header_bytes {
        return Err(format!("the headers are longer than {} bytes in total", limits.header_bytes));
    }
    Ok(headers)
}

fn value(name: &str, text: &str) -> Result<HeaderValue, String> {
    let invalid = || {
        format!(
            "the header `{name}` contains a line break or other control character, or begins or ends with a blank: \
             correct the setting or the plug that provides it"
        )
    };
    if !header_value_ok(text) {
        return Err(invalid());
    }
    let mut value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| invalid())?;
    value.set_sensitive(true);
    Ok(value)
}
