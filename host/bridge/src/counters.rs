//! Counters for `/metrics`, in the Prometheus text format.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use cordboard_store::Committed;

use crate::throttle::Throttle;

const REQUESTS: &str = "cordboard_requests_total";
const EVENTS: &str = "cordboard_events_total";
const ADMIN_REFUSED: &str = "cordboard_admin_refused_total";
/// Counted as the side of admin calls.
const ADMIN: &str = "admin";

/// Counters by side (`crm`, `provider`) and result.
#[derive(Default)]
pub struct Counters {
    // Keys are constants, never a sender's text, so their number is bounded.
    counts: Mutex<BTreeMap<(&'static str, &'static str, &'static str), u64>>,
    throttles: Mutex<BTreeMap<(&'static str, &'static str), Throttle>>,
    observed: Mutex<Vec<Observed>>,
}

/// A number that is read whenever `/metrics` is requested.
struct Observed {
    name: &'static str,
    kind: Kind,
    help: &'static str,
    read: Box<dyn Fn() -> Option<u64> + Send + Sync>,
}

/// The Prometheus type of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It goes up and down.
    Gauge,
    /// It only goes up.
    Counter,
}

impl Counters {
    /// Counts a request that a plug answered.
    pub fn answered(&self, side: &'static str) {
        self.add(REQUESTS, side, "answered", 1);
    }

    /// Counts a request that was refused or could not be processed. If the reason should be logged now, returns how
    /// often it was suppressed since it was last logged.
    pub fn refused(&self, side: &'static str, reason: &'static str) -> Option<u64> {
        self.add(REQUESTS, side, reason, 1);
        self.log_due(side, reason)
    }

    /// Counts a refused admin call. Returns the same as [`refused`](Self::refused).
    pub fn admin_refused(&self, reason: &'static str) -> Option<u64> {
        self.add(ADMIN_REFUSED, ADMIN, reason, 1);
        self.log_due(ADMIN, reason)
    }

    fn log_due(&self, side: &'static str, reason: &'static str) -> Option<u64> {
        self.throttles.lock().unwrap_or_else(PoisonError::into_inner).entry((side, reason)).or_default().due()
    }

    /// Counts new and duplicate events.
    pub fn events(&self, committed: Committed) {
        self.add(EVENTS, "provider", "new", committed.events as u64);
        self.add(EVENTS, "provider", "duplicate", committed.duplicates as u64);
    }

    /// Adds a number, replacing an earlier one of the same name. It is left out while `read` returns `None`.
    pub fn observe(
        &self,
        name: &'static str,
        kind: Kind,
        help: &'static str,
        read: impl Fn() -> Option<u64> + Send + Sync + 'static,
    ) {
        let mut observed = self.observed.lock().unwrap_or_else(PoisonError::into_inner);
        observed.retain(|other| other.name != name);
        observed.push(Observed { name, kind, help, read: Box::new(read) });
    }

    /// Returns how often a request had a result.
    pub fn count(&self, side: &str, result: &str) -> u64 {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let matching = counts.iter().filter(|((_, of_side, of_result), _)| *of_side == side && *of_result == result);
        matching.map(|(_, count)| count).sum()
    }

    /// Returns all numbers in the Prometheus text format.
    pub fn text(&self) -> String {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut family = "";
        let text = counts.iter().fold(String::new(), |mut text, ((name, side, result), count)| {
            if family != *name {
                family = name;
                let help = match *name {
                    REQUESTS => "Requests by result.",
                    ADMIN_REFUSED => "Refused admin API calls by reason.",
                    _ => "Events received from providers.",
                };
                let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} counter\n");
            }
            // Writing to a string cannot fail.
            let _ = match *name {
                ADMIN_REFUSED => writeln!(text, "{name}{{reason=\"{result}\"}} {count}"),
                _ => writeln!(text, "{name}{{side=\"{side}\",result=\"{result}\"}} {count}"),
            };
            text
        });
        drop(counts);
        let observed = self.observed.lock().unwrap_or_else(PoisonError::into_inner);
        observed.iter().fold(text, |mut text, Observed { name, kind, help, read }| {
            if let Some(number) = read() {
                let kind = if *kind == Kind::Gauge { "gauge" } else { "counter" };
                let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {number}\n");
            }
            text
        })
    }

    fn add(&self, name: &'static str, side: &'static str, result: &'static str, count: u64) {
        if count > 0 {
            *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry((name, side, result)).or_default() +=
                count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_observed_number_is_read_when_it_is_requested() {
        let counters = Counters::default();
        counters.observe("cordboard_things", Kind::Gauge, "Things.", || Some(1));
        counters.observe("cordboard_things", Kind::Gauge, "Things.", || Some(2));
        counters.observe("cordboard_unknown_total", Kind::Counter, "Unknown.", || None);
        let expected = "# HELP cordboard_things Things.\n# TYPE cordboard_things gauge\ncordboard_things 2\n";
        assert_eq!(counters.text(), expected);
    }

    #[test]
    fn a_flood_of_one_reason_is_counted_and_logged_once() {
        let counters = Counters::default();
        let logged: Vec<_> = (0..1000).filter_map(|_| counters.refused("crm", "stale")).collect();
        // A machine that takes seconds for this logs again, with the number of suppressed lines.
        assert!(logged.first() == Some(&0) && logged.len() < 10, "{logged:?}");
        assert_eq!(counters.refused("crm", "malformed"), Some(0), "another reason is logged separately");
        assert_eq!((counters.count("crm", "stale"), counters.count("crm", "malformed")), (1000, 1));
        let text = counters.text();
        assert_eq!(text.matches("# TYPE cordboard_requests_total counter").count(), 1, "{text}");
        assert!(text.contains("cordboard_requests_total{side=\"crm\",result=\"stale\"} 1000"), "{text}");
    }
}
