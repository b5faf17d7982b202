//! Whether it does the same when it is run again, as after a crash.

use crate::plug::conformance::course::follow;
use crate::plug::conformance::report::{Faults, Verdict};
use crate::plug::conformance::trial::Trial;
use crate::plug::conformance::weather::Weather;

/// Every operation is followed twice; on its way each run begins anew with the exchanges so far.
pub(super) fn same_again(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    for operation in trial.operations() {
        let well = || trial.fine(&trial.context, &operation);
        let badly = || follow(trial.plug, &trial.context, &operation, |_, _| Weather::Status(500).exchange());
        if well() != well() || badly() != badly() {
            faults.add(format!("`{}` does otherwise when it is run again", operation.name));
        }
    }
    faults.verdict()
}
