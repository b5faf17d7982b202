//! Checks the number of effects and the amount of state.

use crate::report::Faults;
use crate::test_run::TestRun;
use crate::transcript::TranscriptEnd;
use cordboard::contract::effect::Effect;

/// Checks that operations end in all fault scenarios.
pub(super) fn end(test_run: &TestRun<'_>, faults: &mut Faults) {
    for attempt in test_run.transcripts() {
        if let Some(why) = attempt.transcript.end.fault() {
            faults.add(format!("{}: {why}", attempt.says));
        }
    }
}

/// Checks that state entries, including captured ones, stay within the limits of a connection.
pub(super) fn state(test_run: &TestRun<'_>, faults: &mut Faults) {
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
    faults.skip_unless(any, "it stores no state");
}
