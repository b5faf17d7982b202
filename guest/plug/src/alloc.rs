//! A bump allocator for plugs.
//!
//! An operation runs in a fresh instance for microseconds, so there is no point in freeing memory. The first arena lies
//! in .bss, which avoids the `memory.grow` that general-purpose allocators start with, the most expensive part of a
//! short call.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::null_mut;

const ARENA: usize = 32 * 1024;
const PAGE: usize = 64 * 1024;

struct Bump(UnsafeCell<State>);

struct State {
    next: usize,
    end: usize,
}

#[repr(align(16))]
struct Arena(UnsafeCell<[u8; ARENA]>);

// SAFETY: a plug's module has no threads; the contracts are synchronous.
unsafe impl Sync for Bump {}
// SAFETY: as above.
unsafe impl Sync for Arena {}

static FIRST: Arena = Arena(UnsafeCell::new([0; ARENA]));

#[global_allocator]
static ALLOCATOR: Bump = Bump(UnsafeCell::new(State { next: 0, end: 0 }));

impl State {
    fn take(&mut self, layout: Layout) -> *mut u8 {
        if self.end == 0 {
            self.next = FIRST.0.get() as usize;
            self.end = self.next + ARENA;
        }
        let Some(start) = self.next.checked_next_multiple_of(layout.align()) else {
            return null_mut();
        };
        let Some(end) = start.checked_add(layout.size()) else {
            return null_mut();
        };
        if end > self.end && !self.grow(layout) {
            return null_mut();
        }
        // Growing may have moved to a new region, so compute the address again.
        let start = self.next.next_multiple_of(layout.align());
        self.next = start + layout.size();
        start as *mut u8
    }

    fn grow(&mut self, layout: Layout) -> bool {
        let Some(bytes) = layout.size().checked_add(layout.align()) else {
            return false;
        };
        let pages = bytes.div_ceil(PAGE);
        let before = core::arch::wasm32::memory_grow::<0>(pages);
        if before == usize::MAX {
            return false;
        }
        let start = before * PAGE;
        if start != self.end {
            self.next = start;
        }
        self.end = start + pages * PAGE;
        true
    }
}

// SAFETY: blocks are disjoint, aligned and inside memory that the module owns; `dealloc` only reclaims the last block,
// which nothing else overlaps.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: single-threaded, and `take` does not allocate.
        unsafe { (*self.0.get()).take(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: single-threaded.
        let state = unsafe { &mut *self.0.get() };
        if block as usize + layout.size() == state.next {
            state.next = block as usize;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: single-threaded.
        let state = unsafe { &mut *self.0.get() };
        let start = block as usize;
        // The last block grows and shrinks in place. It is often a buffer that is being filled.
        if start + layout.size() == state.next && start.checked_add(size).is_some_and(|end| end <= state.end) {
            state.next = start + size;
            return block;
        }
        if size <= layout.size() {
            return block;
        }
        // SAFETY: the caller guarantees size and alignment; the new block does not overlap the old one.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                core::ptr::copy_nonoverlapping(block, moved, layout.size());
            }
            moved
        }
    }
}
