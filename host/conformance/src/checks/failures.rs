//! Checks that failures match their cause.

use super::names;
use crate::fault_scenario::{FaultScenario, RETRY_AFTER};
use crate::report::Faults;
use crate::step::Output;
use crate::test_run::{Attempt, TestRun};
use crate::validation;
use cordboard::contract::effect::{Failure, Method, OutboundFailure};
use cordboard::contract::settings::SettingsError;

/// Checks that each fault leads to the matching failure, and that failures have a valid message.
pub(super) fn failures(test_run: &TestRun<'_>, faults: &mut Faults) {
    let mut any = false;
    for attempt in test_run.transcripts() {
        let Some(output) = attempt.transcript.output() else { continue };
        if let Some((names::FAILURES, why)) = validation::fault(output) {
            faults.add(format!("{}: {why}", attempt.says));
        }
        let Some((_, scenario)) = attempt.scenario else { continue };
        any = true;
        if let Some(wanted) = misnamed(scenario, output).or_else(|| unheeded(attempt)) {
            faults.add(format!("{}: it returns {}, but {wanted}", attempt.says, output.word()));
        }
    }
    faults.skip_unless(any, "it makes no request");
}

/// The expected failure, as a clause, if the output does not match the scenario.
fn misnamed(scenario: FaultScenario, output: &Output) -> Option<String> {
    let right = match (scenario, output) {
        (FaultScenario::Status(401), Output::Failed(failure)) => *failure == Failure::CredentialsRejected,
        (FaultScenario::Status(401), Output::Refused(error)) => matches!(error, SettingsError::Unauthorized(_)),
        (FaultScenario::Status(429), Output::Failed(failure)) => *failure == Failure::RateLimited(Some(RETRY_AFTER)),
        (FaultScenario::Status(429), Output::Refused(error)) => *error == SettingsError::RateLimited(Some(RETRY_AFTER)),
        (FaultScenario::Status(500 | 503), Output::Failed(failure)) => {
            matches!(failure, Failure::Unavailable(_) | Failure::RateLimited(_))
        }
        (FaultScenario::Status(500 | 503), Output::Refused(error)) => {
            matches!(error, SettingsError::Unavailable(_) | SettingsError::Refused(_))
        }
        (FaultScenario::Failure(OutboundFailure::RefusedByPolicy), _) => true,
        (FaultScenario::Failure(_), Output::Failed(failure)) => matches!(failure, Failure::Unavailable(_)),
        (FaultScenario::Failure(_), Output::Refused(error)) => matches!(error, SettingsError::Unavailable(_)),
        _ => true,
    };
    let settings = matches!(output, Output::Refused(_));
    (!right).then(|| match scenario {
        FaultScenario::Status(401) if settings => "`unauthorized` is expected".to_owned(),
        FaultScenario::Status(401) => "`credentials-rejected` is expected".to_owned(),
        FaultScenario::Status(429) => {
            format!("`rate-limited` with the {RETRY_AFTER} seconds of `retry-after` is expected")
        }
        _ => "`unavailable` is expected".to_owned(),
    })
}

/// The fault, as a clause, of an update or delete that reports success although no request succeeded.
fn unheeded(attempt: &Attempt) -> Option<String> {
    let nobody = matches!(
        attempt.scenario,
        Some((
            0,
            FaultScenario::Status(401 | 403 | 429 | 500 | 503)
                | FaultScenario::Failure(OutboundFailure::Unreachable | OutboundFailure::TimedOut)
        ))
    );
    let changes = attempt.transcript.calls().any(|request| request.method != Method::Get);
    let counts = match attempt.transcript.output()? {
        Output::Conference(_) => attempt.operation == "update",
        Output::Deleted => true,
        _ => false,
    };
    (nobody && changes && counts).then(|| "nothing was changed at the provider".to_owned())
}
