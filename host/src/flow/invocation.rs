//! Invocations of a connection's plug. An invocation is stored with its operation, so that it can be replayed: with the
//! same plug after a crash, or with another plug to compare them.

use cordboard_core::engine::Pause;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contract::conference::{Conference, Meeting};
use crate::contract::effect::Context;
use crate::contract::http::WebhookRequest;
use crate::plug::rules::Shortened;
use crate::plug::{CallError, Plug};

/// An operation of a contract, with its input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invocation {
    /// Create a conference for a meeting.
    Create(Meeting),
    /// Update a conference to match its meeting.
    Update {
        /// The conference at the provider.
        current: Conference,
        /// The meeting as it is now.
        meeting: Meeting,
    },
    /// Delete this conference at the provider.
    Delete(Conference),
    /// Look up a user of the provider by e-mail address.
    VerifyUser(String),
    /// List the telephone numbers of a user, given the CRM's id of the user.
    PhoneNumbers(String),
    /// Process a provider's webhook request.
    Receive(WebhookRequest),
}

/// The result of a plug call as JSON.
pub type InvocationResult = Result<Result<Value, Pause<Value>>, CallError>;

impl Invocation {
    /// Returns the kind of the operation as one word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Update { .. } => "update",
            Self::Delete(_) => "delete",
            Self::VerifyUser(_) => "verify-user",
            Self::PhoneNumbers(_) => "phone-numbers",
            Self::Receive(_) => "receive",
        }
    }

    /// Calls a plug.
    pub fn call(&self, plug: &Plug, context: &Context) -> InvocationResult {
        match self {
            Self::Create(meeting) => plug.create(context, meeting).map(to_json),
            Self::Update { current, meeting } => plug.update(context, current, meeting).map(to_json),
            Self::Delete(current) => plug.delete(context, current).map(to_json),
            Self::VerifyUser(email) => plug.verify_user(context, email).map(to_json),
            Self::PhoneNumbers(user) => plug.phone_numbers(context, user).map(to_json),
            Self::Receive(request) => plug.receive(context, request).map(to_json),
        }
    }
}

fn to_json<T: Serialize, E: Serialize + Shortened>(
    result: Result<T, impl Into<Pause<E>>>,
) -> Result<Value, Pause<Value>> {
    result.map(|done| value(&done)).map_err(|pause| {
        let pause: Pause<E> = pause.into();
        pause.map(|failure| value(&failure.shortened()))
    })
}

/// Converts a value of a contract's type to JSON, which cannot fail for these types.
pub(super) fn value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
