//! Checks a provider's operations on conferences, and that its capabilities match them.

use super::requests::unsendable;
use crate::fault_scenario::FaultScenario;
use crate::inputs::{meeting, unusual_meetings};
use crate::operation::Operation;
use crate::report::Faults;
use crate::step::Output;
use crate::test_run::TestRun;
use crate::transcript::{Transcript, TranscriptEnd, run_to_completion};
use cordboard::contract::conference::Meeting;
use cordboard::contract::effect::Failure;
use cordboard::contract::manifest::UpdateMode;

/// Checks that every meeting leads to a valid result and to requests that the host sends.
pub(super) fn unusual_input(test_run: &TestRun<'_>, faults: &mut Faults) {
    // The check `requests` reports what cannot be sent even for a plain meeting.
    let plain = [false, true].map(|update| create_or_update(test_run, update, meeting()).1.is_some());
    for (feature, meeting) in unusual_meetings() {
        for (update, known) in [false, true].into_iter().zip(plain) {
            let (transcript, unsendable) = create_or_update(test_run, update, meeting.clone());
            if let Some(why) = transcript.fault().or(unsendable.filter(|_| !known)) {
                let operation = if update { "update" } else { "create" };
                faults.add(format!("`{operation}` for a meeting with {feature}: {why}"));
            }
        }
        if faults.is_full() {
            break;
        }
    }
}

/// Creates or updates a conference for a meeting. Returns the transcript, and why a request in it cannot be sent.
fn create_or_update(test_run: &TestRun<'_>, update: bool, meeting: Meeting) -> (Transcript, Option<String>) {
    let operation = match update {
        true => Operation::update(test_run.conference().clone(), meeting),
        false => Operation::create(meeting),
    };
    let transcript = test_run.healthy(&test_run.context, &operation);
    let unsendable = unsendable(test_run, &test_run.context, &transcript);
    (transcript, unsendable)
}

/// Checks that updates keep the id, and with `in-place` the link.
pub(super) fn updates(test_run: &TestRun<'_>, faults: &mut Faults) {
    let current = test_run.conference();
    let in_place = test_run.plug.description().capabilities.updates == UpdateMode::InPlace;
    let mut any = false;
    for attempt in test_run.attempts().iter().filter(|attempt| attempt.operation == "update") {
        let Some(Output::Conference(after)) = attempt.transcript.output() else { continue };
        any = true;
        if after.id != current.id {
            faults.add(format!("{}: the id changes", attempt.description));
        }
        if in_place && after.join_url != current.join_url {
            faults.add(format!("{}: the link changes, although `in-place` is declared", attempt.description));
        }
    }
    faults.skip_unless(any, "it updated no conference: add its API's answers to the samples");
}

/// Checks that a delete succeeds if its last request is answered with 404.
pub(super) fn deletes(test_run: &TestRun<'_>, faults: &mut Faults) {
    // `not-found` is equivalent to success.
    let is_deleted = |transcript: &Transcript| {
        matches!(transcript.end, TranscriptEnd::Output(Output::Deleted | Output::Failed(Failure::NotFound)))
    };
    let operation = Operation::delete(test_run.conference().clone());
    let transcript = test_run.healthy(&test_run.context, &operation);
    let deleted = is_deleted(&transcript);
    faults.skip_unless(deleted, "it deleted no conference: add its API's answers to the samples");
    if let Some(last) = transcript.calls().count().checked_sub(1).filter(|_| deleted) {
        let missing = run_to_completion(test_run.plug, &test_run.context, &operation, |number, request| {
            if number < last { test_run.healthy_answer(request) } else { FaultScenario::Status(404).exchange() }
        });
        if !is_deleted(&missing) {
            let output = missing.output().map_or("nothing", Output::describe);
            faults.add(format!("`delete` answered with 404: it returns {output}"));
        }
    }
}

/// Checks that `capabilities` matches what the operations do.
pub(super) fn capabilities(test_run: &TestRun<'_>, faults: &mut Faults) {
    let declared = &test_run.plug.description().capabilities;
    let table = [
        ("create", "creates", declared.creates),
        ("update", "updates", declared.updates != UpdateMode::None),
        ("delete", "deletes", declared.deletes),
        ("verify-user", "knows-users", declared.knows_users),
    ];
    for (operation, capability, is_declared) in table {
        let mut attempts = test_run.attempts().iter();
        let attempt = attempts.find(|attempt| attempt.operation == operation && attempt.scenario.is_none());
        match (attempt.and_then(|attempt| attempt.transcript.output()), is_declared) {
            (Some(Output::Failed(Failure::Unsupported)), true) => {
                faults.add(format!("it declares `{capability}`, but `{operation}` returns `unsupported`"));
            }
            (Some(Output::Conference(_) | Output::Deleted), false) => {
                faults.add(format!("`{operation}` works, but `{capability}` is not declared"));
            }
            _ => {}
        }
    }
}
