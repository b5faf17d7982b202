//! A request from outside, before it is known who sent it.

use std::cell::RefCell;
use std::time::Duration;

use bytes::Bytes;
use cordboard_core::api_error::ApiError;
use cordboard_core::inbound;
use cordboard_core::signature_scheme::{Incoming, security_headers};
use cordboard_core::types::http::{Header, WebhookRequest};
use cordboard_core::types::manifest::{Description, Route};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use percent_encoding::percent_decode_str;
use spin_sdk::http::Request;

use super::clock::{now, within};
use super::log::warn_limited;

const MAX_PROVIDER_BODY: usize = 1 << 20;
const MAX_CRM_BODY: usize = 64 << 10;
const MAX_HEADERS: usize = 64;
const MAX_HEAD_BYTES: usize = 32 << 10;
/// Of Spin and the front, each once.
const MAX_ADDED_HEADERS: usize = SPIN_HEADERS.len() + 3;
/// With which the front says when a request came to it. Nobody gains by another time, so it needs no proof.
pub const FRONT_RECEIVED_AT: &str = "x-cordboard-received-at";
const FORWARD_TIMEOUT_MS: u64 = 60_000;
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
const BODY_GRACE: Duration = Duration::from_millis(100);
/// What is between two hosts, and no business of those behind them.
const HOP_BY_HOP: [&str; 14] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "http2-settings",
    "proxy-connection",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-authentication-info",
];
/// With which Spin says how it came to the component.
const SPIN_HEADERS: [&str; 7] = [
    "spin-base-path",
    "spin-client-addr",
    "spin-component-route",
    "spin-full-url",
    "spin-matched-route",
    "spin-path-info",
    "spin-raw-component-route",
];

/// A request as it came, whole.
pub struct Inbound {
    /// In upper case.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// In order, doubles kept, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Raw.
    pub body: Bytes,
    /// Epoch milliseconds.
    pub received_at: u64,
    /// The same as the front had it, where the front passed this on.
    pub front_received_at: u64,
    path: Vec<String>,
    // What lines of the log name, as far as it is known.
    route: RefCell<String>,
    subject: RefCell<String>,
}

impl Inbound {
    /// Reads a request whose path is `ours`.
    ///
    /// # Errors
    /// Where it is not, where it is too long, or its body does not come.
    pub async fn read(request: Request, ours: impl FnOnce(&[&str]) -> bool) -> Result<Self, ApiError> {
        let (head, body) = request.into_parts();
        let path = path(head.uri.path()).ok_or(ApiError::NotFound("address"))?;
        if !ours(&path.iter().map(String::as_str).collect::<Vec<_>>()) {
            return Err(ApiError::NotFound("address"));
        }
        if is_too_long(&head.uri, &head.headers) {
            return Err(ApiError::HeadTooLarge);
        }
        let limit = if path.first().is_some_and(|first| first == "in") { MAX_PROVIDER_BODY } else { MAX_CRM_BODY };
        let announced = head.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        if announced.is_some_and(|length: u64| length > limit as u64) {
            return Err(ApiError::BodyTooLarge(limit));
        }
        let body = match in_time(Limited::new(body, limit).collect()).await.ok_or(ApiError::BodyTimeout)? {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => return Err(ApiError::BodyTooLarge(limit)),
            Err(_) => {
                let why = "the body ends before its announced length: send it whole";
                return Err(ApiError::Malformed(why.to_owned()));
            }
        };
        let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
        let received_at = now();
        let front = head.headers.get(FRONT_RECEIVED_AT).and_then(|value| value.to_str().ok()?.parse().ok());
        let front =
            front.filter(|front| (received_at.saturating_sub(FORWARD_TIMEOUT_MS)..=received_at).contains(front));
        Ok(Self {
            method: head.method.as_str().to_owned(),
            target: head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
            headers: headers.collect(),
            body,
            received_at,
            front_received_at: front.unwrap_or(received_at),
            path,
            route: RefCell::default(),
            subject: RefCell::default(),
        })
    }

