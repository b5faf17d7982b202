//! File descriptors: how many this process may open, and how many of them senders' connections may use.
//!
//! Senders' connections are bounded so that descriptors remain for calls to providers, the store and operators.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The highest limit to set. Some systems allow a billion, and child processes may try to close each descriptor.
const MAX_LIMIT: u64 = 65_536;
/// The maximum number of operators' connections.
const MAX_OPERATORS: usize = 64;

/// The limits on the file descriptors of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptors {
    /// The limit in effect.
    pub soft: u64,
    /// How far the limit may be raised; `None` if there is no bound.
    pub hard: Option<u64>,
}

impl Descriptors {
    /// Returns the limits of this process.
    pub fn current() -> Self {
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        Self { soft: current.unwrap_or(MAX_LIMIT), hard: maximum }
    }

    /// Raises the limit of this process as far as is allowed and sensible, and returns the limits. Never lowers it.
    pub fn raise() -> Self {
        let before = Self::current();
        let limit = before.raised();
        if limit > before.soft {
            let raised = Rlimit { current: Some(limit), maximum: before.hard };
            if let Err(error) = setrlimit(Resource::Nofile, raised) {
                tracing::warn!(soft = before.soft, limit, %error, "could not raise the limit on file descriptors");
            }
        }
        Self::current()
    }

    /// Returns the limit that [`raise`](Self::raise) sets.
    pub fn raised(&self) -> u64 {
        self.soft.max(self.hard.unwrap_or(MAX_LIMIT).min(MAX_LIMIT))
    }

    /// Returns how many descriptors are reserved for providers, the store and operators. A request may need one more.
    pub fn reserve(&self) -> u64 {
        self.soft / 2
    }

    /// Returns how many of the `configured` connections senders may have.
    pub fn connections(&self, configured: usize) -> usize {
        let rest = self.soft.saturating_sub(self.reserve());
        configured.min(usize::try_from(rest).unwrap_or(configured)).max(1)
    }

    /// Returns how many connections operators may have, out of the reserve.
    pub fn operators(&self) -> usize {
        let share = usize::try_from(self.reserve() / 4).unwrap_or(MAX_OPERATORS);
        share.clamp(4, MAX_OPERATORS)
    }
}

/// Returns how many descriptors this process has open, or `None` if the system does not say.
pub fn open() -> Option<u64> {
    let entries = std::fs::read_dir("/proc/self/fd").ok()?;
    u64::try_from(entries.count()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_is_reserved() {
        let few = Descriptors { soft: 64, hard: Some(64) };
        assert_eq!((few.reserve(), few.connections(1024), few.operators()), (32, 32, 8));
        let usual = Descriptors { soft: 1024, hard: Some(1024) };
        assert_eq!((usual.reserve(), usual.connections(1024), usual.operators()), (512, 512, 64));
        let many = Descriptors { soft: 65_536, hard: None };
        assert_eq!((many.connections(1024), many.operators()), (1024, 64));
    }

    #[test]
    fn the_limit_is_raised_within_reason_and_never_lowered() {
        let raised = |soft, hard| Descriptors { soft, hard }.raised();
        assert_eq!([raised(1024, Some(4096)), raised(1024, Some(1 << 30)), raised(1024, None)], [4096, 65_536, 65_536]);
        assert_eq!(raised(1 << 20, Some(1 << 20)), 1 << 20);
    }

    #[test]
    fn open_descriptors_are_counted() {
        assert!(open().is_some_and(|count| count > 2));
    }
}
