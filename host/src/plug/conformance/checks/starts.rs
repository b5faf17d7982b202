//! Whether it works at all.

use crate::plug::conformance::report::{Faults, Verdict};
use crate::plug::conformance::trial::{Trial, broke};

/// Every operation is asked once.
pub(super) fn starts(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    for operation in trial.operations() {
        if let Err(error) = operation.ask(trial.plug, &trial.context) {
            faults.add(format!("`{}`: {}", operation.name, broke(&error)));
        }
        if faults.enough() {
            break;
        }
    }
    faults.verdict()
}

/// What was read when it was loaded is read again.
pub(super) fn describes(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    match trial.plug.describe() {
        Ok(again) if again == *trial.plug.description() => {}
        Ok(_) => faults.add("it describes itself otherwise than before"),
        Err(error) => faults.add(format!("asked again: {}", broke(&error))),
    }
    faults.verdict()
}
