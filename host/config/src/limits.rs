//! The `limits` tables: limits of each account, so that one account cannot starve the others.

use super::entry::Table;
use super::fault::Faults;
use super::reference::LIMITS;

/// The default burst, in seconds of the sustained rate.
pub const BURST_SECONDS: u32 = 4;

/// A thousand times what a busy account sends in webhooks of a few kilobytes, and a fraction of a disk's throughput.
const DEFAULT_BYTES_PER_SECOND: u64 = 1 << 20;

/// Ten times what 5,000 webhooks and 1,000 meetings a day add up to in 90 days, yet too little for one account to fill
/// a typical disk.
const DEFAULT_STORED_BYTES: u64 = 10 << 30;

/// Limits of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountLimits {
    /// Maximum number of requests in flight.
    pub max_in_flight: u32,
    /// Maximum sustained rate of requests.
    pub requests_per_second: u32,
    /// Maximum number of requests at once after an idle period.
    pub burst: u32,
    /// Maximum sustained rate of bytes that requests carry and operations write.
    pub bytes_per_second: u64,
    /// Maximum size of the account's stored data, in bytes.
    pub stored_bytes: u64,
}

/// The limits that one table sets.
#[derive(Clone, Copy, Default)]
pub(super) struct Written {
    max_in_flight: Option<u32>,
    requests_per_second: Option<u32>,
    burst: Option<u32>,
    bytes_per_second: Option<u64>,
    stored_bytes: Option<u64>,
}

impl Default for AccountLimits {
    fn default() -> Self {
        Written::default().into()
    }
}

impl Written {
    /// Reads `limits` from the top level or an account. Returns `None` if it is invalid.
    pub fn read(table: &Table<'_>, faults: &mut Faults) -> Option<Self> {
        let Some(entry) = table.find("limits") else { return Some(Self::default()) };
        let table = Table::open(&entry, &LIMITS, faults)?;
        let mut number = |key, max| {
            table.read_or(key, None, faults, |entry, faults| Some(u32::try_from(entry.integer(1..=max, faults)?).ok()))
        };
        let (max_in_flight, requests_per_second, burst) =
            (number("max-in-flight", 512), number("requests-per-second", 1_000_000), number("burst", 1_000_000));
        let mut bytes =
            |key, max| table.read_or(key, None, faults, |entry, faults| Some(Some(entry.integer(1..=max, faults)?)));
        let (bytes_per_second, stored_bytes) = (bytes("bytes-per-second", 1 << 30), bytes("stored-bytes", 1 << 50));
        Some(Self {
            max_in_flight: max_in_flight?,
            requests_per_second: requests_per_second?,
            burst: burst?,
            bytes_per_second: bytes_per_second?,
            stored_bytes: stored_bytes?,
        })
    }

    /// Takes missing limits from `others`.
    pub fn or(self, others: Self) -> Self {
        Self {
            max_in_flight: self.max_in_flight.or(others.max_in_flight),
            requests_per_second: self.requests_per_second.or(others.requests_per_second),
            burst: self.burst.or(others.burst),
            bytes_per_second: self.bytes_per_second.or(others.bytes_per_second),
            stored_bytes: self.stored_bytes.or(others.stored_bytes),
        }
    }
}

impl From<Written> for AccountLimits {
    fn from(written: Written) -> Self {
        let requests_per_second = written.requests_per_second.unwrap_or(500);
        Self {
            max_in_flight: written.max_in_flight.unwrap_or(128),
            requests_per_second,
            burst: written.burst.unwrap_or_else(|| requests_per_second.saturating_mul(BURST_SECONDS)),
            bytes_per_second: written.bytes_per_second.unwrap_or(DEFAULT_BYTES_PER_SECOND),
            stored_bytes: written.stored_bytes.unwrap_or(DEFAULT_STORED_BYTES),
        }
    }
}
