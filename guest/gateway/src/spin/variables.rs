//! Reads the Spin variables that spin.toml gives to this component.

use std::time::Duration;

use cordboard_core::api_error::ApiError;
use spin_sdk::variables::{self, Error};

use super::clock::within;
use super::log::misconfigured;

/// The time limit for reading one value, which may come from a remote provider such as Vault.
const READ_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns the value of a variable, or `None` if it is blank or spin.toml does not give it to this component.
///
/// # Errors
/// Returns an error if the variable provider fails.
pub async fn get(name: &str) -> Result<Option<String>, ApiError> {
    match within(READ_TIMEOUT, variables::get(name)).await {
        Some(Ok(value)) => Ok(Some(value).filter(|value| !value.trim().is_empty())),
        Some(Err(Error::Undefined(_) | Error::InvalidName(_))) => Ok(None),
        // The provider's error may contain its credentials.
        Some(Err(Error::Provider(_) | Error::Other(_))) | None => Err(misconfigured(&format!(
            "the variable provider failed to return `{name}`: check the provider and its access"
        ))),
    }
}

/// Returns the value of a required variable.
///
/// # Errors
/// Returns an error if it is missing; the log names it.
pub async fn required(name: &str) -> Result<String, ApiError> {
    get(name).await?.ok_or_else(|| missing(name))
}

/// Logs that a variable has no value and returns the error for the caller.
pub fn missing(name: &str) -> ApiError {
    misconfigured(&format!(
        "the variable `{name}` has no value: set the application variable that fills it, which spin.toml names in this \
         component's `variables`, as SPIN_VARIABLE_ followed by its name in capitals"
    ))
}
