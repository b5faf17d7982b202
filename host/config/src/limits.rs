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

/// The limits of an account as its table and the one above it set them.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    max_in_flight: u32,
    requests_per_second: u32,
    /// None for the default, which depends on the rate.
    burst: Option<u32>,
    bytes_per_second: u64,
    stored_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_in_flight: 128,
            requests_per_second: 500,
            burst: None,
            bytes_per_second: DEFAULT_BYTES_PER_SECOND,
            stored_bytes: DEFAULT_STORED_BYTES,
        }
    }
}

impl Default for AccountLimits {
    fn default() -> Self {
        Limits::default().into()
    }
}

impl Limits {
    /// Reads `limits` from the top level or an account. Missing limits are those of `default`. Returns `None` if it is
    /// invalid.
    pub fn read(table: &Table<'_>, default: Self, faults: &mut Faults) -> Option<Self> {
        let Some(entry) = table.find("limits") else { return Some(default) };
        let table = Table::open(&entry, &LIMITS, faults)?;
        let max_in_flight = table.integer_or("max-in-flight", default.max_in_flight, 1..=512, faults);
        let rate = table.integer_or("requests-per-second", default.requests_per_second, 1..=1_000_000, faults);
        let burst = table
            .read_or("burst", default.burst, faults, |entry, faults| Some(Some(entry.integer(1..=1_000_000, faults)?)));
        let bytes_per_second = table.integer_or("bytes-per-second", default.bytes_per_second, 1..=1 << 30, faults);
        let stored_bytes = table.integer_or("stored-bytes", default.stored_bytes, 1..=1 << 50, faults);
        Some(Self {
            max_in_flight: max_in_flight?,
            requests_per_second: rate?,
            burst: burst?,
            bytes_per_second: bytes_per_second?,
            stored_bytes: stored_bytes?,
        })
    }
}

impl From<Limits> for AccountLimits {
    fn from(limits: Limits) -> Self {
        let Limits { max_in_flight, requests_per_second, burst, bytes_per_second, stored_bytes } = limits;
        let burst = burst.unwrap_or_else(|| requests_per_second.saturating_mul(BURST_SECONDS));
        Self { max_in_flight, requests_per_second, burst, bytes_per_second, stored_bytes }
    }
}
