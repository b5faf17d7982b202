//! Reads secrets from environment variables: command lines are visible to other users of the machine.

use super::CliError;
use cordboard::config::is_variable;

/// Returns the secret in the environment variable that `option` names.
///
/// # Errors
/// Fails if `variable` is no valid name, or if the variable is unset, blank or not UTF-8. An invalid name may be the
/// secret itself, so the error does not repeat it.
pub(super) fn secret_env(option: &str, variable: &str) -> Result<String, CliError> {
    if !is_variable(variable) {
        return Err(CliError::new(format!(
            "{option} takes the name of an environment variable: letters, digits and `_`"
        )));
    }
    match std::env::var(variable) {
        Ok(secret) if !secret.trim().is_empty() => Ok(secret),
        _ => Err(CliError::new(format!("the environment variable `{variable}` is unset, blank or not UTF-8: set it"))),
    }
}
