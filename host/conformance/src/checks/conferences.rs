//! Checks creating and updating conferences.

use super::requests::unsendable;
use crate::inputs::{meeting, odd_meetings};
use crate::operation::Operation;
use crate::report::Faults;
use crate::step::Output;
use crate::test_run::TestRun;
use crate::transcript::Transcript;
use cordboard::contract::conference::Meeting;
use cordboard::contract::manifest::UpdateMode;

/// Checks that every meeting leads to a valid result and to requests that the host sends.
pub(super) fn odd(test_run: &TestRun<'_>, faults: &mut Faults) {
    // The check `requests` reports what cannot be sent even for a plain meeting.
    let plain = [false, true].map(|update| asked(test_run, update, meeting()).1.is_some());
    for (what, meeting) in odd_meetings() {
        for (update, known) in [false, true].into_iter().zip(plain) {
            let (transcript, unsendable) = asked(test_run, update, meeting.clone());
            if let Some(why) = transcript.fault().or(unsendable.filter(|_| !known)) {
                let operation = if update { "update" } else { "create" };
                faults.add(format!("`{operation}` for a meeting with {what}: {why}"));
            }
        }
        if faults.enough() {
            break;
        }
    }
}

/// Creates or updates a conference for a meeting. Returns the transcript, and why a request in it cannot be sent.
fn asked(test_run: &TestRun<'_>, update: bool, meeting: Meeting) -> (Transcript, Option<String>) {
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
    for attempt in test_run.transcripts().iter().filter(|attempt| attempt.operation == "update") {
        let Some(Output::Conference(after)) = attempt.transcript.output() else { continue };
        any = true;
        if after.id != current.id {
            faults.add(format!("{}: the id changes", attempt.says));
        }
        if in_place && after.join_url != current.join_url {
            faults.add(format!("{}: the link changes, although `in-place` is declared", attempt.says));
        }
    }
    faults.skip_unless(any, "it updated no conference: add its API's answers to the samples");
}
