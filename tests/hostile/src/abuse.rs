//! Abuse of the guest's own resources, which must not affect the host.

use std::hint::black_box;

/// Never returns.
pub fn run_for_ever() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

/// Allocates and fills memory until there is none left.
pub fn take_all_memory() -> ! {
    let mut hoard = Vec::new();
    loop {
        hoard.push(black_box(vec![0xa5_u8; 1 << 20]));
    }
}

/// Calls itself until the stack overflows.
#[expect(unconditional_recursion, reason = "that is the harm")]
pub fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 8]);
    black_box(recurse(black_box(depth + 1))).wrapping_add(frame.iter().sum::<u64>())
}

/// Traps, as a panic does.
pub fn trap() -> ! {
    std::process::abort()
}

/// Returns a string that is not UTF-8.
pub fn unreadable() -> String {
    // SAFETY: unsound on purpose. A component in another language can do this, and nothing here reads the text.
    unsafe { String::from_utf8_unchecked(vec![b'a', 0xff, 0xfe]) }
}
