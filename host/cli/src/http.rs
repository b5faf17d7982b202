//! The HTTP client of the commands.

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

use super::CliError;

/// Builds a client that ignores proxy variables and follows no redirects.
///
/// # Errors
/// Fails if the system provides no TLS or no randomness.
pub(super) fn direct(builder: ClientBuilder) -> Result<Client, CliError> {
    let client = builder.no_proxy().redirect(Policy::none()).build();
    client.map_err(|error| CliError::new(format!("cannot build an HTTP client: {error}")))
}
