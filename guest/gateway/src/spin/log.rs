//! What the operator reads, in the terminal and in a file of the component's name.
//!
//! Strangers can have themselves refused as often as they like, so that a line of a kind is written once a second at
//! most, with how many of its kind were not.

use std::cell::RefCell;
use std::collections::BTreeMap;

use cordboard_core::api_error::ApiError;

use super::clock::now;

/// Longer lines are cut.
const MAX_LINE_LEN: usize = 400;
const LOG_INTERVAL_MS: u64 = 1_000;
/// An instance serves too few requests for more kinds than it can hold.
const RETENTION_MS: u64 = 60_000;

/// Writes a line, unless the same one was written this second.
pub fn warn(sentence: &str) {
    warn_limited(sentence, sentence);
}

/// Writes a line, unless one of this kind was written this second.
pub fn warn_limited(kind: &str, sentence: &str) {
    let line = cordboard_core::text::line(sentence, MAX_LINE_LEN);
    match suppressed(kind) {
        Some(0) => eprintln!("cordboard: {line}"),
        Some(suppressed) => eprintln!("cordboard: {line} (and {suppressed} more like it)"),
        None => {}
    }
}

/// What the operator must fix: they are told which name is missing, and whoever asked is told to come again.
pub fn misconfigured(sentence: &str) -> ApiError {
    warn(sentence);
    ApiError::Unavailable("the bridge lacks a setting, which its operator finds named in the log".to_owned())
}

/// How many of a kind were not said since the last one; none where this one is not to be said either.
fn suppressed(kind: &str) -> Option<u64> {
    thread_local!(static LOGGED: RefCell<BTreeMap<String, (u64, u64)>> = RefCell::default());
    let now = now();
    LOGGED.with_borrow_mut(|logged| {
        logged.retain(|_, (at, _)| now.saturating_sub(*at) < RETENTION_MS);
        let (at, suppressed) = logged.entry(kind.to_owned()).or_default();
        if now.saturating_sub(*at) < LOG_INTERVAL_MS {
            *suppressed += 1;
            return None;
        }
        *at = now;
        Some(std::mem::take(suppressed))
    })
}
