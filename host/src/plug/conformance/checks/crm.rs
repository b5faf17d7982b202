//! What a CRM is understood to want, and answered.

use super::names;
use crate::contract::effect::Piece;
use crate::contract::http::WebhookResponse;
use crate::plug::conformance::ask::{Gave, Step};
use crate::plug::conformance::bodies;
use crate::plug::conformance::form;
use crate::plug::conformance::inputs::{Class, outcomes};
use crate::plug::conformance::operation::Operation;
use crate::plug::conformance::report::{Faults, Verdict};
use crate::plug::conformance::trial::{Trial, broke};

/// Whether samples are understood.
pub(super) fn commands(trial: &Trial<'_>) -> Verdict {
    let samples = bodies::sampled(trial.plug.description(), &trial.setup.samples);
    if samples.is_empty() {
        return Verdict::NotApplicable("no sample is given".to_owned());
    }
    let mut faults = Faults::default();
    for request in samples {
        let says = format!("the sample for `{}`", request.route);
        match Operation::decode(request).ask(trial.plug, &trial.context) {
            Ok(Step::Gave(Gave::Command(_))) => {}
            Ok(Step::Gave(gave)) => {
                faults.add(format!("{says}: it gives {} ({})", gave.word(), gave.sentence().unwrap_or_default()));
            }
            Ok(Step::Effect(_)) => {}
            Err(error) => faults.add(format!("{says}: {}", broke(&error))),
        }
    }
    faults.verdict()
}

/// Whether the status of each answer says what came of the command.
pub(super) fn statuses(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    each_answer(trial, |class, says, response| {
        if !class.has(response.status) {
            faults.add(format!("{says}: it answers {}, and {} is its class", response.status, class.word()));
        }
    });
    faults.verdict()
}

/// Whether answers can be sent, and read.
pub(super) fn answers(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    each_answer(trial, |_, says, response| {
        if let Some((names::ANSWERS, why)) = form::fault(&Gave::Response(response.clone())) {
            faults.add(format!("{says}: {why}"));
        }
        let is_json = response.headers.iter().any(|header| {
            header.name.eq_ignore_ascii_case("content-type")
                && String::from_utf8_lossy(&header.value).to_ascii_lowercase().contains("json")
        });
        let body: String =
            response.body.iter().map(|piece| if let Piece::Text(text) = piece { text } else { "x" }).collect();
        if is_json && serde_json::from_str::<serde::de::IgnoredAny>(&body).is_err() {
            faults.add(format!("{says}: its body is no JSON"));
        }
    });
    faults.verdict()
}

fn each_answer(trial: &Trial<'_>, mut look: impl FnMut(Class, &str, &WebhookResponse)) {
    for (class, outcome) in outcomes() {
        let says = format!("`encode` of {}", outcome_word(&outcome));
        if let Ok(Step::Gave(Gave::Response(response))) = Operation::encode(outcome).ask(trial.plug, &trial.context) {
            look(class, &says, &response);
        }
    }
}

fn outcome_word(outcome: &crate::contract::crm::Outcome) -> String {
    use crate::contract::crm::Outcome;
    match outcome {
        Outcome::Created(_) => "`created`".to_owned(),
        Outcome::Updated => "`updated`".to_owned(),
        Outcome::Deleted => "`deleted`".to_owned(),
        Outcome::User(Some(_)) => "a `user`".to_owned(),
        Outcome::User(None) => "no `user`".to_owned(),
        Outcome::PhoneNumbers(_) => "`phone-numbers`".to_owned(),
        Outcome::Failed(failure) => Gave::Failed(failure.clone()).word().to_owned(),
    }
}
