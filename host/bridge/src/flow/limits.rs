//! Limits on time and size.

use std::time::Duration;

use cordboard_core::engine;

/// Limits on time and size.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The time limit for answering a request, whatever the provider does.
    pub answer_timeout: Duration,
    /// The time limit of an operation, which continues after its caller was answered.
    pub operation: Duration,
    /// The time limit of one call to a provider.
    pub call: Duration,
    /// The time limit for receiving the body of a request.
    pub body: Duration,
    /// Limits on the effects of an operation.
    pub effects: engine::Limits,
    /// How long a conference is kept after its answer was lost, if `delete-unacknowledged` is set. A repeat of the
    /// request may arrive until then.
    pub unacknowledged_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            answer_timeout: Duration::from_millis(4_500),
            operation: Duration::from_secs(30),
            call: Duration::from_secs(10),
            body: Duration::from_secs(10),
            effects: engine::Limits::default(),
            unacknowledged_grace: Duration::from_secs(15 * 60),
        }
    }
}
