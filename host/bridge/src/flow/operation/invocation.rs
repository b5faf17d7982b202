//! Invocations of a connection's plug. An invocation is stored with its operation, so that it can be replayed: with the
//! same plug after a crash, or with another plug to compare them.

use cordboard_core::command::{Create, Delete, PhoneNumbers, Update, VerifyUser};
use cordboard_core::engine::Pause;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use cordboard_core::rules::Shortened;
use cordboard_runtime::contract::effect::Context;
use cordboard_runtime::contract::http::WebhookRequest;
use cordboard_runtime::{CallError, Plug};

/// An operation of a contract, with its input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invocation {
    /// Create a conference.
    Create(Create),
    /// Update a conference.
    Update(Update),
    /// Delete a conference.
    Delete(Delete),
    /// Look up a user.
    VerifyUser(VerifyUser),
    /// List the telephone numbers of a user.
    PhoneNumbers(PhoneNumbers),
    /// Process a provider's webhook request.
    Receive(WebhookRequest),
}

impl Invocation {
    /// Returns the kind of the operation as one word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Update(_) => "update",
            Self::Delete(_) => "delete",
            Self::VerifyUser(_) => "verify-user",
            Self::PhoneNumbers(_) => "phone-numbers",
            Self::Receive(_) => "receive",
        }
    }

    /// Calls a plug, and returns its result as JSON.
    pub fn call(&self, plug: &Plug, context: &Context) -> Result<Result<Value, Pause<Value>>, CallError> {
        match self {
            Self::Create(command) => plug.create(context, &command.0).map(to_json),
            Self::Update(command) => plug.update(context, &command.current, &command.meeting).map(to_json),
            Self::Delete(command) => plug.delete(context, &command.0).map(to_json),
            Self::VerifyUser(command) => plug.verify_user(context, &command.0).map(to_json),
            Self::PhoneNumbers(command) => plug.phone_numbers(context, &command.0).map(to_json),
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
pub(in crate::flow) fn value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invocation_is_stored_as_its_input() {
        for stored in [
            r#"{"delete":{"id":"i","join_url":"https://provider.example/i","details":"d"}}"#,
            r#"{"verify-user":"ada@example.com"}"#,
        ] {
            let invocation: Invocation = serde_json::from_str(stored).unwrap();
            assert_eq!(serde_json::to_string(&invocation).unwrap(), stored);
        }
    }
}
