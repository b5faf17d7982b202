//! Checks decoding a CRM's requests and encoding the answers.

use cordboard_core::engine::Pause;

use super::names;
use crate::inputs::outcomes;
use crate::operation::Operation;
use crate::payloads;
use crate::report::Faults;
use crate::step::Output;
use crate::test_run::{TestRun, describe_call_error};
use crate::validation;
use cordboard::contract::effect::Piece;
use cordboard::contract::http::WebhookResponse;

/// Checks that the samples are decoded into commands.
pub(super) fn commands(test_run: &TestRun<'_>, faults: &mut Faults) {
    let samples = payloads::requests(test_run.plug.description(), &test_run.setup.samples);
    faults.skip_unless(!samples.is_empty(), "there are no sample webhooks");
    for request in samples {
        let description = format!("the sample for `{}`", request.route);
        match Operation::decode(request).step(test_run.plug, &test_run.context) {
            Ok(Ok(Output::Command(_)) | Err(Pause::Effect(_))) => {}
            Ok(Ok(output) | Err(Pause::Failed(output))) => {
                faults.add(format!(
                    "{description}: it returns {} ({})",
                    output.describe(),
                    output.message().unwrap_or_default()
                ));
            }
            Err(error) => faults.add(format!("{description}: {}", describe_call_error(&error))),
        }
    }
}

/// Checks that the status of each answer matches the outcome.
pub(super) fn statuses(test_run: &TestRun<'_>, faults: &mut Faults) {
    each_answer(test_run, |expected, description, response| {
        let status = response.status.to_string();
        let is_in = |class: &str| {
            status.len() == class.len() && status.chars().zip(class.chars()).all(|(is, may)| may == 'x' || may == is)
        };
        if !expected.split(" or ").any(is_in) {
            faults.add(format!("{description}: it answers {status}, but {expected} is expected"));
        }
    });
}

/// Checks that answers can be sent, and that JSON bodies are valid.
pub(super) fn answers(test_run: &TestRun<'_>, faults: &mut Faults) {
    each_answer(test_run, |_, description, response| {
        if let Some((names::ANSWERS, why)) = validation::fault(&Output::Response(response.clone())) {
            faults.add(format!("{description}: {why}"));
        }
        let is_json = response.headers.iter().any(|header| {
            header.name.eq_ignore_ascii_case("content-type")
                && String::from_utf8_lossy(&header.value).to_ascii_lowercase().contains("json")
        });
        let body: String =
            response.body.iter().map(|piece| if let Piece::Text(text) = piece { text } else { "x" }).collect();
        if is_json && serde_json::from_str::<serde::de::IgnoredAny>(&body).is_err() {
            faults.add(format!("{description}: its body is not valid JSON"));
        }
    });
}

fn each_answer(test_run: &TestRun<'_>, mut look: impl FnMut(&str, &str, &WebhookResponse)) {
    for (statuses, outcome) in outcomes() {
        let description = format!("`encode` of {}", describe_outcome(&outcome));
        if let Ok(Ok(Output::Response(response))) = Operation::encode(outcome).step(test_run.plug, &test_run.context) {
            look(statuses, &description, &response);
        }
    }
}

fn describe_outcome(outcome: &cordboard::contract::crm::Outcome) -> String {
    use cordboard::contract::crm::Outcome;
    match outcome {
        Outcome::Created(_) => "`created`".to_owned(),
        Outcome::Updated => "`updated`".to_owned(),
        Outcome::Deleted => "`deleted`".to_owned(),
        Outcome::User(Some(_)) => "a `user`".to_owned(),
        Outcome::User(None) => "no `user`".to_owned(),
        Outcome::PhoneNumbers(_) => "`phone-numbers`".to_owned(),
        Outcome::Failed(failure) => Output::Failed(failure.clone()).describe().to_owned(),
    }
}
