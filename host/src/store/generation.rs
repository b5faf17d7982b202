//! Which plug serves whom, now and before, as records.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ConnectionId;

/// Why a generation was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The configuration says so.
    Configured,
    /// Somebody activated a plug.
    Activated,
}

/// A plug with its settings, grants and secrets, as it was made. Never changed. An app's stands under
/// [`ConnectionId::of_app`].
#[derive(Clone)]
pub struct GenerationRecord {
    /// Whose.
    pub connection: ConnectionId,
    /// Counts up from 1 for each connection.
    pub number: u64,
    /// `sha256:` and the digest of the plug's file.
    pub plug: String,
    /// The plug's name and version, for people.
    pub name: String,
    /// Settings, secrets and grants, sealed.
    pub content: Vec<u8>,
    /// Equal for equal content; tells nothing of it.
    pub fingerprint: String,
    /// Why it was made.
    pub cause: Cause,
    /// Who made it.
    pub by: String,
    /// Epoch milliseconds.
    pub made_at: u64,
    /// The generation whose place it took; rolling back leads there.
    pub before: Option<u64>,
}

impl fmt::Debug for GenerationRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "GenerationRecord({} #{}, {})", self.connection, self.number, self.plug)
    }
}

/// A candidate that is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its generation.
    pub number: u64,
    /// The share that it serves, in hundredths of a percent; none for one in the shadow.
    pub canary: Option<u16>,
}

/// What serves a connection or app.
#[derive(Clone, Debug, PartialEq)]
pub struct Serving {
    /// Whose.
    pub connection: ConnectionId,
    /// The live generation.
    pub live: u64,
    /// A candidate beside it.
    pub candidate: Option<Candidate>,
    /// The plug as the configuration named it when it was last read.
    pub configured_plug: String,
    /// The fingerprint of what the configuration said beside it then: what has not changed there since does not count
    /// anew.
    pub configured: String,
    /// Whether the live plug is another than the one that is configured.
    pub pinned: bool,
}

/// Who changed what.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Grows with each entry; 0 for one that is not kept yet.
    pub sequence: u64,
    /// Epoch milliseconds.
    pub at: u64,
    /// Who: the name of a token, `configuration`, `watch`.
    pub who: String,
    /// What they did, such as `activate`.
    pub what: String,
    /// The account that it is about; none for what is about all.
    pub account: Option<u64>,
    /// What it was done to.
    pub target: String,
    /// How that was before.
    pub from: String,
    /// How it is since.
    pub to: String,
}

/// What a candidate in the shadow did otherwise than the live generation.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferenceRecord {
    /// Whose.
    pub connection: ConnectionId,
    /// The candidate's generation.
    pub candidate: u64,
    /// The operation.
    pub operation: String,
    /// What was asked, such as `create`.
    pub kind: String,
    /// How many effects both had in common.
    pub after: usize,
    /// What the live one did then, as JSON, cut at a length.
    pub live: String,
    /// What the candidate did, likewise.
    pub other: String,
    /// Epoch milliseconds.
    pub seen_at: u64,
}
