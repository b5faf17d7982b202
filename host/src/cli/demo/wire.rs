//! Requests of the stand-ins, over real HTTP.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Method, header};

use crate::cli::CliError;

/// No answer takes longer: the bridge's own deadline is half of it.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A request as it is sent: sent twice, it is the same byte for byte.
#[derive(Clone)]
pub struct Request {
    /// In upper case.
    pub method: Method,
    /// Scheme, host, path.
    pub url: String,
    /// `content-type` aside, which is always JSON.
    pub headers: Vec<(&'static str, String)>,
    /// JSON, mostly.
    pub body: String,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type; empty for none.
    pub media_type: String,
    /// The whole body.
    pub body: String,
}

/// A client without proxies, redirects or patience.
#[derive(Clone)]
pub struct Client(reqwest::Client);

impl Client {
    /// A client.
    ///
    /// # Errors
    /// Where the system has no TLS or no randomness.
    pub fn new() -> Result<Self, CliError> {
        let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).timeout(ANSWER_WITHIN).build();
        client.map(Self).map_err(|error| CliError(format!("there is no HTTP client to be had: {error}")))
    }

    /// Sends a request.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn send(&self, request: &Request) -> Result<Answer, String> {
        let Request { method, url, headers, body } = request;
        let mut sending =
            self.0.request(method.clone(), url).header(header::CONTENT_TYPE, "application/json").body(body.clone());
        for (name, value) in headers {
            sending = sending.header(*name, value);
        }
        let response = sending.send().await.map_err(|error| error.to_string())?;
        let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Ok(Answer {
            status: response.status().as_u16(),
            media_type: media_type.unwrap_or_default().to_owned(),
            body: response.text().await.map_err(|error| error.to_string())?,
        })
    }
}
