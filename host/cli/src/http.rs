//! The HTTP client of the commands.

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response};

use super::CliError;

/// Builds a client that ignores proxy variables and follows no redirects.
///
/// # Errors
/// Fails if the system provides no TLS or no randomness.
pub(super) fn direct(builder: ClientBuilder) -> Result<Client, CliError> {
    let client = builder.no_proxy().redirect(Policy::none()).build();
    client.map_err(|error| CliError::new(format!("cannot build an HTTP client: {error}")))
}

/// Reads the body of a response. Returns `None` if it is longer than `max` bytes.
///
/// # Errors
/// Fails if the connection does.
pub(super) async fn read(response: &mut Response, max: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len().saturating_add(chunk.len()) > max {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}
