//! A value whose changes become visible after a delay.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The maximum number of pending changes; above it, the oldest is dropped.
const COMING: usize = 64;

/// A value whose changes become visible after a delay.
#[derive(Debug)]
pub struct Delayed<T> {
    shown: T,
    coming: VecDeque<(Instant, T)>,
}

impl<T> Delayed<T> {
    /// Creates a value that is visible at once.
    pub fn new(value: T) -> Self {
        Self { shown: value, coming: VecDeque::new() }
    }

    /// Returns the value written last.
    pub fn written(&self) -> &T {
        self.coming.back().map_or(&self.shown, |(_, value)| value)
    }

    /// Returns the visible value.
    pub fn shown(&mut self) -> &T {
        self.arrive(Instant::now());
        &self.shown
    }

    /// Writes a value that becomes visible after this delay.
    pub fn write(&mut self, value: T, delay: Duration) {
        let now = Instant::now();
        // Apply due changes first: they would otherwise be dropped if nobody reads the value.
        self.arrive(now);
        if self.coming.len() == COMING {
            self.coming.pop_front();
        }
        self.coming.push_back((now + delay, value));
    }

    fn arrive(&mut self, now: Instant) {
        while self.coming.front().is_some_and(|(due, _)| *due <= now) {
            if let Some((_, value)) = self.coming.pop_front() {
                self.shown = value;
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
        assert_eq!((*value.written(), *value.shown()), (2, 1));
        let mut value = Delayed::new(0);
        value.write(1, Duration::from_millis(20));
        assert_eq!(*value.shown(), 0);
        std::thread::sleep(Duration::from_millis(30));
        assert_eq!(*value.shown(), 1);
    }

    #[test]
    fn a_due_change_is_not_dropped_by_later_writes() {
        let mut value = Delayed::new(0);
        value.write(1, Duration::ZERO);
        for next in 0..2 * COMING {
            value.write(next, Duration::from_secs(60));
        }
        assert_eq!((value.coming.len(), *value.shown()), (COMING, 1));
    }
}
