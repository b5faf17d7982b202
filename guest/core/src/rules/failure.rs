//! What a plug says when it could not do what it was asked.

use crate::contract::effect::Failure;

/// Why it could not: a short word for counters, and half a sentence for the owner, whose words may be the provider's.
pub fn failure(failure: &Failure) -> (&'static str, &str) {
    match failure {
        Failure::NotFound => ("provider-not-found", "the provider has no such conference"),
        Failure::Unsupported => ("plug-cannot", "the account's plug cannot do this"),
        Failure::Invalid(why) => ("provider-invalid", why),
        Failure::CredentialsRejected => {
            ("provider-credentials", "the provider refuses our credentials: correct the connection's settings")
        }
        Failure::RateLimited(_) => ("provider-rate", "the provider is asked too often"),
        Failure::Unavailable(why) => ("provider-unavailable", why),
    }
}