    /// The parts of its path; names in it are decoded.
    pub fn path(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    /// The last part of its path has turned out to be a route of this plug, or not: what is none may be a secret in the
    /// wrong place, and is not for the log.
    pub fn set_plug(&self, plug: &Description) {
        let route = plug.routes.iter().find(|route| self.path.last() == Some(&route.name));
        self.route.replace(route.map_or_else(String::new, |route| route.name.clone()));
    }

    /// It has turned out whose it is.
    pub fn set_subject(&self, subject: String) {
        self.subject.replace(subject);
    }

    /// Writes a line about it, with what is known of it. Of a kind of these there is one a second at most.
    pub fn warn(&self, kind: &str, what: &str) {
        let (route, subject) = (self.route.borrow(), self.subject.borrow());
        let known: Vec<_> = [route.as_str(), &subject].into_iter().filter(|known| !known.is_empty()).collect();
        let line = if known.is_empty() { what.to_owned() } else { format!("{}: {what}", known.join(", ")) };
        warn_limited(&format!("{kind} {}", known.join(" ")), &line);
    }

    /// Its query, without the question mark.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The value of a header that stands once.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        let mut found = self.headers.iter().filter(|(other, _)| other == name);
        found.next().map(|(_, value)| value.as_slice()).filter(|_| found.next().is_none())
    }

    /// Whether its sender is right: `check` is given it as signature verification takes it. What senders sign is the
    /// address that they were given, whatever a proxy made of it on the way.
    pub fn incoming<T>(&self, public_url: &str, check: impl FnOnce(&Incoming<'_>) -> T) -> T {
        let url = format!("{public_url}{}", self.target);
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        check(&Incoming { method: &self.method, url: &url, headers: &headers, body: &self.body })
    }

    /// What a plug may see of it: the headers that its route declares, without those that prove the sender.
    pub fn for_plug(&self, route: &Route) -> WebhookRequest {
        let security_headers = security_headers(route);
        let headers = self.headers.iter().filter(|(name, _)| inbound::is_forwarded(name, route, &security_headers));
        WebhookRequest {
            route: route.name.clone(),
            method: self.method.clone(),
            query: self.query().to_owned(),
            headers: headers.map(|(name, value)| Header { name: name.clone(), value: value.clone() }).collect(),
            body: self.body.to_vec(),
            received_at: self.received_at,
        }
    }
}

/// The parts of a path; what stands in place of a name, which is all but the first, is decoded. None where it is no text.
fn path(path: &str) -> Option<Vec<String>> {
    let mut parts = path.strip_prefix('/').unwrap_or(path).split('/');
    let first = parts.next().map(|first| Some(first.to_owned()));
    first.into_iter().chain(parts.map(|part| percent_decode_str(part).decode_utf8().ok().map(String::from))).collect()
}

/// Whether a header is for whoever answers in the end.
pub fn is_end_to_end(name: &str) -> bool {
    !HOP_BY_HOP.contains(&name) && !SPIN_HEADERS.contains(&name) && name != FRONT_RECEIVED_AT
}

/// What Spin or the front put in is counted apart: some of it repeats the address.
fn is_too_long(uri: &Uri, headers: &HeaderMap) -> bool {
    let added =
        |name: &str| SPIN_HEADERS.contains(&name) || [FRONT_RECEIVED_AT, "content-length", "host"].contains(&name);
    let (added, counted): (Vec<_>, Vec<_>) = headers.iter().partition(|(name, _)| added(name.as_str()));
    let length = |headers: &[(&HeaderName, &HeaderValue)]| -> usize {
        headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
    };
    let target = uri.path_and_query().map_or(0, |target| target.as_str().len());
    let is_too_much = counted.len() > MAX_HEADERS || target + length(&counted) > MAX_HEAD_BYTES;
    is_too_much || added.len() > MAX_ADDED_HEADERS || length(&added) > SPIN_HEADERS.len() * MAX_HEAD_BYTES
}

/// What comes of reading a body. While another request waits for the store the whole instance does: what came meanwhile
/// is in time.
async fn in_time<T>(reading: impl Future<Output = T>) -> Option<T> {
    let mut reading = std::pin::pin!(reading);
    match within(BODY_TIMEOUT, &mut reading).await {
        Some(read) => Some(read),
        None => within(BODY_GRACE, reading).await,
    }
}
