//! The `cordboard` program; all that it does is in the library's [`cordboard::cli`].

use std::process::ExitCode;

/// Gives memory back to the system after a burst, which the system's own allocator does not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cordboard::cli::main(purge)
}

/// Gives back what was freed a while ago: what this thread holds for itself, and what no thread holds. The allocator does
/// so itself only while it is at work.
fn purge() {
    // SAFETY: it takes no pointer, and may be called at any time from any thread.
    unsafe { libmimalloc_sys::mi_collect(false) }
}
