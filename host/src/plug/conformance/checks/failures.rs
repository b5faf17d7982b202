//! What a failure is called.

use super::names;
use crate::contract::effect::{Failure, Method, OutboundFailure};
use crate::contract::settings::SettingsError;
use crate::plug::conformance::ask::Gave;
use crate::plug::conformance::form;
use crate::plug::conformance::report::{Faults, Verdict};
use crate::plug::conformance::trial::{Trial, Tried};
use crate::plug::conformance::weather::{RETRY_AFTER, Weather};

/// Whether each cause has its failure, and each failure a sentence that can be read.
pub(super) fn failures(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    let mut any = false;
    for tried in trial.courses() {
        let Some(gave) = tried.course.gave() else { continue };
        if let Some((names::FAILURES, why)) = form::fault(gave) {
            faults.add(format!("{}: {why}", tried.says));
        }
        let Some((_, weather)) = tried.weather else { continue };
        any = true;
        if let Some(wanted) = misnamed(weather, gave).or_else(|| unheeded(tried)) {
            faults.add(format!("{}: it gives {}, and {wanted}", tried.says, gave.word()));
        }
    }
    if any { faults.verdict() } else { Verdict::NotApplicable("it asks for no request".to_owned()) }
}

/// What should have been given instead: a clause.
fn misnamed(weather: Weather, gave: &Gave) -> Option<String> {
    let right = match (weather, gave) {
        (_, Gave::Failed(_) | Gave::Refused(_)) => match weather {
            Weather::Status(401) => matches!(
                gave,
                Gave::Failed(Failure::CredentialsRejected) | Gave::Refused(SettingsError::Unauthorized(_))
            ),
            Weather::Status(429) => matches!(
                gave,
                Gave::Failed(Failure::RateLimited(Some(RETRY_AFTER)))
                    | Gave::Refused(SettingsError::RateLimited(Some(RETRY_AFTER)))
            ),
            Weather::Status(500 | 503) => matches!(
                gave,
                Gave::Failed(Failure::Unavailable(_) | Failure::RateLimited(_))
                    | Gave::Refused(SettingsError::Unavailable(_) | SettingsError::Refused(_))
            ),
            Weather::Failure(OutboundFailure::Unreachable | OutboundFailure::TimedOut | OutboundFailure::TooLarge) => {
                matches!(gave, Gave::Failed(Failure::Unavailable(_)) | Gave::Refused(SettingsError::Unavailable(_)))
            }
            _ => true,
        },
        _ => true,
    };
    let settings = matches!(gave, Gave::Refused(_));
    (!right).then(|| match weather {
        Weather::Status(401) if settings => "the contract has `unauthorized` for it".to_owned(),
        Weather::Status(401) => "the contract has `credentials-rejected` for it".to_owned(),
        Weather::Status(429) => {
            format!("the contract has `rate-limited` for it, with the {RETRY_AFTER} seconds of `retry-after`")
        }
        _ => "the contract has `unavailable` for it".to_owned(),
    })
}

/// Whether a change counts as made though nobody answered that it was: a clause.
fn unheeded(tried: &Tried) -> Option<String> {
    let nobody = matches!(
        tried.weather,
        Some((
            0,
            Weather::Status(401 | 403 | 429 | 500 | 503)
                | Weather::Failure(OutboundFailure::Unreachable | OutboundFailure::TimedOut)
        ))
    );
    let changes = tried.course.calls().any(|request| request.method != Method::Get);
    let counts = match tried.course.gave()? {
        Gave::Conference(_) => tried.operation == "update",
        Gave::Deleted => true,
        _ => false,
    };
    (nobody && changes && counts).then(|| "nothing was changed at the provider".to_owned())
}
