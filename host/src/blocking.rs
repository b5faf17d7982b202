//! Work that takes long, off the threads that others wait for.

use std::panic::resume_unwind;
use std::thread;

use rustix::process::nice;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::block_in_place;

/// How much the processor prefers the threads that others wait for to those of [`run_low_priority`].
const NICENESS: i32 = 10;

/// Does it here, while what else waits for this thread goes on on another, where the runtime has others.
pub(crate) fn run_blocking<T>(work: impl FnOnce() -> T) -> T {
    let others = Handle::try_current().is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::MultiThread);
    if others { block_in_place(work) } else { work() }
}

/// Likewise, on a thread of its own to which the processor prefers all others: work that uses a processor for long must
/// not delay work that needs it for microseconds.
pub(crate) fn run_low_priority<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    run_blocking(|| {
        let mut work = Some(work);
        let mut done = None;
        let ended = thread::scope(|scope| {
            let low = || {
                // Linux has a priority for each thread. Where it cannot be lowered, it stays.
                if cfg!(target_os = "linux") {
                    let _ = nice(NICENESS);
                }
                done = work.take().map(|work| work());
            };
            let thread = thread::Builder::new().name("slow-call".to_owned()).spawn_scoped(scope, low);
            thread.map(thread::ScopedJoinHandle::join)
        });
        if let Ok(Err(panic)) = ended {
            resume_unwind(panic);
        }
        match (done, work) {
            (Some(done), _) => done,
            // The system gave no thread.
            (None, Some(work)) => work(),
            (None, None) => resume_unwind(Box::new("the thread ended without a result")),
        }
    })
}
