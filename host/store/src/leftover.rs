//! Leftovers: the lines of `cordboard status` that need the operator's attention.

use std::fmt;
use std::str::FromStr;

use cordboard_core::AccountId;

use super::record::OperationKind;
use super::{Conference, ConnectionId};

/// A line that may need the operator's attention.
#[derive(Clone, Debug)]
pub struct Leftover {
    /// The operation's id.
    pub operation: String,
    /// The kind of operation.
    pub kind: OperationKind,
    /// The connection.
    pub connection: ConnectionId,
    /// The conference, if known.
    pub conference: Option<Conference>,
    /// The reason, as a sentence.
    pub why: String,
    /// When the operation ended, in epoch milliseconds.
    pub at: u64,
    /// Whether this is a conference whose creation the CRM has not acknowledged, rather than something left at a
    /// provider.
    pub unacknowledged_create: bool,
    /// When the operator acknowledged it, in epoch milliseconds.
    pub acknowledged_at: Option<u64>,
    /// Its position in the list.
    pub cursor: Cursor,
}

/// Selects leftovers.
#[derive(Clone, Debug, Default)]
pub struct LeftoverFilter {
    /// Only leftovers of this account.
    pub account: Option<AccountId>,
    /// Only lines after this one, which are older.
    pub before: Option<Cursor>,
    /// Whether to include acknowledged lines.
    pub acknowledged: bool,
    /// The maximum number of lines.
    pub limit: usize,
}

impl LeftoverFilter {
    /// Selects the newest `limit` lines that are not acknowledged.
    pub fn newest(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }
}

/// A position in the list of leftovers. It stays valid when lines are acknowledged or pruned. Its text form is
/// `AT-SEQUENCE-0`, or `AT-SEQUENCE-1` for an unacknowledged conference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The time of the line, in epoch milliseconds.
    pub at: u64,
    /// The operation's sequence number in the store.
    pub sequence: u64,
    /// Whether this is the line of an unacknowledged conference.
    pub unacknowledged_create: bool,
}

impl Cursor {
    /// A cursor such that exactly the lines older than `time` follow it.
    pub fn at(time: u64) -> Self {
        Self { at: time, sequence: 0, unacknowledged_create: false }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}-{}", self.at, self.sequence, u8::from(self.unacknowledged_create))
    }
}

impl FromStr for Cursor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let mut parts = text.split('-');
            let (at, sequence, unacknowledged_create) = (parts.next()?, parts.next()?, parts.next()?);
            let unacknowledged_create = match unacknowledged_create {
                "0" => false,
                "1" => true,
                _ => return None,
            };
            let cursor = Self { at: at.parse().ok()?, sequence: sequence.parse().ok()?, unacknowledged_create };
            parts.next().is_none().then_some(cursor)
        };
        read().ok_or("not a cursor: use the one at the end of the previous page")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_a_round_trip_through_text() {
        for cursor in [
            Cursor { at: 1_767_225_600_000, sequence: 7, unacknowledged_create: true },
            Cursor::at(0),
            Cursor::at(u64::MAX),
        ] {
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        for wrong in ["", "1", "1-2", "1-2-3", "1-2-0-", "a-2-0", "-1-2-0", "1-2-0-4", "99999999999999999999-1-0"] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }
}
