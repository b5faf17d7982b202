//! Work that takes long, off the threads that others wait for.

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::block_in_place;

/// Does it here, while what else waits for this thread goes on on another, where the runtime has others.
pub(crate) fn aside<T>(work: impl FnOnce() -> T) -> T {
    let others = Handle::try_current().is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::MultiThread);
    if others { block_in_place(work) } else { work() }
}
