//! Limits how much of the shared resources an account uses.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use cordboard_core::AccountId;

use cordboard_config::{AccountLimits, BURST_SECONDS};

use crate::rate_limiter::{RateLimiter, now};
use crate::throttle::Throttle;

use super::{ActivityLimiter, SlowCallLimiter};

/// When to retry a request that exceeded the limit on requests in progress.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// When to retry a request that exceeded the limit on stored bytes: pruning frees bytes every hour.
const STORED_RETRY_AFTER: Duration = Duration::from_secs(600);

/// The longest time for which an account is refused because of bytes that its operations wrote.
const MAX_DEBT: Duration = Duration::from_secs(300);

/// Changes of existing conferences may exceed the limit on stored bytes by one part in this many.
const RESERVE: u64 = 16;

/// The requests in progress and the recent usage of an account. It moves with the account from one topology to the
/// next, so that a change does not reset it.
#[derive(Debug, Default)]
pub struct AccountLimiter {
    in_flight: AtomicU32,
    requests: RateLimiter,
    bytes: RateLimiter,
    // Bytes a second, according to the limits at the last request.
    rate: AtomicU64,
    /// Limits concurrent slow calls of the account's plugs.
    pub slow_calls: SlowCallLimiter,
    /// Limits how many of the account's operations are worked on at a time.
    pub activity: ActivityLimiter,
    /// Limits log lines about requests to providers that failed or were refused.
    pub failed_requests: Throttle,
    /// Limits log lines about failed plug calls. Separate, so that failed requests do not suppress them.
    pub broken_plugs: Throttle,
}

/// What a request uses besides its slot.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    /// The size of its body in bytes.
    pub body: usize,
    /// The number of bytes that its account has stored.
    pub stored: u64,
    /// Whether it changes or deletes something that exists. Such requests may use a reserve of stored bytes, so that a
    /// full account can still update and delete conferences.
    pub changes: bool,
}

impl AccountLimiter {
    /// Counts an authenticated request of the account. Forged requests must not count, or they would use up its limits.
    /// `now` is the time of the process's monotonic clock.
    ///
    /// # Errors
    /// Returns an error if the account is over one of its limits; then nothing is counted.
    pub(super) fn admit(
        self: &Arc<Self>,
        account: &AccountId,
        limits: &AccountLimits,
        demand: Demand,
        now: Duration,
    ) -> Result<InFlightGuard, LimitExceeded> {
        let exceeded = |limit, retry_after| LimitExceeded { account: account.clone(), limit, retry_after };
        let reserve = if demand.changes { limits.stored_bytes / RESERVE } else { 0 };
        if demand.stored >= limits.stored_bytes.saturating_add(reserve) {
            let limit = Limit::StoredBytes(limits.stored_bytes);
            return Err(exceeded(limit, STORED_RETRY_AFTER));
        }
        let more = |in_flight: u32| (in_flight < limits.max_in_flight).then(|| in_flight.saturating_add(1));
        if self.in_flight.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_err() {
            return Err(exceeded(Limit::InFlight(limits.max_in_flight), RETRY_AFTER));
        }
        let admitted = InFlightGuard(Arc::new(InFlight { account: account.clone(), limiter: Arc::clone(self) }));
        self.rate.store(limits.bytes_per_second, Ordering::Relaxed);
        let taken = self.time_of(demand.body);
        // A body larger than the burst is admitted once the bucket is empty, instead of never.
        let room = (Duration::from_secs(1) * BURST_SECONDS).max(taken);
        let wait = self.bytes.level(now).saturating_add(taken).saturating_sub(room);
        if !wait.is_zero() {
            let limit = Limit::BytesPerSecond(limits.bytes_per_second);
            return Err(exceeded(limit, wait));
        }
        let each = Duration::from_secs(1) / limits.requests_per_second.max(1);
        if let Err(retry_after) = self.requests.try_acquire(now, each, each.saturating_mul(limits.burst)) {
            return Err(exceeded(Limit::RequestsPerSecond(limits.requests_per_second), retry_after));
        }
        self.bytes.charge(now, taken, MAX_DEBT);
        Ok(admitted)
    }

    /// Charges bytes that an operation of the account writes or receives from a provider. They are known only while the
    /// operation runs, so they delay the account's next requests.
    pub fn charge(&self, bytes: usize) {
        self.bytes.charge(now(), self.time_of(bytes), MAX_DEBT);
    }

    /// Returns the time that so many bytes take at the account's rate.
    fn time_of(&self, bytes: usize) -> Duration {
        let rate = match self.rate.load(Ordering::Relaxed) {
            0 => AccountLimits::default().bytes_per_second,
            rate => rate,
        };
        let nanoseconds =
            u128::from(u64::try_from(bytes).unwrap_or(u64::MAX)) * 1_000_000_000 / u128::from(rate.max(1));
        Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    }

