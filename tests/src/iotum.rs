//! What iotum sends: `{event, payload, timestamp}`, the payload being a string that holds JSON in its turn.

use serde_json::{Value, json};

use crate::http::Request;

/// With which it proves itself.
pub const SIGNING_TOKEN: &str = "9f6c0b52-signing-token";

/// An ingest key for a configuration; a test with several connections adds to it.
pub const INGEST_KEY: &str = "ingest-key-0123456789abcdef";

/// A webhook.
pub fn webhook(key: &str, event: &str, timestamp: &str, payload: &Value) -> Request {
    let body = json!({ "event": event, "payload": payload.to_string(), "timestamp": timestamp });
    Request::post(&format!("/in/{key}/events"), body.to_string()).header("x-signing-token", SIGNING_TOKEN)
}

/// The webhook that a conference began.
pub fn started(key: &str, conference: u64) -> Request {
    webhook(key, "conference_start", "2025-10-09T08:53:20Z", &json!({ "conference_id": conference }))
}
