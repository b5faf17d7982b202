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
    for attempt in test_run.attempts() {
        let Some(output) = attempt.transcript.output() else { continue };
        if let Some((names::FAILURES, why)) = validation::fault(output) {
            faults.add(format!("{}: {why}", attempt.description));
        }
        let Some((_, scenario)) = attempt.scenario else { continue };
        any = true;
        if let Some(problem) = mismatch(scenario, output).or_else(|| false_success(attempt)) {
            faults.add(format!("{}: it returns {}, but {problem}", attempt.description, output.describe()));
        }
    }
    faults.skip_unless(any, "it makes no request");
}

/// The expected failure, as a clause, if the output does not match the scenario.
fn mismatch(scenario: FaultScenario, output: &Output) -> Option<String> {
    let expected = match (scenario, output) {
        (FaultScenario::Status(401), Output::Failed(Failure::CredentialsRejected))
        | (FaultScenario::Status(401), Output::SettingsFailed(SettingsError::Unauthorized(_)))
        | (FaultScenario::Status(429), Output::Failed(Failure::RateLimited(Some(RETRY_AFTER))))
        | (FaultScenario::Status(429), Output::SettingsFailed(SettingsError::RateLimited(Some(RETRY_AFTER))))
        | (
            FaultScenario::Status(500 | 503),
            Output::Failed(Failure::RateLimited(_)) | Output::SettingsFailed(SettingsError::Refused(_)),
        )
        | (
            FaultScenario::Status(500 | 503) | FaultScenario::Failure(_),
            Output::Failed(Failure::Unavailable(_)) | Output::SettingsFailed(SettingsError::Unavailable(_)),
        )
        | (FaultScenario::Failure(OutboundFailure::RefusedByPolicy), _) => return None,
        (FaultScenario::Status(401), Output::Failed(_)) => "`credentials-rejected`".to_owned(),
        (FaultScenario::Status(401), Output::SettingsFailed(_)) => "`unauthorized`".to_owned(),
        (FaultScenario::Status(429), Output::Failed(_) | Output::SettingsFailed(_)) => {
            format!("`rate-limited` with the {RETRY_AFTER} seconds of `retry-after`")
        }
        (
            FaultScenario::Status(500 | 503) | FaultScenario::Failure(_),
            Output::Failed(_) | Output::SettingsFailed(_),
        ) => "`unavailable`".to_owned(),
        _ => return None,
    };
    Some(format!("{expected} is expected"))
}

/// The fault, as a clause, of an update or delete that reports success although no request succeeded.
fn false_success(attempt: &Attempt) -> Option<String> {
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
