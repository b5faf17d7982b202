//! What is asked of a connection's plug. It is kept with its operation, so that it can be asked again: of the same plug
//! after a crash, or of another one to see whether it would do the same.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contract::conference::{Conference, Meeting};
use crate::contract::effect::Context;
use crate::contract::http::WebhookRequest;
use crate::plug::{CallError, Plug};

use super::execute::Pause;

/// An operation of a contract, with what goes in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invocation {
    /// A conference for a meeting.
    Create(Meeting),
    /// A conference brought up to what its meeting now is.
    Update {
        /// As it is at the provider.
        current: Conference,
        /// What its meeting now is.
        meeting: Meeting,
    },
    /// A conference taken back, as it is at the provider.
    Delete(Conference),
    /// Whether the provider knows a user, by their e-mail address.
    VerifyUser(String),
    /// Telephone numbers of a user, by the CRM's number.
    PhoneNumbers(u64),
    /// What a provider tells.
    Receive(WebhookRequest),
}

/// A result, or what comes before it, as JSON.
pub type InvocationResult = Result<Result<Value, Pause<Value>>, CallError>;

impl Invocation {
    /// One word for it.
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

    /// Asks a plug.
    pub fn call(&self, plug: &Plug, context: &Context) -> InvocationResult {
        match self {
            Self::Create(meeting) => plug.create(context, meeting).map(to_json),
            Self::Update { current, meeting } => plug.update(context, current, meeting).map(to_json),
            Self::Delete(current) => plug.delete(context, current).map(to_json),
            Self::VerifyUser(email) => plug.verify_user(context, email).map(to_json),
            Self::PhoneNumbers(user) => plug.phone_numbers(context, *user).map(to_json),
            Self::Receive(request) => plug.receive(context, request).map(to_json),
        }
    }
}

fn to_json<T: Serialize, E: Serialize>(result: Result<T, impl Into<Pause<E>>>) -> Result<Value, Pause<Value>> {
    result.map(|done| value(&done)).map_err(|pause| match pause.into() {
        Pause::Effect(effect) => Pause::Effect(effect),
        Pause::Failed(failure) => Pause::Failed(value(&failure)),
    })
}

/// The contracts' types can always be written.
pub(super) fn value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
