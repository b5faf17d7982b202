//! File descriptors: how many this process may have, and how many of them senders' connections may take.
//!
//! What senders take is bounded so that calls to providers, the store and the operators' listener always find some.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The limit is raised so far. Some systems allow a billion, and programs that are started would close each.
const MAX_LIMIT: u64 = 65_536;
/// The operators' connections.
const MAX_OPERATORS: usize = 64;

/// How many file descriptors a process may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptors {
    /// What holds.
    pub soft: u64,
    /// How far it may be raised; none: as far as one likes.
    pub hard: Option<u64>,
}

impl Descriptors {
    /// Of this process, as it is.
    pub fn current() -> Self {
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        Self { soft: current.unwrap_or(MAX_LIMIT), hard: maximum }
    }

    /// Of this process, once its limit is raised as far as is allowed and sensible. It is never lowered.
    pub fn raise() -> Self {
        let before = Self::current();
        let wanted = before.raised();
        if wanted > before.soft {
            let raised = Rlimit { current: Some(wanted), maximum: before.hard };
            if let Err(error) = setrlimit(Resource::Nofile, raised) {
                tracing::warn!(soft = before.soft, wanted, "cannot raise the limit of file descriptors: {error}");
            }
        }
        Self::current()
    }

    /// The limit that [`raise`](Self::raise) sets.
    pub fn raised(&self) -> u64 {
        self.soft.max(self.hard.unwrap_or(MAX_LIMIT).min(MAX_LIMIT))
    }

    /// How many are kept for calls to providers, the store and operators: each request may need one more.
    pub fn reserve(&self) -> u64 {
        self.soft / 2
    }

    /// How many connections senders may have, of those that are wanted.
    pub fn connections(&self, wanted: usize) -> usize {
        let rest = self.soft.saturating_sub(self.reserve());
        wanted.min(usize::try_from(rest).unwrap_or(wanted)).max(1)
    }

    /// How many connections operators may have, out of the reserve.
    pub fn operators(&self) -> usize {
        let share = usize::try_from(self.reserve() / 4).unwrap_or(MAX_OPERATORS);
        share.clamp(4, MAX_OPERATORS)
    }
}

/// How many descriptors this process has open; none where the system does not tell.
pub fn open() -> Option<u64> {
    let entries = std::fs::read_dir("/proc/self/fd").ok()?;
    u64::try_from(entries.count()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_is_kept_back() {
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
    fn what_is_open_is_counted() {
        assert!(open().is_some_and(|count| count > 2));
    }
}
