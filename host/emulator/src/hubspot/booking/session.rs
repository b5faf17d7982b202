//! The webhook calls of one user action.

use std::time::Instant;

use serde_json::{Value, json};

use crate::hubspot::state::calls::truncate_body;
use crate::hubspot::state::settings::Video;
use crate::hubspot::text::truncate;
use crate::hubspot::webhooks::{self, Answer, Request, Signer};
use crate::hubspot::{Call, CallKind, FaultKind, HubSpot, clock};

/// Calls webhooks and records the calls. `webhook` is a webhook's name in the log and in messages.
pub struct Session<'a> {
    hubspot: &'a HubSpot,
    /// The calls so far, as logged.
    pub calls: Vec<Call>,
}

impl<'a> Session<'a> {
    /// Starts a session without calls.
    pub fn new(hubspot: &'a HubSpot) -> Self {
        Self { hubspot, calls: Vec::new() }
    }

    /// Verifies the user, if `userVerifyUrl` is set, and returns the id to send in place of the email address.
    ///
    /// # Errors
    /// Returns a message if the user is unknown or the webhook fails.
    pub async fn verify(&mut self, video: &Video, portal_id: u64, user_email: &str) -> Result<String, String> {
        let Some(url) = &video.verify else { return Ok(user_email.to_owned()) };
        let body = webhooks::body([("portalId", json!(portal_id)), ("userEmail", json!(user_email))]);
        let answer = self.request_json("verify-user", url, body).await?;
        let id = answer.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
        id.map(str::to_owned).ok_or_else(|| {
            "the verify-user webhook answered 200 without a string `id`, which replaces the email address".to_owned()
        })
    }

    /// Calls a webhook that must answer 200 with JSON, and returns the JSON.
    ///
    /// # Errors
    /// Returns a message if there is no answer, or it is another one.
    pub async fn request_json(&mut self, webhook: &str, url: &str, body: Vec<u8>) -> Result<Value, String> {
        let answer = self.call(webhook, url, body).await?;
        if answer.status != 200 {
            return Err(unexpected_status(webhook, &answer, "200"));
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            format!("the {webhook} webhook answered 200 with invalid JSON ({error}): {}", error_detail(&answer))
        })
    }

    /// Calls a webhook that must answer 200 or 204.
    ///
    /// # Errors
    /// Returns a message if there is no answer, or it is another one.
    pub async fn notify(&mut self, webhook: &str, url: &str, body: Vec<u8>) -> Result<(), String> {
        let answer = self.call(webhook, url, body).await?;
        match answer.status {
            200 | 204 => Ok(()),
            _ => Err(unexpected_status(webhook, &answer, "200 or 204")),
        }
    }

    /// Signs and sends a webhook call, subject to faults.
    async fn call(&mut self, webhook: &str, url: &str, body: Vec<u8>) -> Result<Answer, String> {
        let (options, faults) = (self.hubspot.options(), &self.hubspot.state().faults);
        let wrong_signature = faults.take(&[FaultKind::WrongSignature]);
        let replay = faults.take(&[FaultKind::Replay]);
        let secret = match wrong_signature {
            None => options.client_secret.clone(),
            Some(_) => format!("not {}", options.client_secret),
        };
        let signer = Signer { secret, signatures: options.signatures };
        let request = signer.request_within(url, &body, clock::now(), options.answer_timeout);
        let answer = self.send(webhook, &request, wrong_signature).await;
        if replay.is_some() {
            // The answer to the replay is only logged.
            let _ = self.send(webhook, &request, replay).await;
        }
        answer.map_err(|problem| format!("the {webhook} webhook failed: {problem}"))
    }

    async fn send(&mut self, webhook: &str, request: &Request, fault: Option<FaultKind>) -> Result<Answer, String> {
        let (at, began) = (clock::now(), Instant::now());
        let to = self.hubspot.options().connect_to(&request.url);
        let answer = self.hubspot.client().send(request, &to).await;
        let call = Call {
            number: 0,
            at,
            kind: CallKind::Webhook,
            name: webhook.to_owned(),
            method: webhooks::METHOD.to_owned(),
            url: request.url.clone(),
            request_headers: request.headers.clone(),
            request_body: truncate_body(&request.body),
            status: answer.as_ref().ok().map(|answer| answer.status),
            response_body: answer.as_ref().map_or_else(|_| String::new(), |answer| truncate_body(&answer.body)),
            problem: answer.as_ref().err().cloned(),
            milliseconds: clock::millis(began.elapsed()),
            fault,
        };
        self.calls.push(self.hubspot.state().calls.record(call));
        answer
    }
}

fn unexpected_status(webhook: &str, answer: &Answer, expected: &str) -> String {
    let status = answer.status;
    format!("the {webhook} webhook answered {status} where HubSpot expects {expected}: {}", error_detail(answer))
}

/// Returns the message in an answer: the `detail` of a problem (RFC 9457), or else the body.
fn error_detail(answer: &Answer) -> String {
    let problem: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let detail = problem.as_ref().and_then(|problem| problem.get("detail")?.as_str());
    match detail.filter(|detail| !detail.is_empty()) {
        Some(detail) => truncate(detail, 300),
        None if answer.body.is_empty() => "the body is empty".to_owned(),
        None => truncate(&String::from_utf8_lossy(&answer.body), 300),
    }
}
