//! Conferences taken back.

use crate::fault_scenario::FaultScenario;
use crate::operation::Operation;
use crate::report::{Faults, Verdict};
use crate::step::Output;
use crate::test_run::TestRun;
use crate::transcript::{TranscriptEnd, follow};
use cordboard::contract::effect::Failure;

/// Whether a delete whose last call is answered 404 is done.
pub(super) fn deletes(test_run: &TestRun<'_>) -> Verdict {
    let operation = Operation::delete(test_run.conference().clone());
    let transcript = test_run.healthy(&test_run.context, &operation);
    if !is_done(&transcript.end) {
        return Verdict::NotApplicable("it deleted nothing: give its API's answers in the samples".to_owned());
    }
    let mut faults = Faults::default();
    if let Some(last) = transcript.calls().count().checked_sub(1) {
        let gone = follow(test_run.plug, &test_run.context, &operation, |number, request| {
            if number < last { test_run.healthy_answer(request) } else { FaultScenario::Status(404).exchange() }
        });
        if !is_done(&gone.end) {
            let output = gone.output().map_or("nothing", Output::word);
            faults.add(format!("`delete` of what the provider answers 404 to: it gives {output}"));
        }
    }
    faults.verdict()
}

/// `not-found` counts as deleted too.
fn is_done(end: &TranscriptEnd) -> bool {
    matches!(end, TranscriptEnd::Output(Output::Deleted | Output::Failed(Failure::NotFound)))
}
