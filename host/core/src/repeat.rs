//! Detects repeated requests.

use std::ops::RangeInclusive;

/// How long a request with the same bytes counts as a repeat, if its signature does not cover the time. A caller that
/// got no response retries within seconds; a later request more likely means a second meeting with the same data.
const REPEAT_WINDOW_MS: u64 = 5 * 60 * 1000;

/// What identifies a request and its repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    /// Equal only for requests that are the same byte for byte, including the signature.
    pub digest: String,
    /// Whether the signature covers the time at which the request was sent.
    pub covers_time: bool,
    /// When the request was received, in epoch milliseconds.
    pub received_at: u64,
}

impl SignedRequest {
    /// Returns when the create must have begun for this request to repeat it by its digest; the conference must then be
    /// unchanged, too. Repeats do not extend that time. Returns `None` if this request is a repeat in any case.
    ///
    /// If the signature does not cover the time, two meetings with the same data arrive as the same bytes. The range
    /// extends into the future, because a clock may have been set back.
    pub fn unchanged(&self) -> Option<RangeInclusive<u64>> {
        let (from, to) =
            (self.received_at.saturating_sub(REPEAT_WINDOW_MS), self.received_at.saturating_add(REPEAT_WINDOW_MS));
        (!self.covers_time).then_some(from..=to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_signature_without_the_time_limits_repeats() {
        let signed = |covers_time, received_at| SignedRequest { digest: String::new(), covers_time, received_at };
        assert_eq!(signed(true, 400_000).unchanged(), None);
        assert_eq!(signed(false, 400_000).unchanged(), Some(100_000..=700_000));
        assert_eq!(signed(false, 0).unchanged(), Some(0..=300_000));
    }
}
