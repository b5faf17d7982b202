//! Sends webhooks over HTTP, without proxies, redirects or cookies.

use std::time::Duration;

use reqwest::redirect::Policy;

use crate::hubspot::error::{error_chain, seconds};
use crate::hubspot::{Error, text::truncate};

use super::Request;

/// The size limit of an answer, in bytes.
const MAX_ANSWER_BYTES: usize = 1 << 20;

/// The answer to a webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Sends webhooks.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    timeout: Duration,
}

impl Client {
    /// Creates a client with this time limit for a whole answer.
    ///
    /// # Errors
    /// Returns an error if TLS or random bytes are unavailable.
    pub fn new(timeout: Duration) -> Result<Self, Error> {
        let agent = concat!("HubSpot-emulator/", env!("CARGO_PKG_VERSION"));
        let builder = reqwest::Client::builder().no_proxy().redirect(Policy::none()).timeout(timeout).user_agent(agent);
        Ok(Self { http: builder.build().map_err(|error| Error::Client(error_chain(&error)))?, timeout })
    }

    /// Sends a request to the address `to` in place of its own.
    ///
    /// # Errors
    /// Returns a message with the reason why there is no answer.
    pub async fn send(&self, request: &Request, to: &str) -> Result<Answer, String> {
        let no_answer = |error: reqwest::Error| self.no_answer(&error.without_url(), to);
        let sending = self.http.post(to).body(request.body.clone());
        let sending = request.headers.iter().fold(sending, |sending, (name, value)| sending.header(name, value));
        let mut response = sending.send().await.map_err(no_answer)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(no_answer)? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(format!(
                    "the answer is longer than {MAX_ANSWER_BYTES} bytes: send only the documented members"
                ));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body })
    }

    fn no_answer(&self, error: &reqwest::Error, to: &str) -> String {
        let to = truncate(to, 200);
        if error.is_timeout() {
            return format!("no answer from {to} within {}", seconds(self.timeout));
        }
        format!("no answer from {to} ({}): is anything serving it?", error_chain(error))
    }
}
