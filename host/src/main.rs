//! The `cordboard` program, which is implemented in the library's [`cordboard::cli`].

use std::process::ExitCode;

/// Returns memory to the system after a burst, unlike the system's own allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cordboard::cli::main(purge)
}

/// Returns freed memory to the system: what this thread has cached, and what belongs to no thread. The allocator itself
/// does so only when it is called.
fn purge() {
    // SAFETY: `mi_collect` takes no pointer and may be called at any time from any thread.
    unsafe { libmimalloc_sys::mi_collect(false) }
}
