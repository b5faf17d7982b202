//! What it can do, by its word and by its deeds.

use crate::contract::effect::Failure;
use crate::contract::manifest::UpdateMode;
use crate::plug::conformance::ask::Gave;
use crate::plug::conformance::report::{Faults, Verdict};
use crate::plug::conformance::trial::Trial;

/// Whether `capabilities` says what the operations do.
pub(super) fn abilities(trial: &Trial<'_>) -> Verdict {
    let declared = &trial.plug.description().capabilities;
    let updates = declared.updates != UpdateMode::None;
    let table = [
        ("create", "creates", declared.creates),
        ("update", "updates", updates),
        ("delete", "deletes", declared.deletes),
        ("verify-user", "knows-users", declared.knows_users),
    ];
    let mut faults = Faults::default();
    for (operation, ability, declares) in table {
        let tried = trial.courses().iter().find(|tried| tried.operation == operation && tried.weather.is_none());
        let Some(gave) = tried.and_then(|tried| tried.course.gave()) else { continue };
        match (gave, declares) {
            (Gave::Failed(Failure::Unsupported), true) => {
                faults.add(format!("it declares `{ability}`, and `{operation}` gives `unsupported`"));
            }
            (Gave::Conference(_) | Gave::Deleted, false) => {
                faults.add(format!("`{operation}` works, and `{ability}` is not declared"));
            }
            _ => {}
        }
    }
    faults.verdict()
}
