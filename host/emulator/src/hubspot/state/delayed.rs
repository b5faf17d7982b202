//! A value whose changes become visible after a delay.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The maximum number of pending changes; above it, the oldest is dropped.
const MAX_PENDING: usize = 64;

/// A value whose changes become visible after a delay.
#[derive(Debug)]
pub struct Delayed<T> {
    visible: T,
    pending: VecDeque<(Instant, T)>,
}

impl<T> Delayed<T> {
    /// Creates a value that is visible at once.
    pub fn new(value: T) -> Self {
        Self { visible: value, pending: VecDeque::new() }
    }

    /// Returns the value written last.
    pub fn latest(&self) -> &T {
        self.pending.back().map_or(&self.visible, |(_, value)| value)
    }

    /// Returns the visible value.
    pub fn visible(&mut self) -> &T {
        self.apply_due(Instant::now());
        &self.visible
    }

    /// Writes a value that becomes visible after this delay.
    pub fn write(&mut self, value: T, delay: Duration) {
        let now = Instant::now();
        // Apply due changes first: they would otherwise be dropped if nobody reads the value.
        self.apply_due(now);
        if self.pending.len() == MAX_PENDING {
            self.pending.pop_front();
        }
        self.pending.push_back((now + delay, value));
    }

    fn apply_due(&mut self, now: Instant) {
        while self.pending.front().is_some_and(|(due, _)| *due <= now) {
            if let Some((_, value)) = self.pending.pop_front() {
                self.visible = value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_becomes_visible_after_its_delay() {
        let mut value = Delayed::new(0);
        value.write(1, Duration::ZERO);
        value.write(2, Duration::from_secs(60));
        assert_eq!((*value.latest(), *value.visible()), (2, 1));
        let mut value = Delayed::new(0);
        value.write(1, Duration::from_millis(20));
        assert_eq!(*value.visible(), 0);
        std::thread::sleep(Duration::from_millis(30));
        assert_eq!(*value.visible(), 1);
    }

    #[test]
    fn a_due_change_is_not_dropped_by_later_writes() {
        let mut value = Delayed::new(0);
        value.write(1, Duration::ZERO);
        for next in 0..2 * MAX_PENDING {
            value.write(next, Duration::from_secs(60));
        }
        assert_eq!((value.pending.len(), *value.visible()), (MAX_PENDING, 1));
    }
}
