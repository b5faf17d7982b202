//! Conferences taken back.

use crate::contract::effect::Failure;
use crate::plug::conformance::ask::Gave;
use crate::plug::conformance::course::{End, follow};
use crate::plug::conformance::operation::Operation;
use crate::plug::conformance::report::{Faults, Verdict};
use crate::plug::conformance::trial::Trial;
use crate::plug::conformance::weather::Weather;

/// Whether a delete whose last call is answered 404 is done.
pub(super) fn deletes(trial: &Trial<'_>) -> Verdict {
    let operation = Operation::delete(trial.conference().clone());
    let course = trial.fine(&trial.context, &operation);
    if !is_done(&course.end) {
        return Verdict::NotApplicable("it deleted nothing: give its API's answers in the samples".to_owned());
    }
    let mut faults = Faults::default();
    if let Some(last) = course.calls().count().checked_sub(1) {
        let gone = follow(trial.plug, &trial.context, &operation, |number, request| {
            if number < last { trial.well(request) } else { Weather::Status(404).exchange() }
        });
        if !is_done(&gone.end) {
            let gave = gone.gave().map_or("nothing", Gave::word);
            faults.add(format!("`delete` of what the provider answers 404 to: it gives {gave}"));
        }
    }
    faults.verdict()
}

/// `not-found` counts as deleted too.
fn is_done(end: &End) -> bool {
    matches!(end, End::Gave(Gave::Deleted | Gave::Failed(Failure::NotFound)))
}
