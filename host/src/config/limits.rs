//! How much one account may ask for, so that none is left without by another.

use super::entry::Table;
use super::fault::Faults;
use super::reference::LIMITS;

/// Where nothing is said of the burst: as many seconds' worth.
const BURST_SECONDS: u32 = 4;

/// What one account may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountLimits {
    /// Operations and deliveries that are under way together.
    pub at_once: u32,
    /// Operations and deliveries that begin in a second, over time.
    pub per_second: u32,
    /// Operations and deliveries that begin at one moment, after a rest.
    pub burst: u32,
}

/// What is written of them in one table.
#[derive(Clone, Copy, Default)]
pub(super) struct Written {
    at_once: Option<u32>,
    per_second: Option<u32>,
    burst: Option<u32>,
}

impl Default for AccountLimits {
    fn default() -> Self {
        Written::default().into()
    }
}

impl Written {
    /// Reads the table `limits` of another one; none where it is wrong.
    pub fn read(table: &Table<'_>, faults: &mut Faults) -> Option<Self> {
        let Some(entry) = table.find("limits") else { return Some(Self::default()) };
        let table = Table::open(&entry, &LIMITS, faults)?;
        let mut number = |key, most| {
            table.read_or(key, None, faults, |entry, faults| Some(u32::try_from(entry.integer(1..=most, faults)?).ok()))
        };
        let (at_once, per_second, burst) =
            (number("at-once", 512), number("per-second", 1_000_000), number("burst", 1_000_000));
        Some(Self { at_once: at_once?, per_second: per_second?, burst: burst? })
    }

    /// These, and for what they do not say `others`.
    pub fn or(self, others: Self) -> Self {
        Self {
            at_once: self.at_once.or(others.at_once),
            per_second: self.per_second.or(others.per_second),
            burst: self.burst.or(others.burst),
        }
    }
}

impl From<Written> for AccountLimits {
    fn from(written: Written) -> Self {
        let per_second = written.per_second.unwrap_or(500);
        Self {
            at_once: written.at_once.unwrap_or(128),
            per_second,
            burst: written.burst.unwrap_or_else(|| per_second.saturating_mul(BURST_SECONDS)),
        }
    }
}
