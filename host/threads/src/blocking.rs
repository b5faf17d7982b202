//! Runs long work without blocking the runtime's other tasks.

use std::panic::resume_unwind;
use std::thread;

use rustix::process::nice;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::block_in_place;

/// The niceness of the threads of [`run_low_priority`].
const NICENESS: i32 = 10;

/// Runs `work` on this thread. A multi-threaded runtime moves the other tasks of this thread to another one.
pub fn run_blocking<T>(work: impl FnOnce() -> T) -> T {
    let others = Handle::try_current().is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::MultiThread);
    if others { block_in_place(work) } else { work() }
}

/// Runs `work` like [`run_blocking`], but on a new thread of low priority: work that needs a processor for long must
/// not delay work that needs it for microseconds.
pub fn run_low_priority<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    run_blocking(|| {
        let mut work = Some(work);
        let mut done = None;
        let ended = thread::scope(|scope| {
            let low = || {
                // Linux has a priority per thread. If it cannot be lowered, it stays as it is.
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
            // The thread could not be started.
            (None, Some(work)) => work(),
            (None, None) => resume_unwind(Box::new("the thread ended without a result")),
        }
    })
}
