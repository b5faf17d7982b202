//! How findings are told.

use serde_json::json;

use super::super::report;
use super::{Finding, Verdict};

const SAID: &str =
    "something about this that takes more than one line to be told, and then a bit more of it: mend it so";

fn findings(verdicts: &[Verdict]) -> Vec<Finding> {
    verdicts.iter().map(|verdict| Finding::new(*verdict, "connection 123123/portal", SAID)).collect()
}

const ALL: [Verdict; 4] = [Verdict::Well, Verdict::Unknown, Verdict::Warning, Verdict::Fault];

#[test]
fn programs_are_told_all_and_how_many() {
    let shown = report::json(&findings(&[Verdict::Fault, Verdict::Well, Verdict::Fault, Verdict::Unknown]));
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
    assert_eq!(report::json(&findings(&[Verdict::Warning]))["findings"][0], one("warning"));
}

#[test]
fn people_are_told_on_eighty_columns() {
    let shown = report::text(&findings(&ALL), false);
    assert_eq!(shown.lines().count(), 4 * 3 + 1, "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    assert!(shown.starts_with("ok       connection 123123/portal\n         something about this"), "{shown}");
    assert!(shown.contains("\nwarning  connection 123123/portal\n"), "{shown}");
}

#[test]
fn colour_is_for_verdicts_alone_and_nobody_elses_to_choose() {
    let plain = report::text(&findings(&ALL), false);
    let coloured = report::text(&findings(&ALL), true);
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(coloured.matches('\u{1b}').count(), 2 * ALL.len());
    assert!(coloured.contains("\u{1b}[31mfault   \u{1b}[0m connection"), "{coloured:?}");
    let codes = ["[32m", "[2m", "[33m", "[31m", "[0m"];
    let faded = codes.iter().fold(coloured, |text, code| text.replace(&format!("\u{1b}{code}"), ""));
    assert_eq!(faded, plain);
    // What a server says may hold what a terminal obeys.
    let hostile = [Finding::fault("public-url", "is answered \u{1b}[2J")];
    assert!(!report::text(&hostile, false).contains('\u{1b}'));
}

#[test]
fn the_last_line_sums_up() {
    for (verdicts, sum) in [
        (&[Verdict::Well][..], "All is well."),
        (
            &[Verdict::Well, Verdict::Unknown],
            "All that could be looked at is well; mind what is marked as unknown (1).",
        ),
        (&[Verdict::Unknown, Verdict::Warning], "It works; mind what is marked as a warning (1). Unknown: 1."),
        (&[Verdict::Warning], "It works; mind what is marked as a warning (1)."),
        (
            &[Verdict::Fault, Verdict::Unknown, Verdict::Unknown],
            "It does not work: mend what is marked as a fault (1). Unknown: 2.",
        ),
        (&[Verdict::Warning, Verdict::Fault, Verdict::Fault], "It does not work: mend what is marked as a fault (2)."),
    ] {
        assert_eq!(report::text(&findings(verdicts), false).lines().last(), Some(sum));
    }
}
