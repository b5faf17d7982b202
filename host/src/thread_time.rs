//! How long a thread has had the processor.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// How long this thread has had it: what others take of the machine meanwhile does not count.
pub(crate) fn thread_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}
