//! Limits the CPU time that each token may spend on compiling.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::error::QuotaExceeded;
use super::loaded_plugs::lock;

const HOUR: Duration = Duration::from_secs(3600);

/// A budget per token that refills continuously, completely within an hour. A token that has any budget left may
/// compile one more file, however long that takes. An overdraft delays its next file.
pub(super) struct CompileBudget {
    per_hour: Duration,
    // Bounded, because only configured tokens get here.
    spent: Mutex<HashMap<String, Spent>>,
}

struct Spent {
    time: Duration,
    at: Instant,
}

impl CompileBudget {
    pub(super) fn new(per_hour: Duration) -> Self {
        Self { per_hour, spent: Mutex::default() }
    }

    /// Checks that a token may compile a file at `now`.
    ///
    /// # Errors
    /// If the token's budget is used up.
    pub(super) fn check(&self, token: &str, now: Instant) -> Result<(), QuotaExceeded> {
        let spent = self.spent(token, now);
        if spent < self.per_hour {
            return Ok(());
        }
        // Wait for a tenth of the budget, so that it is not used up again immediately.
        let excess = spent - self.per_hour + self.per_hour / 10;
        let share = excess.as_secs_f64() / self.per_hour.as_secs_f64().max(f64::MIN_POSITIVE);
        let retry_after = Duration::try_from_secs_f64(HOUR.as_secs_f64() * share).unwrap_or(HOUR);
        Err(QuotaExceeded::CompileTime {
            token: token.to_owned(),
            seconds: self.per_hour.as_secs(),
            retry_after: retry_after.as_secs().max(1),
        })
    }

    /// Charges a token for the time `used` until `now`.
    pub(super) fn charge(&self, token: &str, used: Duration, now: Instant) {
        let time = self.spent(token, now).saturating_add(used);
        lock(&self.spent).insert(token.to_owned(), Spent { time, at: now });
    }

    /// The time spent that has not been refilled by `now`.
    fn spent(&self, token: &str, now: Instant) -> Duration {
        let spent = lock(&self.spent);
        let Some(Spent { time, at }) = spent.get(token) else { return Duration::ZERO };
        let refilled = self.per_hour.mul_f64(now.saturating_duration_since(*at).as_secs_f64() / HOUR.as_secs_f64());
        time.saturating_sub(refilled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_has_a_budget_that_refills() {
        let budget = CompileBudget::new(Duration::from_secs(600));
        let began = Instant::now();
        let after = |seconds| began + Duration::from_secs(seconds);
        budget.charge("a", Duration::from_secs(599), began);
        assert_eq!(budget.check("a", began), Ok(()));
        // A last file overdraws the budget.
        budget.charge("a", Duration::from_secs(31), began);
        let Err(QuotaExceeded::CompileTime { retry_after, .. }) = budget.check("a", began) else { panic!() };
        assert_eq!(retry_after, (30 + 60) * 6);
        assert_eq!(budget.check("b", began), Ok(()));
        assert!(budget.check("a", after(179)).is_err());
        assert_eq!(budget.check("a", after(retry_after)), Ok(()));
        assert_eq!(budget.spent("a", after(2 * 3600)), Duration::ZERO);
    }
}
