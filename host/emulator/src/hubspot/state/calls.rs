//! The log of what was sent and asked: the last thousand calls, without secrets.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::Serialize;

use super::faults::FaultKind;
use super::lock;
use crate::hubspot::Options;

/// Calls that are held; the oldest of more is forgotten.
const MAX_CALLS: usize = 1000;

/// Bytes of a body that are kept.
const BODY: usize = 64 << 10;

/// What stands in place of a secret.
pub const MASK: &str = "***";

/// A shorter secret would be found where it is none.
const MIN_SECRET_LEN: usize = 6;

/// A call, to the app or from it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Counts up from 1 in the order in which calls ended.
    pub number: u64,
    /// When it began, in epoch milliseconds.
    pub at: u64,
    /// Which way it went.
    pub kind: CallKind,
    /// The webhook, as `create-meeting`, or method and path.
    pub name: String,
    /// In upper case.
    pub method: String,
    /// A webhook's public address; of the API, path and query.
    pub url: String,
    /// As they were sent, without credentials.
    pub request_headers: Vec<(String, String)>,
    /// The first 64 KiB.
    pub request_body: String,
    /// None where there was no answer.
    pub status: Option<u16>,
    /// The first 64 KiB.
    pub response_body: String,
    /// Why there was no answer.
    pub problem: Option<String>,
    /// How long it took.
    pub milliseconds: u64,
    /// What went wrong on purpose.
    pub fault: Option<FaultKind>,
}

/// Which way a call went.
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
    /// An empty log that will hold no secret of these options.
    pub fn new(options: &Options) -> Self {
        let own = [&options.client_secret, &options.developer_key, &options.developer_token];
        let accounts = options.accounts.iter().map(|account| &account.refresh_token);
        let secrets = own.into_iter().chain(accounts).filter(|secret| secret.len() >= MIN_SECRET_LEN);
        Self { secrets: secrets.cloned().collect(), log: Mutex::default() }
    }

    /// Keeps a call, with its number and without secrets, and gives it back like that.
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

    /// Calls whose number is above this, oldest first.
    pub fn after(&self, number: u64) -> Vec<Call> {
        lock(&self.log).calls.iter().filter(|call| call.number > number).cloned().collect()
    }

    /// A text without secrets.
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

/// A body as the log shows it.
pub fn shown(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..BODY).unwrap_or(body)).into_owned()
}
