//! Records of generations and rollouts, the audit log, and shadow differences.

use std::fmt;

use cordboard_core::AccountId;
use serde::{Deserialize, Serialize};

use super::{ConnectionId, OwnerId};

/// Why a generation was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// It comes from the configuration.
    Configured,
    /// An operator activated a plug.
    Activated,
}

/// A plug with its settings, grants and secrets. Immutable.
#[derive(Clone)]
pub struct GenerationRecord {
    /// The connection or app.
    pub owner: OwnerId,
    /// The number, counting up from 1 for each owner.
    pub number: u64,
    /// `sha256:` and the digest of the plug's file.
    pub plug: String,
    /// The plug's name and version, for display.
    pub name: String,
    /// Settings, secrets and grants, encrypted.
    pub content: Vec<u8>,
    /// Equal for equal content, without revealing it.
    pub fingerprint: String,
    /// Why it was made.
    pub cause: Cause,
    /// Who made it.
    pub by: String,
    /// When it was made, in epoch milliseconds.
    pub made_at: u64,
    /// The generation that it replaced, which a rollback returns to.
    pub before: Option<u64>,
}

impl fmt::Debug for GenerationRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "GenerationRecord({} #{}, {})", self.owner, self.number, self.plug)
    }
}

/// A candidate under trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its generation.
    pub number: u64,
    /// The share of a canary, in hundredths of a percent; none for a shadow.
    pub canary: Option<u16>,
}

/// The live generation and the candidate of a connection or app.
#[derive(Clone, Debug, PartialEq)]
pub struct Serving {
    /// The connection or app.
    pub owner: OwnerId,
    /// The live generation.
    pub live: u64,
    /// The candidate, if any.
    pub candidate: Option<Candidate>,
    /// The plug that the configuration named when it was last read.
    pub configured_plug: String,
    /// The fingerprint of the remaining configuration at that time, so that a reload only applies what has changed
    /// since.
    pub configured: String,
    /// Whether the live plug differs from the configured one.
    pub pinned: bool,
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// The sequence number, which increases with each entry; 0 before the entry is stored.
    pub sequence: u64,
    /// When it happened, in epoch milliseconds.
    pub at: u64,
    /// Who did it: the name of a token, `configuration`, or `watch`.
    pub actor: String,
    /// The action, such as `activate`.
    pub action: String,
    /// The account concerned; none if it concerns all.
    pub account: Option<AccountId>,
    /// The target of the action.
    pub target: String,
    /// The state before.
    pub from: String,
    /// The state after.
    pub to: String,
}

/// A difference between a shadow candidate and the live generation.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferenceRecord {
    /// The connection.
    pub connection: ConnectionId,
    /// The candidate's generation.
    pub candidate: u64,
    /// The operation's id.
    pub operation: String,
    /// The kind of operation, such as `create`.
    pub kind: String,
    /// How many effects the two had in common.
    pub after: usize,
    /// What the live generation did next, as truncated JSON.
    pub live: String,
    /// What the candidate did next, as truncated JSON.
    pub other: String,
    /// When it was observed, in epoch milliseconds.
    pub seen_at: u64,
}
