//! What the owner reads, in the terminal and in a file of the component's name.
//!
//! Strangers can have themselves refused as often as they like, so that a line of a kind is written once a second at
//! most, with how many of its kind were not.

use std::cell::RefCell;
use std::collections::BTreeMap;

use cordboard_core::refusal::Refusal;

use super::clock::now;

/// Longer lines are cut.
const MOST: usize = 400;
const EVERY_MS: u64 = 1_000;
/// An instance serves too few requests for more kinds than it can hold.
const FORGOTTEN_AFTER_MS: u64 = 60_000;

/// Writes a line, unless the same one was written this second.
pub fn say(sentence: &str) {
    say_of_kind(sentence, sentence);
}

/// Writes a line, unless one of this kind was written this second.
pub fn say_of_kind(kind: &str, sentence: &str) {
    let line = cordboard_core::text::line(sentence, MOST);
    match unsaid(kind) {
        Some(0) => eprintln!("cordboard: {line}"),
        Some(unsaid) => eprintln!("cordboard: {line} (and {unsaid} more like it)"),
        None => {}
    }
}

/// What the owner must mend: they are told which name is missing, and whoever asked is told to come again.
pub fn misconfigured(sentence: &str) -> Refusal {
    say(sentence);
    Refusal::Ours("the bridge lacks a setting, which its owner finds named in the log".to_owned())
}

/// How many of a kind were not said since the last one; none where this one is not to be said either.
fn unsaid(kind: &str) -> Option<u64> {
    thread_local!(static SAID: RefCell<BTreeMap<String, (u64, u64)>> = RefCell::default());
    let now = now();
    SAID.with_borrow_mut(|said| {
        said.retain(|_, (at, _)| now.saturating_sub(*at) < FORGOTTEN_AFTER_MS);
        let (at, unsaid) = said.entry(kind.to_owned()).or_default();
        if now.saturating_sub(*at) < EVERY_MS {
            *unsaid += 1;
            return None;
        }
        *at = now;
        Some(std::mem::take(unsaid))
    })
}
