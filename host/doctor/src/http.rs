//! The HTTP client of the checks and of the program's commands.

use std::error::Error;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response};

/// The system provides no TLS or no randomness for a client.
#[derive(Debug, thiserror::Error)]
#[error("cannot build an HTTP client ({0}): check that the system provides randomness")]
pub struct ClientError(#[from] reqwest::Error);

/// Builds a client that ignores proxy variables and follows no redirects.
///
/// # Errors
/// Fails if the system provides no TLS or no randomness.
pub fn direct(builder: ClientBuilder) -> Result<Client, ClientError> {
    Ok(builder.no_proxy().redirect(Policy::none()).build()?)
}

/// Reads the first `max` bytes of a body, and returns whether there are more.
///
/// # Errors
/// Fails if the connection does.
pub async fn read(response: &mut Response, max: usize) -> Result<(Vec<u8>, bool), reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > max {
            body.truncate(max);
            return Ok((body, true));
        }
    }
    Ok((body, false))
}

/// Returns the innermost cause of an error, which is the informative one, without the URL, which may contain a key.
pub fn cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
