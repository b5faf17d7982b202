//! The log: the last thousand calls, without secrets.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::Serialize;

use super::faults::FaultKind;
use super::lock;
use crate::hubspot::Options;

/// The maximum number of calls; above it, the oldest is dropped.
const MAX_CALLS: usize = 1000;

/// How much of a body is stored, in bytes.
const MAX_LOGGED_BYTES: usize = 64 << 10;

/// The replacement for a secret.
pub const MASK: &str = "***";

/// Shorter secrets are not masked, since they would match unrelated text.
const MIN_SECRET_LEN: usize = 6;

/// A call to or from the app.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Numbered from 1, in the order in which calls end.
    pub number: u64,
    /// The start, in epoch milliseconds.
    pub at: u64,
    /// The direction.
    pub kind: CallKind,
    /// The webhook, such as `create-meeting`, or method and path.
    pub name: String,
    /// The method, in upper case.
    pub method: String,
    /// A webhook's public address, or the path and query of an API request.
    pub url: String,
    /// The request's headers, without credentials.
    pub request_headers: Vec<(String, String)>,
    /// The first 64 KiB of the request's body.
    pub request_body: String,
    /// The response's status; `None` if there was no response.
    pub status: Option<u16>,
    /// The first 64 KiB of the response's body.
    pub response_body: String,
    /// The reason why there was no response.
    pub problem: Option<String>,
    /// The duration.
    pub milliseconds: u64,
    /// The injected fault.
    pub fault: Option<FaultKind>,
}

/// The direction of a call.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallKind {
    /// HubSpot called the app.
    Webhook,
    /// The app called HubSpot.
    Api,
}

/// The log.
pub struct Calls {
    secrets: Vec<String>,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    last: u64,
    calls: VecDeque<Call>,
}

impl Calls {
    /// Creates an empty log that masks the secrets in these options.
    pub fn new(options: &Options) -> Self {
        let own = [&options.client_secret, &options.developer_key, &options.developer_token];
        let accounts = options.accounts.iter().map(|account| &account.refresh_token);
        let secrets = own.into_iter().chain(accounts).filter(|secret| secret.len() >= MIN_SECRET_LEN);
        Self { secrets: secrets.cloned().collect(), log: Mutex::default() }
    }

    /// Numbers a call, masks its secrets and stores it. Returns the stored call.
    pub fn record(&self, mut call: Call) -> Call {
        let texts = [&mut call.name, &mut call.url, &mut call.request_body, &mut call.response_body];
        texts.into_iter().for_each(|text| self.mask(text));
        call.problem.iter_mut().for_each(|text| self.mask(text));
        call.request_headers.iter_mut().for_each(|(_, value)| self.mask(value));

        let mut log = lock(&self.log);
        log.last += 1;
        call.number = log.last;
        if log.calls.len() == MAX_CALLS {
            log.calls.pop_front();
        }
        log.calls.push_back(call.clone());
        call
    }

    /// Returns the calls with a number above this, oldest first.
    pub fn after(&self, number: u64) -> Vec<Call> {
        lock(&self.log).calls.iter().filter(|call| call.number > number).cloned().collect()
    }

    /// Masks the secrets in a text.
    pub fn masked(&self, mut text: String) -> String {
        self.mask(&mut text);
        text
    }

    fn mask(&self, text: &mut String) {
        for secret in &self.secrets {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), MASK);
            }
        }
    }
}

/// Returns the part of a body that the log stores.
pub fn truncate_body(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..MAX_LOGGED_BYTES).unwrap_or(body)).into_owned()
}
