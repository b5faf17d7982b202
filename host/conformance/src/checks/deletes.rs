//! Checks deleting conferences.

use crate::fault_scenario::FaultScenario;
use crate::operation::Operation;
use crate::report::Faults;
use crate::step::Output;
use crate::test_run::TestRun;
use crate::transcript::{TranscriptEnd, follow};
use cordboard::contract::effect::Failure;

/// Checks that a delete succeeds if its last request is answered with 404.
pub(super) fn deletes(test_run: &TestRun<'_>, faults: &mut Faults) {
    let operation = Operation::delete(test_run.conference().clone());
    let transcript = test_run.healthy(&test_run.context, &operation);
    let deleted = is_done(&transcript.end);
    faults.skip_unless(deleted, "it deleted no conference: add its API's answers to the samples");
    if let Some(last) = transcript.calls().count().checked_sub(1).filter(|_| deleted) {
        let gone = follow(test_run.plug, &test_run.context, &operation, |number, request| {
            if number < last { test_run.healthy_answer(request) } else { FaultScenario::Status(404).exchange() }
        });
        if !is_done(&gone.end) {
            let output = gone.output().map_or("nothing", Output::word);
            faults.add(format!("`delete` answered with 404: it returns {output}"));
        }
    }
}

/// Whether a delete succeeded, or returned `not-found`, which is equivalent.
fn is_done(end: &TranscriptEnd) -> bool {
    matches!(end, TranscriptEnd::Output(Output::Deleted | Output::Failed(Failure::NotFound)))
}
