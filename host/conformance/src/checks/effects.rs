//! Checks the number of effects and the amount of state.

use crate::report::{Faults, Verdict};
use crate::test_run::TestRun;
use crate::transcript::TranscriptEnd;
use cordboard::contract::effect::Effect;

/// Checks that operations end in all fault scenarios.
pub(super) fn end(test_run: &TestRun<'_>) -> Verdict {
    let mut faults = Faults::default();
    for attempt in test_run.transcripts() {
        if let Some(why) = attempt.transcript.end.fault() {
            faults.add(format!("{}: {why}", attempt.says));
        }
    }
    faults.verdict()
}

/// Checks that state entries, including captured ones, stay within the limits of a connection.
pub(super) fn state(test_run: &TestRun<'_>) -> Verdict {
    let mut faults = Faults::default();
    let mut any = false;
    for attempt in test_run.transcripts().iter().chain(test_run.payload_attempts()) {
        any |= attempt.transcript.effects.iter().any(|effect| match effect {
            Effect::SetState(_) | Effect::DeleteState(_) => true,
            Effect::Call(request) => !request.captures.is_empty(),
        });
        if let TranscriptEnd::Violation(violation) = &attempt.transcript.end
            && violation.is_of_state()
        {
            faults.add(format!("{}: {violation}", attempt.says));
        }
    }
    if any { faults.verdict() } else { Verdict::NotApplicable("it stores no state".to_owned()) }
}
