//! Conferences, made and changed.

use super::requests::unsendable;
use crate::contract::conference::Meeting;
use crate::contract::manifest::UpdateMode;
use crate::plug::conformance::ask::Gave;
use crate::plug::conformance::course::{Course, End};
use crate::plug::conformance::form;
use crate::plug::conformance::inputs::{meeting, odd_meetings};
use crate::plug::conformance::operation::Operation;
use crate::plug::conformance::report::{Faults, Verdict};
use crate::plug::conformance::trial::{Trial, broke};

/// Whether any meeting gets a conference or a failure.
pub(super) fn odd(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    // What cannot be sent for a plain meeting either is told by another check.
    let plain = [false, true].map(|update| asked(trial, update, meeting()).1.is_some());
    for (what, meeting) in odd_meetings() {
        for (update, known) in [false, true].into_iter().zip(plain) {
            let (course, unsendable) = asked(trial, update, meeting.clone());
            let fault = match &course.end {
                End::Broken(error) => Some(broke(error)),
                End::Endless => Some("it asks for effects without end".to_owned()),
                End::Gave(gave) => form::fault(gave).map(|(_, why)| why),
            };
            if let Some(why) = fault.or(unsendable.filter(|_| !known)) {
                let operation = if update { "update" } else { "create" };
                faults.add(format!("`{operation}` for a meeting with {what}: {why}"));
            }
        }
        if faults.enough() {
            break;
        }
    }
    faults.verdict()
}

/// What comes of a meeting, and why a request that it leads to cannot be sent.
fn asked(trial: &Trial<'_>, update: bool, meeting: Meeting) -> (Course, Option<String>) {
    let operation = match update {
        true => Operation::update(trial.conference().clone(), meeting),
        false => Operation::create(meeting),
    };
    let course = trial.fine(&trial.context, &operation);
    let unsendable = unsendable(trial, &trial.context, &course);
    (course, unsendable)
}

/// Whether an update leaves what it must.
pub(super) fn updates(trial: &Trial<'_>) -> Verdict {
    let current = trial.conference();
    let in_place = trial.plug.description().capabilities.updates == UpdateMode::InPlace;
    let mut faults = Faults::default();
    let mut any = false;
    for tried in trial.courses().iter().filter(|tried| tried.operation == "update") {
        let Some(Gave::Conference(after)) = tried.course.gave() else { continue };
        any = true;
        if after.id != current.id {
            faults.add(format!("{}: the id is another than before", tried.says));
        }
        if in_place && after.join_url != current.join_url {
            faults.add(format!("{}: the link is another than before, and `in-place` says that it stays", tried.says));
        }
    }
    if any {
        faults.verdict()
    } else {
        Verdict::NotApplicable("it changed no conference: give its API's answers in the samples".to_owned())
    }
}
