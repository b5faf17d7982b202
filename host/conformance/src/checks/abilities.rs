//! Compares declared capabilities with what the operations do.

use crate::report::Faults;
use crate::step::Output;
use crate::test_run::TestRun;
use cordboard::contract::effect::Failure;
use cordboard::contract::manifest::UpdateMode;

/// Checks that `capabilities` matches what the operations do.
pub(super) fn abilities(test_run: &TestRun<'_>, faults: &mut Faults) {
    let declared = &test_run.plug.description().capabilities;
    let updates = declared.updates != UpdateMode::None;
    let table = [
        ("create", "creates", declared.creates),
        ("update", "updates", updates),
        ("delete", "deletes", declared.deletes),
        ("verify-user", "knows-users", declared.knows_users),
    ];
    for (operation, ability, declares) in table {
        let attempt =
            test_run.transcripts().iter().find(|attempt| attempt.operation == operation && attempt.scenario.is_none());
        let Some(output) = attempt.and_then(|attempt| attempt.transcript.output()) else { continue };
        match (output, declares) {
            (Output::Failed(Failure::Unsupported), true) => {
                faults.add(format!("it declares `{ability}`, but `{operation}` returns `unsupported`"));
            }
            (Output::Conference(_) | Output::Deleted, false) => {
                faults.add(format!("`{operation}` works, but `{ability}` is not declared"));
            }
            _ => {}
        }
    }
}
