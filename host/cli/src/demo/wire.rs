//! HTTP requests to the bridge.

use std::time::Duration;

use cordboard_emulator::hubspot::{Call, webhooks};
use reqwest::{Client, Method, header};

/// Time limit for an answer: twice the bridge's own deadline.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// A request. Sending it twice sends the same bytes.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: String,
    /// The headers. `content-type` defaults to JSON.
    pub headers: Vec<(String, String)>,
    /// The body, usually JSON.
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

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type, or empty if it is missing or unknown.
    pub media_type: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// Returns the answer that the HubSpot emulator recorded, without its media type.
    pub fn of(call: &Call) -> Self {
        Self {
            status: call.status.unwrap_or_default(),
            media_type: String::new(),
            body: call.problem.clone().unwrap_or_else(|| call.response_body.clone()),
        }
    }
}

impl Request {
    /// Sends the request.
    ///
    /// # Errors
    /// Fails if there is no answer.
    pub async fn send(&self, client: &Client) -> Result<Answer, reqwest::Error> {
        let Self { method, url, headers, body } = self;
        let mut sending = client.request(method.clone(), url).body(body.clone());
        if headers.iter().all(|(name, _)| !name.eq_ignore_ascii_case("content-type")) {
            sending = sending.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            sending = sending.header(name, value);
        }
        let response = sending.send().await?;
        let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Ok(Answer {
            status: response.status().as_u16(),
            media_type: media_type.unwrap_or_default().to_owned(),
            body: response.text().await?,
        })
    }
}
