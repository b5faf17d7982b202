//! A value whose changes are seen later than they are made.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Changes that are on their way; the oldest of more is never seen.
const COMING: usize = 64;

/// A value as it was written, and as it is seen.
#[derive(Debug)]
pub struct Delayed<T> {
    shown: T,
    coming: VecDeque<(Instant, T)>,
}

impl<T> Delayed<T> {
    /// A value that is seen from the start.
    pub fn new(value: T) -> Self {
        Self { shown: value, coming: VecDeque::new() }
    }

    /// What was written last.
    pub fn written(&self) -> &T {
        self.coming.back().map_or(&self.shown, |(_, value)| value)
    }

    /// What is seen now.
    pub fn shown(&mut self) -> &T {
        self.arrive(Instant::now());
        &self.shown
    }

    /// Writes a value that is seen after this delay.
    pub fn write(&mut self, value: T, delay: Duration) {
        let now = Instant::now();
        // What nobody looks at would otherwise be kept, and be the first to be forgotten.
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
    fn a_change_is_seen_after_its_delay() {
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
    fn what_was_due_is_seen_however_much_is_written_before_anybody_looks() {
        let mut value = Delayed::new(0);
        value.write(1, Duration::ZERO);
        for next in 0..2 * COMING {
            value.write(next, Duration::from_secs(60));
        }
        assert_eq!((value.coming.len(), *value.shown()), (COMING, 1));
    }
}
