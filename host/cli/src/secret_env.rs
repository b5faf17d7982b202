//! Secrets are named on the command line, never written there: other users of a machine can read it.

use super::CliError;
use cordboard::config::is_variable;

/// The secret in a variable of the environment, which an option names. What is not the name of a variable may be the
/// secret itself, so it is not repeated.
///
/// # Errors
/// Where that is no name, or the variable holds no text.
pub(super) fn secret_env(option: &str, variable: &str) -> Result<String, CliError> {
    if !is_variable(variable) {
        return Err(CliError(format!("{option} takes the name of a variable: letters, digits and `_`")));
    }
    match std::env::var(variable) {
        Ok(secret) if !secret.trim().is_empty() => Ok(secret),
        _ => Err(CliError(format!("the environment has no `{variable}`, or it is blank or not text: set it"))),
    }
}
