//! Checks how webhook requests are handled.

use super::names;
use crate::operation::Operation;
use crate::payloads;
use crate::report::Faults;
use crate::step::Output;
use crate::test_run::TestRun;
use crate::transcript::TranscriptEnd;
use crate::validation;
use cordboard::contract::effect::Context;
use cordboard::contract::http::WebhookRequest;

const HOUR: u64 = 3_600_000;

/// Checks that all payloads are accepted or rejected.
pub(super) fn unusual(test_run: &TestRun<'_>, faults: &mut Faults) {
    faults.skip_unless(!test_run.plug.description().routes.is_empty(), "it declares no routes");
    for attempt in test_run.payload_attempts() {
        let end = &attempt.transcript.end;
        let invalid = attempt.transcript.output().and_then(validation::fault);
        let invalid = invalid.filter(|(check, _)| *check == names::FAILURES).map(|(_, why)| why);
        if let Some(why) = end.fault().or(invalid) {
            faults.add(format!("{}: {why}", attempt.description));
        }
    }
}

/// Checks that the dedupe keys of each sample are the same when it arrives again an hour later.
pub(super) fn dedupe_keys(test_run: &TestRun<'_>, faults: &mut Faults) {
    let mut any = false;
    let later = Context {
        now: test_run.context.now + HOUR,
        random: test_run.context.random.iter().rev().copied().collect(),
        ..test_run.context.clone()
    };
    for request in payloads::requests(test_run.plug.description(), &test_run.setup.samples) {
        let again = WebhookRequest { received_at: request.received_at + HOUR, ..request.clone() };
        let route = request.route.clone();
        let (Some(first), Some(second)) = (keys(test_run, &test_run.context, request), keys(test_run, &later, again))
        else {
            continue;
        };
        any |= first.iter().any(Option::is_some);
        if first != second {
            faults.add(format!("the sample for `{route}`, received again an hour later: the dedupe keys differ"));
        }
    }
    faults.skip_unless(any, "it returned no dedupe key: add a webhook to the samples");
}

/// The dedupe keys of a request's events, or `None` if the request is not accepted.
fn keys(test_run: &TestRun<'_>, context: &Context, request: WebhookRequest) -> Option<Vec<Option<String>>> {
    match test_run.healthy(context, &Operation::receive(request)).end {
        TranscriptEnd::Output(Output::Receipt(receipt)) => {
            Some(receipt.events.into_iter().map(|event| event.dedupe_key).collect())
        }
        _ => None,
    }
}
