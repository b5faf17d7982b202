//! Logs to standard error, which Spin writes to the terminal and to a file per component.
//!
//! Anyone can trigger rejections, so each kind of line is logged at most once a second, with the number of suppressed
//! ones.

use std::cell::RefCell;
use std::collections::BTreeMap;

use cordboard_core::api_error::ApiError;

use super::clock::now;

/// Longer lines are truncated.
const MAX_LINE_LEN: usize = 400;
const LOG_INTERVAL_MS: u64 = 1_000;
/// How long to remember a kind. An instance serves few requests, so the map stays small.
const RETENTION_MS: u64 = 60_000;

/// Logs a line, unless the same line was logged within the last second.
pub fn warn(sentence: &str) {
    warn_limited(sentence, sentence);
}

/// Logs a line, unless one of this kind was logged within the last second.
pub fn warn_limited(kind: &str, sentence: &str) {
    let line = cordboard_core::text::line(sentence, MAX_LINE_LEN);
    match suppressed(kind) {
        Some(0) => eprintln!("cordboard: {line}"),
        Some(suppressed) => eprintln!("cordboard: {line} (and {suppressed} more like it)"),
        None => {}
    }
}

/// Logs a configuration fault for the operator and returns an error that tells the caller to retry.
pub fn misconfigured(sentence: &str) -> ApiError {
    warn(sentence);
    ApiError::Unavailable("the bridge is misconfigured: its operator finds the cause in the log".to_owned())
}

/// Returns the number of lines of a kind suppressed since the last one, or `None` if this one is suppressed too.
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
