//! Checks that operations are deterministic, so that they can be replayed after a crash.

use crate::fault_scenario::FaultScenario;
use crate::report::Faults;
use crate::test_run::TestRun;
use crate::transcript::follow;

/// Runs every operation twice, with healthy and with faulty answers, and compares the transcripts. Each step replays
/// the exchanges so far.
pub(super) fn same_again(test_run: &TestRun<'_>, faults: &mut Faults) {
    for operation in test_run.operations() {
        let healthy_answer = || test_run.healthy(&test_run.context, &operation);
        let badly =
            || follow(test_run.plug, &test_run.context, &operation, |_, _| FaultScenario::Status(500).exchange());
        if healthy_answer() != healthy_answer() || badly() != badly() {
            faults.add(format!("`{}` behaves differently when it runs again", operation.name));
        }
    }
}