    /// Returns the number of requests and operations in progress.
    pub fn in_flight(&self) -> u32 {
        self.in_flight.load(Ordering::Relaxed)
    }
}

/// A counted request, which is in progress until its last clone is dropped.
#[derive(Clone, Debug)]
pub struct InFlightGuard(Arc<InFlight>);

#[derive(Debug)]
struct InFlight {
    account: AccountId,
    limiter: Arc<AccountLimiter>,
}

impl InFlightGuard {
    /// Returns the account of the request.
    pub fn account(&self) -> &AccountId {
        &self.0.account
    }

    /// Returns the limiter of the account.
    pub fn limiter(&self) -> &AccountLimiter {
        &self.0.limiter
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.limiter.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An account exceeded one of its limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitExceeded {
    /// The account.
    pub account: AccountId,
    /// The limit.
    pub limit: Limit,
    /// When to retry.
    pub retry_after: Duration,
}

/// A limit of an account, with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Operations and webhook requests in progress.
    InFlight(u32),
    /// Requests a second.
    RequestsPerSecond(u32),
    /// Bytes a second.
    BytesPerSecond(u64),
    /// Stored bytes.
    StoredBytes(u64),
}

impl LimitExceeded {
    /// Returns a label for metrics.
    pub fn reason(&self) -> &'static str {
        match self.limit {
            Limit::InFlight(_) => "account-in-flight",
            Limit::RequestsPerSecond(_) => "account-requests-per-second",
            Limit::BytesPerSecond(_) => "account-bytes-per-second",
            Limit::StoredBytes(_) => "account-stored-bytes",
        }
    }

    /// Returns when to retry, in whole seconds, at least one.
    pub fn seconds(&self) -> u64 {
        let begun = u64::from(self.retry_after.subsec_nanos() > 0);
        self.retry_after.as_secs().saturating_add(begun).max(1)
    }
}

