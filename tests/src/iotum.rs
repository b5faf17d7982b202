//! Webhooks as iotum sends them: `{event, payload, timestamp}`, where the payload is a string that contains JSON.

use serde_json::{Value, json};

use crate::http::Request;

/// The token that authenticates iotum.
pub const SIGNING_TOKEN: &str = "9f6c0b52-signing-token";

/// An ingest key for a configuration.
pub const INGEST_KEY: &str = "ingest-key-0123456789abcdef";

/// Returns a webhook request.
pub fn webhook(key: &str, event: &str, timestamp: &str, payload: &Value) -> Request {
    let body = json!({ "event": event, "payload": payload.to_string(), "timestamp": timestamp });
    Request::post(&format!("/in/{key}/events"), body.to_string()).header("x-signing-token", SIGNING_TOKEN)
}

/// Returns the webhook request for the start of a conference.
pub fn started(key: &str, conference: u64) -> Request {
    webhook(key, "conference_start", "2025-10-09T08:53:20Z", &json!({ "conference_id": conference }))
}
