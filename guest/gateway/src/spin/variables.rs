//! Spin's variables, as this component's part of spin.toml names them.

use std::time::Duration;

use cordboard_core::api_error::ApiError;
use spin_sdk::variables::{self, Error};

use super::clock::within;
use super::log::misconfigured;

/// For one value, which a provider such as Vault may have to be asked for.
const READ_TIMEOUT: Duration = Duration::from_secs(5);

/// The value of a variable; none where spin.toml does not give it to this component, or it is blank.
///
/// # Errors
/// Where its provider fails.
pub async fn get(name: &str) -> Result<Option<String>, ApiError> {
    match within(READ_TIMEOUT, variables::get(name)).await {
        Some(Ok(value)) => Ok(Some(value).filter(|value| !value.trim().is_empty())),
        Some(Err(Error::Undefined(_) | Error::InvalidName(_))) => Ok(None),
        // Its own words may hold what it was asked with.
        Some(Err(Error::Provider(_) | Error::Other(_))) | None => Err(misconfigured(&format!(
            "the provider of variables does not give `{name}`: see to it, or to its access"
        ))),
    }
}

/// The value of a variable that must be there.
///
/// # Errors
/// Where it is not: the log names it.
pub async fn required(name: &str) -> Result<String, ApiError> {
    get(name).await?.ok_or_else(|| missing(name))
}

/// The log names the variable that has no value.
pub fn missing(name: &str) -> ApiError {
    misconfigured(&format!(
        "the variable `{name}` has no value: spin.toml says in this component's `variables` which variable of the \
         application fills it; set that, as SPIN_VARIABLE_ and its name in capitals"
    ))
}
