//! Checks this machine's clock against HubSpot's, since v3 signatures are valid for five minutes only.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::Client;
use reqwest::header::DATE;

use cordboard::clock::now;

use super::finding::Finding;
use super::http::cause;

const ABOUT: &str = "clock";

/// From this offset on, slow requests may be refused.
const WARNING_MS: u64 = 30_000;
/// From this offset on, all requests are refused.
const FAULT_MS: u64 = 300_000;

const HINT: &str = "synchronize the system clock by NTP (`timedatectl set-ntp true`)";

/// Compares this machine's clock with the `Date` header of an answer from `api`, HubSpot's API.
pub(super) async fn check(api: Option<&str>, client: &Client) -> Finding {
    let Some(api) = api else {
        return Finding::unknown(
            ABOUT,
            "the app's plug has no API address to compare the clock with: check the clock by hand",
        );
    };
    let before = now();
    let answer = match client.head(api).send().await {
        Ok(answer) => answer,
        Err(error) => {
            let why = cause(error);
            let message = format!("HubSpot's API cannot be reached ({why}): check this machine's network");
            return Finding::unknown(ABOUT, message);
        }
    };
    let ours = before.midpoint(now());
    let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
    match date.and_then(|date| rfc2822::parse(date).ok()) {
        Some(theirs) => judge(ours, theirs.timestamp()),
        None => Finding::unknown(ABOUT, "HubSpot's API sends no valid `Date` header: check the clock by hand"),
    }
}

/// Judges the offset between `ours`, in epoch milliseconds, and `theirs`, which has whole seconds.
fn judge(ours: u64, theirs: Timestamp) -> Finding {
    let theirs = u64::try_from(theirs.as_millisecond()).unwrap_or(0).saturating_add(500);
    let off = ours.abs_diff(theirs);
    let seconds = off / 1000;
    let side = if ours > theirs { "ahead of" } else { "behind" };
    match off {
        FAULT_MS.. => {
            Finding::fault(ABOUT, format!("is {seconds} s {side} HubSpot's, so v3 signatures look expired: {HINT}"))
        }
        WARNING_MS.. => Finding::warning(ABOUT, format!("is {seconds} s {side} HubSpot's: {HINT}")),
        _ => Finding::ok(ABOUT, "agrees with HubSpot's"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    #[test]
    fn five_minutes_are_a_fault_and_30_seconds_a_warning() {
        let theirs = Timestamp::from_second(1_760_000_000).unwrap();
        let at = 1_760_000_000_500_u64;
        for (off, verdict) in [
            (0_i64, Verdict::Ok),
            (29_999, Verdict::Ok),
            (-29_999, Verdict::Ok),
            (30_000, Verdict::Warning),
            (-299_999, Verdict::Warning),
            (300_000, Verdict::Fault),
            (-300_000, Verdict::Fault),
        ] {
            let finding = judge(at.saturating_add_signed(off), theirs);
            assert_eq!(finding.verdict, verdict, "{off}: {}", finding.message);
            assert_eq!(finding.message.contains("timedatectl"), verdict != Verdict::Ok);
        }
        assert!(judge(at + 300_000, theirs).message.contains("is 300 s ahead of"));
        assert!(judge(at - 300_000, theirs).message.contains("is 300 s behind"));
    }
}
