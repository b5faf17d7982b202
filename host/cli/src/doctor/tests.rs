//! Tests of the report.

use serde_json::json;

use super::{Finding, Verdict, text};

const SAID: &str =
    "something about this that takes more than one line to say, and then a little bit more of it: fix it like this";

fn findings(verdicts: &[Verdict]) -> Vec<Finding> {
    verdicts.iter().map(|verdict| Finding::new(*verdict, "connection 123123/portal", SAID)).collect()
}

const ALL: [Verdict; 4] = [Verdict::Ok, Verdict::Unknown, Verdict::Warning, Verdict::Fault];

#[test]
fn json_has_all_findings_and_their_counts() {
    let shown = super::json(&findings(&[Verdict::Fault, Verdict::Ok, Verdict::Fault, Verdict::Unknown]));
    let one = |verdict: &str| json!({ "about": "connection 123123/portal", "verdict": verdict, "message": SAID });
    assert_eq!(
        shown,
        json!({
            "findings": [one("fault"), one("ok"), one("fault"), one("unknown")],
            "faults": 2,
            "warnings": 0,
            "unknown": 1,
        })
    );
    assert_eq!(super::json(&findings(&[Verdict::Warning]))["findings"][0], one("warning"));
}

#[test]
fn text_fits_80_columns() {
    let shown = text(&findings(&ALL), false);
    assert_eq!(shown.lines().count(), 4 * 3 + 1, "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    assert!(shown.starts_with("ok       connection 123123/portal\n         something about this"), "{shown}");
    assert!(shown.contains("\nwarning  connection 123123/portal\n"), "{shown}");
}

#[test]
fn only_verdicts_are_colored_and_servers_cannot_add_color() {
    let plain = text(&findings(&ALL), false);
    let colored = text(&findings(&ALL), true);
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(colored.matches('\u{1b}').count(), 2 * ALL.len());
    assert!(colored.contains("\u{1b}[31mfault   \u{1b}[0m connection"), "{colored:?}");
    let codes = ["[32m", "[2m", "[33m", "[31m", "[0m"];
    let faded = codes.iter().fold(colored, |text, code| text.replace(&format!("\u{1b}{code}"), ""));
    assert_eq!(faded, plain);
    // A server's message may contain terminal control characters.
    let hostile = [Finding::new(Verdict::Fault, "public-url", "is answered \u{1b}[2J")];
    assert!(!text(&hostile, false).contains('\u{1b}'));
}

#[test]
fn the_last_line_summarizes() {
    for (verdicts, sum) in [
        (&[Verdict::Ok][..], "No problems found."),
        (&[Verdict::Ok, Verdict::Unknown], "No problems found, but some checks could not run (unknown: 1)."),
        (&[Verdict::Unknown, Verdict::Warning], "It works, but check the warnings (1). Unknown: 1."),
        (&[Verdict::Warning], "It works, but check the warnings (1)."),
        (&[Verdict::Fault, Verdict::Unknown, Verdict::Unknown], "It does not work: fix the faults (1). Unknown: 2."),
        (&[Verdict::Warning, Verdict::Fault, Verdict::Fault], "It does not work: fix the faults (2)."),
    ] {
        assert_eq!(text(&findings(verdicts), false).lines().last(), Some(sum));
    }
}
