//! What a guest can do to itself; the host must not notice.

use std::hint::black_box;

/// Never comes back.
pub fn run_for_ever() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

/// Takes memory, and writes to it, until there is no more.
pub fn take_all_memory() -> ! {
    let mut hoard = Vec::new();
    loop {
        hoard.push(black_box(vec![0xa5_u8; 1 << 20]));
    }
}

/// Calls itself until the stack is full.
#[expect(unconditional_recursion, reason = "that is the harm")]
pub fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 8]);
    black_box(recurse(black_box(depth + 1))).wrapping_add(frame.iter().sum::<u64>())
}

/// Breaks off, as a panic does.
pub fn break_off() -> ! {
    std::process::abort()
}

/// A text that is none.
pub fn unreadable() -> String {
    // SAFETY: none. It is what a component in another language can do, and nothing here reads the text.
    unsafe { String::from_utf8_unchecked(vec![b'a', 0xff, 0xfe]) }
}
