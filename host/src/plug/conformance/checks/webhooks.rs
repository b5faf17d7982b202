//! What it makes of what senders send.

use super::names;
use crate::contract::effect::Context;
use crate::contract::http::WebhookRequest;
use crate::plug::conformance::ask::Gave;
use crate::plug::conformance::bodies;
use crate::plug::conformance::course::End;
use crate::plug::conformance::form;
use crate::plug::conformance::operation::Operation;
use crate::plug::conformance::report::{Faults, Verdict};
use crate::plug::conformance::trial::{Trial, broke};

const HOUR: u64 = 3_600_000;

/// Whether all that a sender may send is read or refused.
pub(super) fn odd(trial: &Trial<'_>) -> Verdict {
    if trial.plug.description().routes.is_empty() {
        return Verdict::NotApplicable("it declares no routes".to_owned());
    }
    let mut faults = Faults::default();
    for tried in trial.deliveries() {
        match &tried.course.end {
            End::Broken(error) => faults.add(format!("{}: {}", tried.says, broke(error))),
            End::Endless => faults.add(format!("{}: it asks for effects without end", tried.says)),
            End::Gave(gave) => {
                if let Some((names::FAILURES, why)) = form::fault(gave) {
                    faults.add(format!("{}: {why}", tried.says));
                }
            }
        }
    }
    faults.verdict()
}

/// Whether all events are within bounds.
pub(super) fn events(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    let mut any = false;
    for tried in trial.courses().iter().chain(trial.deliveries()) {
        let Some(gave @ Gave::Receipt(receipt)) = tried.course.gave() else { continue };
        any |= !receipt.events.is_empty();
        if let Some((names::EVENTS, why)) = form::fault(gave) {
            faults.add(format!("{}: {why}", tried.says));
        }
    }
    if any {
        faults.verdict()
    } else {
        Verdict::NotApplicable("it told of no event: give a webhook in the samples".to_owned())
    }
}

/// Each sample comes twice, the second time an hour later.
pub(super) fn dedupe_keys(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    let mut any = false;
    let later = Context {
        now: trial.context.now + HOUR,
        random: trial.context.random.iter().rev().copied().collect(),
        ..trial.context.clone()
    };
    for request in bodies::sampled(trial.plug.description(), &trial.setup.samples) {
        let again = WebhookRequest { received_at: request.received_at + HOUR, ..request.clone() };
        let route = request.route.clone();
        let (Some(first), Some(second)) = (keys(trial, &trial.context, request), keys(trial, &later, again)) else {
            continue;
        };
        any |= first.iter().any(Option::is_some);
        if first != second {
            faults.add(format!("the sample for `{route}`, received an hour later: its keys are others"));
        }
    }
    if any {
        faults.verdict()
    } else {
        Verdict::NotApplicable("it gave no dedupe key: give a webhook in the samples".to_owned())
    }
}

/// The keys of a delivery's events, where it has some.
fn keys(trial: &Trial<'_>, context: &Context, request: WebhookRequest) -> Option<Vec<Option<String>>> {
    match trial.fine(context, &Operation::receive(request)).end {
        End::Gave(Gave::Receipt(receipt)) => Some(receipt.events.into_iter().map(|event| event.dedupe_key).collect()),
        _ => None,
    }
}
