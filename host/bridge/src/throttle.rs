//! Limits log lines that strangers can trigger to one a second.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const INTERVAL: Duration = Duration::from_secs(1);

/// Throttles one log line, and counts how often it was suppressed.
#[derive(Debug, Default)]
pub struct Throttle {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last: Option<Instant>,
    suppressed: u64,
}

impl Throttle {
    /// Returns how often the line was suppressed since it was last written, or `None` if it is not due yet.
    pub fn due(&self) -> Option<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if state.last.is_some_and(|last| now.duration_since(last) < INTERVAL) {
            state.suppressed = state.suppressed.saturating_add(1);
            return None;
        }
        state.last = Some(now);
        Some(std::mem::take(&mut state.suppressed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_logs_one_line_a_second() {
        let throttle = Throttle::default();
        let began = Instant::now();
        let lines = (0..1000).filter_map(|_| throttle.due()).count() as u64;
        assert!(lines >= 1 && lines <= 1 + began.elapsed().as_secs(), "{lines}");
    }
}
