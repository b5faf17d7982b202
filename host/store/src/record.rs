//! The stored records.

use std::fmt;

use cordboard_core::record::{Conference, ConnectionId};
use cordboard_core::types::effect::Exchange;
use cordboard_core::types::meeting_event::MeetingEvent;
use cordboard_core::webhook::Verdict;
use cordboard_core::{AccountId, AppId};
use serde::{Deserialize, Serialize};

use super::journaled::JournaledEffect;

/// The app or connection that a plug serves.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OwnerId {
    /// An app, with its CRM plug.
    App(AppId),
    /// A connection.
    Connection(ConnectionId),
}

impl OwnerId {
    /// Returns the account that the owner belongs to; none for an app.
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Self::App(_) => None,
            Self::Connection(connection) => Some(&connection.account),
        }
    }
}

impl From<ConnectionId> for OwnerId {
    fn from(connection: ConnectionId) -> Self {
        Self::Connection(connection)
    }
}

impl fmt::Display for OwnerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(app) => write!(formatter, "app {app}"),
            Self::Connection(connection) => connection.fmt(formatter),
        }
    }
}

/// The owner of plug state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A connection.
    Connection(ConnectionId),
    /// A CRM plug, for one account of one app.
    App {
        /// The app's id.
        app: AppId,
        /// The CRM's id of the account.
        account: AccountId,
    },
    /// An operation in progress, by its id. The entries hold what the host needs to resume it, and are deleted when it
    /// finishes.
    Operation(String),
}

/// The kind of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperationKind {
    /// Creates a conference.
    Create,
    /// Updates a conference.
    Update,
    /// Deletes a conference.
    Delete,
    /// Verifies a user.
    VerifyUser,
    /// Lists telephone numbers.
    PhoneNumbers,
    /// Processes an inbound webhook request.
    Receive,
}

/// An operation as it begins, with everything needed to replay it.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Our id: 32 hexadecimal digits.
    pub id: String,
    /// The kind of operation.
    pub kind: OperationKind,
    /// The app that requested it; none for a provider's webhook request.
    pub app: Option<AppId>,
    /// The connection whose plug runs it.
    pub connection: ConnectionId,
    /// SHA-256 of the plug's file.
    pub plug: String,
    /// Our id of the conference that it concerns or would create.
    pub conference: Option<String>,
    /// SHA-256 of the request including its signature, in hexadecimal; a byte-for-byte repeat has the same one.
    pub request: Option<String>,
    /// The idempotency fingerprint of a create: SHA-256 of connection, account, user, topic and times, in hexadecimal.
    pub fingerprint: Option<String>,
    /// The plug's input, as JSON for the flow.
    pub input: String,
    /// The context without its exchanges, as JSON for the flow.
    pub context: String,
    /// When it began, in epoch milliseconds.
    pub started_at: u64,
}

/// How an operation ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The outcome, as JSON for the flow, to answer a repeat of the request.
    pub outcome: String,
    /// Whether the outcome is a success.
    pub succeeded: bool,
    /// What is or may be left at the provider, as a sentence for the operator.
    pub leftover: Option<String>,
    /// When it ended, in epoch milliseconds.
    pub finished_at: u64,
}

/// A finished operation, as needed to answer a repeat of its request.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The operation's id.
    pub id: String,
    /// The kind of operation.
    pub kind: OperationKind,
    /// The outcome, as in [`Ending::outcome`].
    pub outcome: String,
    /// The conference that it created or concerned.
    pub conference: Option<Conference>,
    /// Whether the CRM has acknowledged the answer.
    pub acknowledged: bool,
    /// Whether the answer is known to have reached nobody. If neither flag is set, the answer is still open, or
    /// a crash came before the mark.
    pub answer_lost: bool,
}

/// An effect of an operation, with its result.
#[derive(Clone, Debug)]
pub struct Exchanged {
    /// The effect.
    pub effect: JournaledEffect,
    /// The result; none if a crash came first.
    pub exchange: Option<Exchange>,
}

/// An operation with its recorded effects, as needed to resume or replay it.
#[derive(Clone, Debug)]
pub struct Journal {
    /// The operation as it began.
    pub operation: Operation,
    /// Its effects, in order.
    pub exchanges: Vec<Exchanged>,
}

/// A raw inbound webhook request and its verdict.
#[derive(Clone)]
pub struct InboundRequest {
    /// Our id: 32 hexadecimal digits.
    pub id: String,
    /// The connection or app that it addressed.
    pub owner: OwnerId,
    /// The declared route.
    pub route: String,
    /// The method, in upper case.
    pub method: String,
    /// The query, without the question mark.
    pub query: String,
    /// The headers that the plug may see.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The raw body.
    pub body: Vec<u8>,
    /// When it was received, in epoch milliseconds.
    pub received_at: u64,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it was not accepted.
    pub detail: String,
    /// SHA-256 of the plug's file.
    pub plug: String,
}

impl fmt::Debug for InboundRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "InboundRequest({} for {} {}, {:?})", self.id, self.owner, self.route, self.verdict)
    }
}

/// An event to store.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// The id of the inbound request that carried it.
    pub inbound_request: String,
    /// The connection that it came through.
    pub connection: ConnectionId,
    /// The declared route.
    pub route: String,
    /// Equal for two reports of the same fact: the plug's key, or else the host's digest of the raw bytes.
    pub dedupe_key: String,
    /// How long the key suppresses duplicates, in milliseconds; none: forever.
    pub dedupe_within: Option<u64>,
    /// The event.
    pub event: MeetingEvent,
    /// When its inbound request was received, in epoch milliseconds.
    pub received_at: u64,
}

/// A stored event, with the conference that it concerns.
#[derive(Clone, Debug)]
pub struct StoredEvent {
    /// The sequence number, which increases with each event and may skip numbers.
    pub sequence: u64,
    /// The event.
    pub event: NewEvent,
    /// The conference, if it was created through Cordboard.
    pub conference: Option<Conference>,
}

/// Selects events.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Only events with a greater sequence number.
    pub after: u64,
    /// Only events of this account.
    pub account: Option<AccountId>,
    /// Only events of this conference, by our id.
    pub conference: Option<String>,
    /// Take the last `limit` matches rather than the first; the order stays ascending.
    pub last: bool,
    /// The maximum number of events.
    pub limit: usize,
}
