//! Whether it does the same when it is run again, as after a crash.

use crate::fault_scenario::FaultScenario;
use crate::report::{Faults, Verdict};
use crate::test_run::TestRun;
use crate::transcript::follow;

/// Every operation is followed twice; on its way each run begins anew with the exchanges so far.
pub(super) fn same_again(test_run: &TestRun<'_>) -> Verdict {
    let mut faults = Faults::default();
    for operation in test_run.operations() {
        let healthy_answer = || test_run.healthy(&test_run.context, &operation);
        let badly =
            || follow(test_run.plug, &test_run.context, &operation, |_, _| FaultScenario::Status(500).exchange());
        if healthy_answer() != healthy_answer() || badly() != badly() {
            faults.add(format!("`{}` does otherwise when it is run again", operation.name));
        }
    }
    faults.verdict()
}
