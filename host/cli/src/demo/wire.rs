//! Requests of the stand-ins, over real HTTP.

use std::time::Duration;

use cordboard_emulator::hubspot::{Call, webhooks};
use reqwest::{Method, header};

use crate::{CliError, http};

/// No answer takes longer: the bridge's own deadline is half of it.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// A request as it is sent: sent twice, it is the same byte for byte.
#[derive(Clone)]
pub struct Request {
    /// In upper case.
    pub method: Method,
    /// Scheme, host, path.
    pub url: String,
    /// `content-type` may be left out: it is always JSON.
    pub headers: Vec<(String, String)>,
    /// JSON, mostly.
    pub body: String,
}

impl From<webhooks::Request> for Request {
    fn from(request: webhooks::Request) -> Self {
        Self {
            method: Method::POST,
            url: request.url,
            headers: request.headers,
            body: String::from_utf8_lossy(&request.body).into_owned(),
        }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type; empty for none, or where nobody kept it.
    pub media_type: String,
    /// The whole body.
    pub body: String,
}

impl Answer {
    /// What HubSpot was answered, as it keeps it: without the media type.
    pub fn of(call: &Call) -> Self {
        Self {
            status: call.status.unwrap_or_default(),
            media_type: String::new(),
            body: call.problem.clone().unwrap_or_else(|| call.response_body.clone()),
        }
    }
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
        http::direct(reqwest::Client::builder().timeout(ANSWER_TIMEOUT)).map(Self)
    }

    /// Sends a request.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn send(&self, request: &Request) -> Result<Answer, String> {
        let Request { method, url, headers, body } = request;
        let mut sending = self.0.request(method.clone(), url).body(body.clone());
        if headers.iter().all(|(name, _)| !name.eq_ignore_ascii_case("content-type")) {
            sending = sending.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            sending = sending.header(name, value);
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
