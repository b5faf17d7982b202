//! A request from outside, before it is known who sent it.

use std::time::{Duration, Instant};

use cordboard_core::inbound;
use cordboard_core::recipe::{Incoming, security_headers};
use cordboard_core::refusal::Refusal;
use cordboard_core::types::http::{Header, WebhookRequest};
use cordboard_core::types::manifest::Route;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use spin_sdk::http::Request;

use super::clock::{now, until};

const MOST_BODY: usize = 1 << 20;
/// With which the front says when a request came to it. Nobody gains by another time, so it needs no proof.
pub const ASKED_AT: &str = "x-cordboard-asked-at";
const PASSED_ON_WITHIN_MS: u64 = 60_000;
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// A request as it came, whole.
pub struct Inbound {
    /// In upper case.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// In order, doubles kept, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Raw.
    pub body: Vec<u8>,
    /// Epoch milliseconds.
    pub received_at: u64,
    /// The same as the front had it, where the front passed this on.
    pub asked_at: u64,
}

impl Inbound {
    /// Reads a request.
    ///
    /// # Errors
    /// Where its body is too long or does not come.
    pub async fn read(request: Request) -> Result<Self, Refusal> {
        let (head, body) = request.into_parts();
        let whole = until(Instant::now() + BODY_WITHIN, Limited::new(body, MOST_BODY).collect()).await;
        let body = match whole.ok_or(Refusal::TooSlow)? {
            Ok(body) => body.to_bytes().to_vec(),
            Err(error) if error.is::<LengthLimitError>() => return Err(Refusal::TooLarge(MOST_BODY)),
            Err(_) => {
                let why = "the body ends before its announced length: send it whole";
                return Err(Refusal::Malformed(why.to_owned()));
            }
        };
        let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
        let received_at = now();
        let told = head.headers.get(ASKED_AT).and_then(|value| value.to_str().ok()?.parse().ok());
        let told = told.filter(|told| (received_at.saturating_sub(PASSED_ON_WITHIN_MS)..=received_at).contains(told));
        Ok(Self {
            method: head.method.as_str().to_owned(),
            target: head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
            headers: headers.collect(),
            body,
            received_at,
            asked_at: told.unwrap_or(received_at),
        })
    }

    /// The parts of its path.
    pub fn path(&self) -> Vec<&str> {
        let path = self.target.split('?').next().unwrap_or_default();
        path.strip_prefix('/').unwrap_or(path).split('/').collect()
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

    /// Whether its sender is right: `check` is given it as the recipe engine takes it. What senders sign is the address
    /// that they were given, whatever a proxy made of it on the way.
    pub fn incoming<T>(&self, public_url: &str, check: impl FnOnce(&Incoming<'_>) -> T) -> T {
        let url = format!("{public_url}{}", self.target);
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        check(&Incoming { method: &self.method, url: &url, headers: &headers, body: &self.body })
    }

    /// What a plug may see of it: the headers that its route declares, without those that prove the sender.
    pub fn for_plug(&self, route: &Route) -> WebhookRequest {
        let proofs = security_headers(route);
        let headers = self.headers.iter().filter(|(name, _)| inbound::handed_on(name, route, &proofs));
        WebhookRequest {
            route: route.name.clone(),
            method: self.method.clone(),
            query: self.query().to_owned(),
            headers: headers.map(|(name, value)| Header { name: name.clone(), value: value.clone() }).collect(),
            body: self.body.clone(),
            received_at: self.received_at,
        }
    }
}
