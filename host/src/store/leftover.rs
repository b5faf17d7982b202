//! Lines of `cordboard status` that need the operator's attention.

use std::fmt;
use std::str::FromStr;

use super::record::{Conference, ConnectionId, OperationKind};

/// Something that may need the operator's hand.
#[derive(Clone, Debug)]
pub struct Leftover {
    /// The operation.
    pub operation: String,
    /// What it did.
    pub kind: OperationKind,
    /// Whose plug.
    pub connection: ConnectionId,
    /// The conference, where one is known.
    pub conference: Option<Conference>,
    /// Why: a sentence.
    pub why: String,
    /// Epoch milliseconds.
    pub at: u64,
    /// Whether it is a conference whose caller is not known to have the answer, rather than something left behind.
    pub unacknowledged_create: bool,
    /// When the operator acknowledged it, in epoch milliseconds.
    pub acknowledged_at: Option<u64>,
    /// Where it stands among all.
    pub cursor: Cursor,
}

/// Which leftovers.
#[derive(Clone, Debug, Default)]
pub struct LeftoverFilter {
    /// Only of this account.
    pub account: Option<u64>,
    /// Only lines behind this one, which are older.
    pub before: Option<Cursor>,
    /// Also those that were acknowledged.
    pub acknowledged: bool,
    /// At most so many.
    pub limit: usize,
}

impl LeftoverFilter {
    /// The newest that nobody has acknowledged.
    pub fn newest(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }
}

/// A place in the list of leftovers, which holds whatever is acknowledged or pruned. It is written `AT-SEQUENCE-0`, or
/// `…-1` for an unacknowledged conference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Epoch milliseconds.
    pub at: u64,
    /// The operation's place in the store.
    pub sequence: u64,
    /// Whether it is the line of an unacknowledged conference.
    pub unacknowledged_create: bool,
}

impl Cursor {
    /// Before this time everything is older than the cursor, and nothing else.
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
        read().ok_or("not a cursor: take the one that the page before ends with")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_is_written() {
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
