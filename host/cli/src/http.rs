//! HTTP by which commands look at a bridge, or play somebody who calls it.

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

use super::CliError;

/// A client that calls whom it is told to: by no proxy of the environment, and following no redirect.
///
/// # Errors
/// Where the system has no TLS or no randomness.
pub(super) fn direct(builder: ClientBuilder) -> Result<Client, CliError> {
    let client = builder.no_proxy().redirect(Policy::none()).build();
    client.map_err(|error| CliError(format!("there is no HTTP client to be had: {error}")))
}
