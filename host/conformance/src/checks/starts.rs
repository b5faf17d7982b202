//! Whether it works at all.

use crate::report::{Faults, Verdict};
use crate::test_run::{TestRun, broke};

/// Every operation is asked once.
pub(super) fn starts(test_run: &TestRun<'_>) -> Verdict {
    let mut faults = Faults::default();
    for operation in test_run.operations() {
        if let Err(error) = operation.step(test_run.plug, &test_run.context) {
            faults.add(format!("`{}`: {}", operation.name, broke(&error)));
        }
        if faults.enough() {
            break;
        }
    }
    faults.verdict()
}

/// What was read when it was loaded is read again.
pub(super) fn describes(test_run: &TestRun<'_>) -> Verdict {
    let mut faults = Faults::default();
    match test_run.plug.describe() {
        Ok(again) if again == *test_run.plug.description() => {}
        Ok(_) => faults.add("it describes itself otherwise than before"),
        Err(error) => faults.add(format!("asked again: {}", broke(&error))),
    }
    faults.verdict()
}
