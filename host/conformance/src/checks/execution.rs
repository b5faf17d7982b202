//! Checks that operations run without crashing, deterministically and within their limits.

use crate::fault_scenario::FaultScenario;
use crate::report::Faults;
use crate::test_run::{TestRun, describe_call_error};
use crate::transcript::{TranscriptEnd, run_to_completion};
use cordboard::contract::effect::Effect;

/// Calls every operation once.
pub(super) fn starts(test_run: &TestRun<'_>, faults: &mut Faults) {
    for operation in test_run.operations() {
        if let Err(error) = operation.step(test_run.plug, &test_run.context) {
            faults.add(format!("`{}`: {}", operation.name, describe_call_error(&error)));
        }
        if faults.is_full() {
            break;
        }
    }
}

/// Calls `describe` again, and compares the result with the description that was read at load time.
pub(super) fn describes(test_run: &TestRun<'_>, faults: &mut Faults) {
    match test_run.plug.describe() {
        Ok(again) if again == *test_run.plug.description() => {}
        Ok(_) => faults.add("its description changes between calls"),
        Err(error) => faults.add(format!("called again: {}", describe_call_error(&error))),
    }
}

/// Runs every operation twice, with healthy and with faulty answers, and compares the transcripts. Each step replays
/// the exchanges so far, as after a crash.
pub(super) fn is_deterministic(test_run: &TestRun<'_>, faults: &mut Faults) {
    for operation in test_run.operations() {
        let healthy = || test_run.healthy(&test_run.context, &operation);
        let faulty = || {
            run_to_completion(test_run.plug, &test_run.context, &operation, |_, _| {
                FaultScenario::Status(500).exchange()
            })
        };
        if healthy() != healthy() || faulty() != faulty() {
            faults.add(format!("`{}` behaves differently when it runs again", operation.name));
        }
    }
}

/// Checks that operations end in all fault scenarios.
pub(super) fn ends(test_run: &TestRun<'_>, faults: &mut Faults) {
    for attempt in test_run.attempts() {
        if let Some(why) = attempt.transcript.end.fault() {
            faults.add(format!("{}: {why}", attempt.description));
        }
    }
}

/// Checks that state entries, including captured ones, stay within the limits of a connection.
pub(super) fn state(test_run: &TestRun<'_>, faults: &mut Faults) {
    let mut any = false;
    for attempt in test_run.attempts_and_payloads() {
        any |= attempt.transcript.effects.iter().any(|effect| match effect {
            Effect::SetState(_) | Effect::DeleteState(_) => true,
            Effect::Call(request) => !request.captures.is_empty(),
        });
        if let TranscriptEnd::Violation(violation) = &attempt.transcript.end
            && violation.is_of_state()
        {
            faults.add(format!("{}: {violation}", attempt.description));
        }
    }
    faults.skip_unless(any, "it stores no state");
}
