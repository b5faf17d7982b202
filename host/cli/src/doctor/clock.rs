//! Is the clock right? HubSpot's v3 signatures count for five minutes.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::Client;
use reqwest::header::DATE;

use crate::simulate::request::cause;
use cordboard::flow::now;

use super::finding::Finding;

const ABOUT: &str = "clock";

/// Off by more, and requests are refused that take their time on the way.
const WARNING_MS: u64 = 30_000;
/// Off by more, and all of them are.
const FAULT_MS: u64 = 300_000;

const HINT: &str = "let the system set its clock by NTP (`timedatectl set-ntp true`)";

/// Compares this machine's clock with HubSpot's, as any answer of its API, at this address, tells it.
pub(super) async fn examine(api: Option<&str>, client: &Client) -> Finding {
    let Some(api) = api else {
        return Finding::unknown(ABOUT, "the app's plug names no address to compare the clock with: do so by hand");
    };
    let before = now();
    let answer = match client.head(api).send().await {
        Ok(answer) => answer,
        Err(error) => {
            let says =
                format!("HubSpot's API cannot be reached ({}): look at the network of this machine", cause(error));
            return Finding::unknown(ABOUT, says);
        }
    };
    let ours = before.midpoint(now());
    let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
    match date.and_then(|date| rfc2822::parse(date).ok()) {
        Some(theirs) => judge(ours, theirs.timestamp()),
        None => Finding::unknown(ABOUT, "HubSpot's API does not tell the time: compare the clock by hand"),
    }
}

/// `ours` is in epoch milliseconds. Theirs has whole seconds.
fn judge(ours: u64, theirs: Timestamp) -> Finding {
    let theirs = u64::try_from(theirs.as_millisecond()).unwrap_or(0).saturating_add(500);
    let off = ours.abs_diff(theirs);
    let seconds = off / 1000;
    let side = if ours > theirs { "ahead of" } else { "behind" };
    match off {
        FAULT_MS.. => {
            Finding::fault(ABOUT, format!("is {seconds} s {side} HubSpot's, so its v3 signatures look stale: {HINT}"))
        }
        WARNING_MS.. => Finding::warning(ABOUT, format!("is {seconds} s {side} HubSpot's: {HINT}")),
        _ => Finding::well(ABOUT, "agrees with HubSpot's"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    #[test]
    fn five_minutes_are_a_fault_and_half_a_minute_a_warning() {
        let theirs = Timestamp::from_second(1_760_000_000).unwrap();
        let at = 1_760_000_000_500_u64;
        for (off, verdict) in [
            (0_i64, Verdict::Well),
            (29_999, Verdict::Well),
            (-29_999, Verdict::Well),
            (30_000, Verdict::Warning),
            (-299_999, Verdict::Warning),
            (300_000, Verdict::Fault),
            (-300_000, Verdict::Fault),
        ] {
            let finding = judge(at.saturating_add_signed(off), theirs);
            assert_eq!(finding.verdict, verdict, "{off}: {}", finding.says);
            assert_eq!(finding.says.contains("timedatectl"), verdict != Verdict::Well);
        }
        assert!(judge(at + 300_000, theirs).says.contains("is 300 s ahead of"));
        assert!(judge(at - 300_000, theirs).says.contains("is 300 s behind"));
    }
}
