//! What is kept, as records.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::journaled::JournaledEffect;
use crate::contract::effect::Exchange;
use crate::contract::meeting_event::MeetingEvent;

/// A connection: one plug with its settings, for one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConnectionId {
    /// The CRM's number of the account.
    pub account: u64,
    /// The connection's name in the configuration.
    pub name: String,
}

impl ConnectionId {
    /// What stands for an app where a request of the CRM is kept: no account has the number 0.
    pub fn of_app(app: u64) -> Self {
        Self { account: 0, name: app.to_string() }
    }

    /// The app that it stands for.
    pub fn app(&self) -> Option<u64> {
        if self.account == 0 { self.name.parse().ok() } else { None }
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.account, self.name)
    }
}

/// Whose state it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A connection's.
    Connection(ConnectionId),
    /// That of a CRM's plug: one account of one app.
    App {
        /// The app's id.
        app: u64,
        /// The CRM's number of the account.
        account: u64,
    },
}

/// Something kept between operations.
#[derive(Clone, PartialEq)]
pub struct StateEntry {
    /// Its key.
    pub key: String,
    /// Its value; that of a captured one is a secret.
    pub value: String,
    /// Whether plugs may see only that it is there.
    pub captured: bool,
    /// Epoch milliseconds after which it is not there any more.
    pub expires_at: Option<u64>,
}

impl fmt::Debug for StateEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.captured { "…" } else { &self.value };
        write!(formatter, "StateEntry({} = {value}, expires {:?})", self.key, self.expires_at)
    }
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperationKind {
    /// Makes a conference.
    Create,
    /// Changes one.
    Update,
    /// Takes one back.
    Delete,
    /// Looks a user up.
    VerifyUser,
    /// Asks for telephone numbers.
    PhoneNumbers,
    /// Reads a delivery.
    Receive,
}

/// An operation as it begins: all that is needed to run it again.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Ours: 32 hexadecimal digits.
    pub id: String,
    /// What it does.
    pub kind: OperationKind,
    /// The app that asked; none for a delivery of a provider.
    pub app: Option<u64>,
    /// Whose plug runs it.
    pub connection: ConnectionId,
    /// SHA-256 of the plug's file.
    pub plug: String,
    /// The conference that it is about or would make: our id.
    pub conference: Option<String>,
    /// SHA-256 over the request with its proof, in hexadecimal: what a repeat byte for byte has too.
    pub request: Option<String>,
    /// SHA-256 over account, user, topic and times of a create, in hexadecimal.
    pub fingerprint: Option<String>,
    /// What was asked, as JSON that the flow reads back.
    pub input: String,
    /// The context without its exchanges, as JSON that the flow reads back.
    pub context: String,
    /// Epoch milliseconds.
    pub started_at: u64,
}

/// How an operation ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The outcome, as JSON that the flow reads back; for a repeat of the request.
    pub outcome: String,
    /// Whether that is a success.
    pub succeeded: bool,
    /// What was, or may have been, left at the provider: a sentence for the operator.
    pub leftover: Option<String>,
    /// Epoch milliseconds.
    pub finished_at: u64,
}

/// An operation that ended, for a repeat of its request.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The operation.
    pub id: String,
    /// What it did.
    pub kind: OperationKind,
    /// The outcome, as [`Ending::outcome`].
    pub outcome: String,
    /// The conference that it made or was about.
    pub conference: Option<Conference>,
    /// Whether the CRM took the answer.
    pub acknowledged: bool,
    /// Whether it is known that nobody had the answer. Neither: a crash came first, or it is on its way.
    pub answer_lost: bool,
}

/// An effect of an operation, and what came of it.
#[derive(Clone, Debug)]
pub struct Exchanged {
    /// What was asked for.
    pub effect: JournaledEffect,
    /// What came of it; none where a crash came first.
    pub exchange: Option<Exchange>,
}

/// An operation that a crash interrupted.
#[derive(Clone, Debug)]
pub struct Journal {
    /// As it began.
    pub operation: Operation,
    /// What it asked for, in order.
    pub exchanges: Vec<Exchanged>,
}

/// A conference that we made.
#[derive(Clone, Debug, PartialEq)]
pub struct Conference {
    /// Ours: 32 hexadecimal digits.
    pub id: String,
    /// The app that asked for it.
    pub app: u64,
    /// The connection whose plug made it.
    pub connection: ConnectionId,
    /// The provider's id.
    pub provider_id: String,
    /// The provider's present link.
    pub join_url: String,
    /// How to join.
    pub details: String,
    /// The CRM's number of the user.
    pub user_id: u64,
    /// The user as the CRM wrote them.
    pub user: String,
    /// The meeting's title.
    pub topic: String,
    /// Epoch milliseconds.
    pub start: u64,
    /// Epoch milliseconds.
    pub end: u64,
    /// Epoch milliseconds.
    pub created_at: u64,
    /// Epoch milliseconds; none while it is there.
    pub deleted_at: Option<u64>,
}

impl Conference {
    /// The last part of our link to it.
    pub fn link(&self) -> String {
        cordboard_core::link(&self.id)
    }
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Its events are kept.
    Accepted,
    /// Its sender broke its own contract.
    Malformed,
    /// Of a kind that the plug does not know; tried again under another plug.
    Unsupported,
    /// The plug broke; tried again under another plug.
    #[serde(rename = "quarantined")]
    DeadLettered,
}

/// A request from outside, raw, with what became of it.
#[derive(Clone)]
pub struct InboundRequest {
    /// Ours: 32 hexadecimal digits.
    pub id: String,
    /// The connection it came for; that of a CRM's request has the app's id for a name.
    pub connection: ConnectionId,
    /// The declared route.
    pub route: String,
    /// In upper case.
    pub method: String,
    /// Without the question mark.
    pub query: String,
    /// Those that the plug may see.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The raw bytes.
    pub body: Vec<u8>,
    /// Epoch milliseconds.
    pub received_at: u64,
    /// What became of it.
    pub verdict: Verdict,
    /// Why, where it was not accepted.
    pub detail: String,
    /// SHA-256 of the plug's file.
    pub plug: String,
}

impl fmt::Debug for InboundRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "InboundRequest({} for {} {}, {:?})", self.id, self.connection, self.route, self.verdict)
    }
}

/// An event to keep.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// The delivery it came with.
    pub inbound_request: String,
    /// Whose.
    pub connection: ConnectionId,
    /// The declared route.
    pub route: String,
    /// Equal for two deliveries of one fact: the plug's key, or the host's over the raw bytes.
    pub dedupe_key: String,
    /// For how long a key counts, in milliseconds; none: for ever.
    pub dedupe_within: Option<u64>,
    /// The event.
    pub event: MeetingEvent,
    /// Epoch milliseconds.
    pub received_at: u64,
}

/// An event that was kept, with the conference that it is about.
#[derive(Clone, Debug)]
pub struct StoredEvent {
    /// Grows by at least one with each event.
    pub sequence: u64,
    /// As it came.
    pub event: NewEvent,
    /// The conference that we made, where it is one.
    pub conference: Option<Conference>,
}

/// Which events.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Only with a greater sequence number.
    pub after: u64,
    /// Only of this account.
    pub account: Option<u64>,
    /// Only of this conference, by our id.
    pub conference: Option<String>,
    /// The last so many of what matches, still in order, instead of the first.
    pub last: bool,
    /// At most so many.
    pub limit: usize,
}
