//! What an account takes of what all accounts share, and how much it may.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::config::AccountLimits;

use super::Lane;
use super::bucket::{Bucket, now};

/// Until a request is worth sending again that was one too many at one time.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// What an account has under way, and what it asked for lately. It goes with the account from one world to the next, so
/// that no change lets an account off what it has taken.
#[derive(Debug, Default)]
pub struct Meter {
    under_way: AtomicU32,
    asked: Bucket,
    lane: Lane,
}

impl Meter {
    /// Counts a request of the account, which has proved to be authentic: a forger must not use up another's share.
    ///
    /// # Errors
    /// Where the account is over one of its limits; then nothing is counted.
    pub fn admit(self: &Arc<Self>, account: u64, limits: &AccountLimits) -> Result<Admitted, Excess> {
        self.admit_at(account, limits, now())
    }

    fn admit_at(self: &Arc<Self>, account: u64, limits: &AccountLimits, now: Duration) -> Result<Admitted, Excess> {
        let more = |under_way: u32| (under_way < limits.at_once).then(|| under_way.saturating_add(1));
        if self.under_way.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_err() {
            return Err(Excess { account, limit: Limit::AtOnce(limits.at_once), again_after: AGAIN_AFTER });
        }
        let admitted = Admitted(Arc::new(Place { account, meter: Arc::clone(self) }));
        let each = Duration::from_secs(1) / limits.per_second.max(1);
        match self.asked.put(now, each, each.saturating_mul(limits.burst)) {
            Ok(()) => Ok(admitted),
            Err(again_after) => Err(Excess { account, limit: Limit::PerSecond(limits.per_second), again_after }),
        }
    }

    /// How many requests are answered, and operations carried out, right now.
    pub fn under_way(&self) -> u32 {
        self.under_way.load(Ordering::Relaxed)
    }

    /// Where slow calls of the account's plugs take turns.
    pub fn lane(&self) -> &Lane {
        &self.lane
    }
}

/// A request that was counted: it is under way until the last of its clones is dropped.
#[derive(Clone, Debug)]
pub struct Admitted(Arc<Place>);

#[derive(Debug)]
struct Place {
    account: u64,
    meter: Arc<Meter>,
}

impl Admitted {
    /// Whose request it is.
    pub fn account(&self) -> u64 {
        self.0.account
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.meter.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An account asked for more than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excess {
    /// Whose limit it is.
    pub account: u64,
    /// Which.
    pub limit: Limit,
    /// Until it is worth asking again.
    pub again_after: Duration,
}

/// A limit of an account, and how much it allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Operations and deliveries under way together.
    AtOnce(u32),
    /// Requests a second.
    PerSecond(u32),
}

impl Excess {
    /// A short word for counters.
    pub fn reason(&self) -> &'static str {
        match self.limit {
            Limit::AtOnce(_) => "account-at-once",
            Limit::PerSecond(_) => "account-per-second",
        }
    }

    /// Until it is worth asking again, in whole seconds, at least one.
    pub fn seconds(&self) -> u64 {
        let begun = u64::from(self.again_after.subsec_nanos() > 0);
        self.again_after.as_secs().saturating_add(begun).max(1)
    }
}

impl fmt::Display for Excess {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, limit, .. } = self;
        let key = match limit {
            Limit::AtOnce(most) => {
                write!(formatter, "account {account} has {most} operations and deliveries under way, its most")?;
                "at-once"
            }
            Limit::PerSecond(most) => {
                write!(formatter, "account {account} asks for more than {most} operations and deliveries a second")?;
                "per-second"
            }
        };
        let seconds = self.seconds();
        write!(formatter, ": send the request again in {seconds} s, or let the owner raise its `{key}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: AccountLimits = AccountLimits { at_once: 2, per_second: 10, burst: 4 };

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_place_is_free_when_the_last_who_holds_it_is_gone() {
        let meter = Arc::new(Meter::default());
        let first = meter.admit_at(7, &LIMITS, at(0)).unwrap();
        let second = meter.admit_at(7, &LIMITS, at(0)).unwrap();
        let goes_on = first.clone();
        drop(first);
        let excess = meter.admit_at(7, &LIMITS, at(0)).unwrap_err();
        assert_eq!((excess.limit, excess.reason(), excess.seconds()), (Limit::AtOnce(2), "account-at-once", 1));
        drop(goes_on);
        assert_eq!(meter.under_way(), 1);
        assert_eq!(meter.admit_at(7, &LIMITS, at(0)).unwrap().account(), 7);
        drop(second);
        assert_eq!(meter.under_way(), 0);
    }

    #[test]
    fn who_asks_too_often_is_told_when_to_come_back_and_holds_no_place() {
        let meter = Arc::new(Meter::default());
        assert!((0..4).all(|_| meter.admit_at(7, &LIMITS, at(0)).is_ok()));
        let excess = meter.admit_at(7, &LIMITS, at(0)).unwrap_err();
        assert_eq!((excess.limit, excess.again_after, excess.seconds()), (Limit::PerSecond(10), at(100), 1));
        assert_eq!(meter.under_way(), 0);
        assert!(meter.admit_at(7, &LIMITS, at(100)).is_ok());
        assert!(meter.admit_at(7, &LIMITS, at(100)).is_err());
    }

    /// Or who has too much under way would be kept out longer for asking.
    #[test]
    fn what_is_refused_for_its_place_does_not_count_as_asked() {
        let meter = Arc::new(Meter::default());
        let held = [(); 2].map(|()| meter.admit_at(7, &LIMITS, at(0)).unwrap());
        assert!((0..100).all(|_| meter.admit_at(7, &LIMITS, at(0)).is_err()));
        drop(held);
        assert!((0..2).all(|_| meter.admit_at(7, &LIMITS, at(0)).is_ok()));
    }

    #[test]
    fn other_limits_hold_for_what_was_taken_already() {
        let meter = Arc::new(Meter::default());
        let _held = [(); 2].map(|()| meter.admit_at(7, &LIMITS, at(0)).unwrap());
        let raised = AccountLimits { at_once: 3, ..LIMITS };
        let _third = meter.admit_at(7, &raised, at(0)).unwrap();
        assert_eq!(meter.admit_at(7, &LIMITS, at(0)).unwrap_err().limit, Limit::AtOnce(2));
        let slower = AccountLimits { at_once: 9, per_second: 1, burst: 1 };
        let excess = meter.admit_at(7, &slower, at(0)).unwrap_err();
        assert_eq!((excess.reason(), excess.again_after), ("account-per-second", at(300)));
    }

    #[test]
    fn an_excess_names_its_mend() {
        let excess = Excess { account: 7, limit: Limit::PerSecond(10), again_after: at(1_001) };
        let told = "account 7 asks for more than 10 operations and deliveries a second: send the request again in 2 s, \
                    or let the owner raise its `per-second`";
        assert_eq!(excess.to_string(), told);
    }
}
