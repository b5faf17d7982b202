//! Checks the number of effects and the amount of state.

use crate::report::{Faults, Verdict};
use crate::test_run::{TestRun, broke};
use crate::transcript::TranscriptEnd;
use cordboard::contract::effect::Effect;
use cordboard::plug::rules::{MAX_EFFECTS, effect_fits};

/// Checks that operations end in all fault scenarios.
pub(super) fn end(test_run: &TestRun<'_>) -> Verdict {
    let mut faults = Faults::default();
    for attempt in test_run.transcripts() {
        match &attempt.transcript.end {
            TranscriptEnd::Output(_) => {}
            TranscriptEnd::Broken(error) => faults.add(format!("{}: {}", attempt.says, broke(error))),
            TranscriptEnd::Endless => {
                faults.add(format!("{}: it requests more than {MAX_EFFECTS} effects", attempt.says))
            }
        }
    }
    faults.verdict()
}

/// Checks that state entries, including captured ones, stay within the limits of a connection.
pub(super) fn state(test_run: &TestRun<'_>) -> Verdict {
    let mut faults = Faults::default();
    let mut any = false;
    for attempt in test_run.transcripts() {
        let mut stored: Vec<&str> = Vec::new();
        for effect in &attempt.transcript.effects {
            let keys: Vec<&str> = match effect {
                Effect::SetState(entries) => entries.iter().map(|entry| entry.key.as_str()).collect(),
                Effect::Call(request) => request.captures.iter().map(|capture| capture.key.as_str()).collect(),
                Effect::DeleteState(keys) => {
                    stored.retain(|key| !keys.iter().any(|dropped| dropped == key));
                    continue;
                }
            };
            any |= !keys.is_empty();
            if !effect_fits(stored.iter().copied(), effect) {
                faults.add(format!("{}: it stores more state than a connection may have", attempt.says));
            }
            for key in keys {
                if !stored.contains(&key) {
                    stored.push(key);
                }
            }
        }
    }
    if any { faults.verdict() } else { Verdict::NotApplicable("it stores no state".to_owned()) }
}