impl fmt::Display for LimitExceeded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, limit, .. } = self;
        let (key, excess) = match limit {
            Limit::InFlight(max) => {
                ("max-in-flight", format!("already has {max} operations and webhook requests in progress"))
            }
            Limit::RequestsPerSecond(max) => {
                ("requests-per-second", format!("exceeds {max} operations and webhook requests a second"))
            }
            Limit::BytesPerSecond(max) => {
                ("bytes-per-second", format!("sends and stores more than {max} bytes a second"))
            }
            Limit::StoredBytes(max) => ("stored-bytes", format!("has reached its limit of {max} stored bytes")),
        };
        let seconds = self.seconds();
        write!(formatter, "account {account} {excess}: retry in {seconds} s, or ask the operator to raise `{key}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: AccountLimits = AccountLimits {
        max_in_flight: 2,
        requests_per_second: 10,
        burst: 4,
        bytes_per_second: 1000,
        stored_bytes: 16_000,
    };
    const NOTHING: Demand = Demand { body: 0, stored: 0, changes: false };

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_slot_is_freed_when_the_last_clone_is_dropped() {
        let limiter = Arc::new(AccountLimiter::default());
        let first = limiter.admit(&7.into(), &LIMITS, NOTHING, at(0)).unwrap();
        let second = limiter.admit(&7.into(), &LIMITS, NOTHING, at(0)).unwrap();
        let clone = first.clone();
        drop(first);
        let exceeded = limiter.admit(&7.into(), &LIMITS, NOTHING, at(0)).unwrap_err();
        assert_eq!(
            (exceeded.limit, exceeded.reason(), exceeded.seconds()),
            (Limit::InFlight(2), "account-in-flight", 1)
        );
        drop(clone);
        assert_eq!(limiter.in_flight(), 1);
        assert_eq!(limiter.admit(&7.into(), &LIMITS, NOTHING, at(0)).unwrap().account(), &AccountId::from(7));
        drop(second);
        assert_eq!(limiter.in_flight(), 0);
    }

    #[test]
    fn a_request_over_the_rate_is_told_when_to_retry_and_holds_no_slot() {
        let limiter = Arc::new(AccountLimiter::default());
        assert!((0..4).all(|_| limiter.admit(&7.into(), &LIMITS, NOTHING, at(0)).is_ok()));
        let exceeded = limiter.admit(&7.into(), &LIMITS, NOTHING, at(0)).unwrap_err();
        assert_eq!(
            (exceeded.limit, exceeded.retry_after, exceeded.seconds()),
            (Limit::RequestsPerSecond(10), at(100), 1)
        );
        assert_eq!(limiter.in_flight(), 0);
        assert!(limiter.admit(&7.into(), &LIMITS, NOTHING, at(100)).is_ok());
        assert!(limiter.admit(&7.into(), &LIMITS, NOTHING, at(100)).is_err());
    }

    /// Otherwise, asking again while too much is in progress would prolong the refusal.
    #[test]
    fn a_request_over_the_in_flight_limit_does_not_count_toward_the_rate() {
        let limiter = Arc::new(AccountLimiter::default());
        let held = [(); 2].map(|()| limiter.admit(&7.into(), &LIMITS, NOTHING, at(0)).unwrap());
        assert!((0..100).all(|_| limiter.admit(&7.into(), &LIMITS, NOTHING, at(0)).is_err()));
        drop(held);
        assert!((0..2).all(|_| limiter.admit(&7.into(), &LIMITS, NOTHING, at(0)).is_ok()));
    }

    #[test]
    fn changed_limits_apply_to_earlier_usage() {
        let limiter = Arc::new(AccountLimiter::default());
        let _held = [(); 2].map(|()| limiter.admit(&7.into(), &LIMITS, NOTHING, at(0)).unwrap());
        let raised = AccountLimits { max_in_flight: 3, ..LIMITS };
        let _third = limiter.admit(&7.into(), &raised, NOTHING, at(0)).unwrap();
        assert_eq!(limiter.admit(&7.into(), &LIMITS, NOTHING, at(0)).unwrap_err().limit, Limit::InFlight(2));
        let slower = AccountLimits { max_in_flight: 9, requests_per_second: 1, burst: 1, ..LIMITS };
        let exceeded = limiter.admit(&7.into(), &slower, NOTHING, at(0)).unwrap_err();
        assert_eq!((exceeded.reason(), exceeded.retry_after), ("account-requests-per-second", at(300)));
    }

    #[test]
    fn an_exceeded_limit_names_its_fix() {
        let exceeded = LimitExceeded { account: 7.into(), limit: Limit::RequestsPerSecond(10), retry_after: at(1_001) };
        let message = "account 7 exceeds 10 operations and webhook requests a second: retry in 2 s, or ask the \
                       operator to raise `requests-per-second`";
        assert_eq!(exceeded.to_string(), message);
    }

    #[test]
    fn bytes_are_counted_when_received_and_when_written() {
        let limiter = Arc::new(AccountLimiter::default());
        let limits = AccountLimits { requests_per_second: 1_000, burst: 1_000, ..LIMITS };
        let admit = |body, now| limiter.admit(&7.into(), &limits, Demand { body, ..NOTHING }, at(now)).map(drop);
        // Four seconds' worth at once, and a body larger than that once the bucket is empty.
        assert_eq!([admit(3_000, 0), admit(1_000, 0)], [Ok(()), Ok(())]);
        let exceeded = admit(1_000, 500).unwrap_err();
        assert_eq!((exceeded.reason(), exceeded.retry_after), ("account-bytes-per-second", at(500)));
        assert_eq!([admit(1_000, 1_000), admit(9_000, 10_000)], [Ok(()), Ok(())]);
        assert_eq!(admit(0, 10_000).unwrap_err().retry_after, at(5_000));
        assert_eq!(limiter.in_flight(), 0);

        let limiter = Arc::new(AccountLimiter::default());
        limiter.admit(&7.into(), &limits, NOTHING, now()).unwrap();
        limiter.charge(60_000);
        let exceeded = limiter.admit(&7.into(), &limits, NOTHING, now()).unwrap_err();
        assert!(exceeded.retry_after > Duration::from_secs(50) && exceeded.retry_after <= Duration::from_secs(56));
        limiter.charge(usize::MAX);
        let exceeded = limiter.admit(&7.into(), &limits, NOTHING, now()).unwrap_err();
        assert!(exceeded.retry_after <= MAX_DEBT, "the debt is bounded");
    }

    #[test]
    fn an_account_over_its_stored_bytes_can_still_change_and_delete() {
        let limiter = Arc::new(AccountLimiter::default());
        let stored =
            |stored, changes| limiter.admit(&7.into(), &LIMITS, Demand { body: 0, stored, changes }, at(0)).map(drop);
        assert_eq!([stored(15_999, false), stored(16_000, true), stored(16_999, true)], [Ok(()), Ok(()), Ok(())]);
        for (stored_bytes, changes) in [(16_000, false), (17_000, true)] {
            let exceeded = stored(stored_bytes, changes).unwrap_err();
            assert_eq!((exceeded.reason(), exceeded.seconds()), ("account-stored-bytes", 600));
            assert!(exceeded.to_string().ends_with("or ask the operator to raise `stored-bytes`"), "{exceeded}");
        }
    }
}
