//! Reads incoming requests before they are authenticated.

use std::cell::RefCell;
use std::time::Duration;

use bytes::Bytes;
use cordboard_core::api_error::ApiError;
use cordboard_core::render::header_is_hosts;
use cordboard_core::signature_scheme::Incoming;
use cordboard_core::types::manifest::Description;
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
/// The headers added by Spin and the front, each once.
const MAX_ADDED_HEADERS: usize = SPIN_HEADERS.len() + 3;
/// The header in which the front reports when a request arrived. A forged time gains nothing, so it is not signed.
pub const FRONT_RECEIVED_AT: &str = "x-cordboard-received-at";
const FORWARD_TIMEOUT_MS: u64 = 60_000;
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
const BODY_GRACE: Duration = Duration::from_millis(100);
/// Headers in which Spin describes how it routed a request.
const SPIN_HEADERS: [&str; 7] = [
    "spin-base-path",
    "spin-client-addr",
    "spin-component-route",
    "spin-full-url",
    "spin-matched-route",
    "spin-path-info",
    "spin-raw-component-route",
];

/// An incoming request, with its whole body.
pub struct Inbound {
    /// The method, in upper case.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Headers in order, including duplicates, with lower-case names.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The raw body.
    pub body: Bytes,
    /// The time of arrival, in epoch milliseconds.
    pub received_at: u64,
    /// The time of arrival at the front, if it forwarded the request.
    pub front_received_at: u64,
    path: Vec<String>,
    // Context for log lines, as far as it is known.
    route: RefCell<String>,
    subject: RefCell<String>,
}

impl Inbound {
    /// Reads a request whose path is `ours`.
    ///
    /// # Errors
    /// Returns an error if the path is not `ours`, the request is too large, or its body is incomplete or too slow.
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
                let why = "the body is shorter than its `content-length`: send all of it";
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

    /// Returns the segments of the path, percent-decoded except the first.
    pub fn path(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    /// Adds the route to the log context if the last path segment is a route of this plug. An unknown segment may be a
    /// misplaced secret, which must not be logged.
    pub fn set_plug(&self, plug: &Description) {
        let route = plug.routes.iter().find(|route| self.path.last() == Some(&route.name));
        self.route.replace(route.map_or_else(String::new, |route| route.name.clone()));
    }

    /// Sets the subject in the log context.
    pub fn set_subject(&self, subject: String) {
        self.subject.replace(subject);
    }

    /// Logs a line with the request's context, at most once a second for each kind and context.
    pub fn warn(&self, kind: &str, sentence: &str) {
        let (route, subject) = (self.route.borrow(), self.subject.borrow());
        let context: Vec<_> = [route.as_str(), &subject].into_iter().filter(|part| !part.is_empty()).collect();
        let line = if context.is_empty() { sentence.to_owned() } else { format!("{}: {sentence}", context.join(", ")) };
        warn_limited(&format!("{kind} {}", context.join(" ")), &line);
    }

    /// Returns the query, without the question mark.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// Returns the value of a header that occurs exactly once.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        let mut found = self.headers.iter().filter(|(other, _)| other == name);
        found.next().map(|(_, value)| value.as_slice()).filter(|_| found.next().is_none())
    }

    /// Calls `check` with the request in the form that signature verification takes. The URL is built from
    /// `public_url`, since senders sign the address configured at them, not the one a proxy forwards to.
    pub fn incoming<T>(&self, public_url: &str, check: impl FnOnce(&Incoming<'_>) -> T) -> T {
        let url = format!("{public_url}{}", self.target);
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        check(&Incoming { method: &self.method, url: &url, headers: &headers, body: &self.body })
    }
}

/// Splits a path and percent-decodes all segments but the first, which is a literal. Returns `None` if a segment is not
/// UTF-8.
fn path(path: &str) -> Option<Vec<String>> {
    let mut parts = path.strip_prefix('/').unwrap_or(path).split('/');
    let first = parts.next().map(|first| Some(first.to_owned()));
    first.into_iter().chain(parts.map(|part| percent_decode_str(part).decode_utf8().ok().map(String::from))).collect()
}

/// Whether a header is forwarded to the component that answers: it does not apply to a single connection, and neither
/// Spin nor the front added it.
pub fn is_end_to_end(name: &str) -> bool {
    !header_is_hosts(name) && !SPIN_HEADERS.contains(&name) && ![FRONT_RECEIVED_AT, "http2-settings"].contains(&name)
}

/// Whether the target and headers exceed the limits. Headers added by Spin or the front have limits of their own,
/// because some repeat the address.
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

/// Reads a body within a time limit. The whole instance blocks while another request waits for the store, so bytes that
/// arrived during that wait still count as in time.
async fn in_time<T>(reading: impl Future<Output = T>) -> Option<T> {
    let mut reading = std::pin::pin!(reading);
    match within(BODY_TIMEOUT, &mut reading).await {
        Some(read) => Some(read),
        None => within(BODY_GRACE, reading).await,
    }
}
