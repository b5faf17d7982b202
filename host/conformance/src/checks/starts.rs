//! Checks that a plug works with plain input.

use crate::report::Faults;
use crate::test_run::{TestRun, broke};

/// Calls every operation once.
pub(super) fn starts(test_run: &TestRun<'_>, faults: &mut Faults) {
    for operation in test_run.operations() {
        if let Err(error) = operation.step(test_run.plug, &test_run.context) {
            faults.add(format!("`{}`: {}", operation.name, broke(&error)));
        }
        if faults.enough() {
            break;
        }
    }
}

/// Calls `describe` again, and compares the result with the description that was read at load time.
pub(super) fn describes(test_run: &TestRun<'_>, faults: &mut Faults) {
    match test_run.plug.describe() {
        Ok(again) if again == *test_run.plug.description() => {}
        Ok(_) => faults.add("its description changes between calls"),
        Err(error) => faults.add(format!("called again: {}", broke(&error))),
    }
}
