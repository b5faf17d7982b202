//! Errors in HubSpot's format: `status`, `message`, `correlationId`, usually `category`, sometimes `errors`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json as value};

use super::json;
use crate::hubspot::state::rates::RateLimitKind;
use crate::hubspot::{Error, RequestError, random};

/// The maximum number of errors reported for one body.
const MAX_ERRORS: usize = 20;

/// HubSpot's message for missing or unknown credentials.
const NO_CREDENTIALS: &str = "Authentication credentials not found. This API supports both API Key and OAuth 2.0 \
                              authentication and you can find more details at \
                              https://developers.hubspot.com/docs/methods/auth/oauth-overview";

/// An error with its status.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    body: Map<String, Value>,
}

impl ApiError {
    /// Builds an error without a category.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let mut body = Map::new();
        body.insert("status".to_owned(), value!("error"));
        body.insert("message".to_owned(), Value::String(message.into()));
        // An error with a constant id is better than none.
        let id = random::uuid().unwrap_or_else(|_| "00000000-0000-4000-8000-000000000000".to_owned());
        body.insert("correlationId".to_owned(), Value::String(id));
        Self { status, body }
    }

    /// Builds an error with a category.
    pub fn of(status: StatusCode, category: &str, message: impl Into<String>) -> Self {
        Self::new(status, message).with("category", value!(category))
    }

    /// Adds a member.
    pub fn with(mut self, member: &str, value: Value) -> Self {
        self.body.insert(member.to_owned(), value);
        self
    }

    /// 400: the request is invalid.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::of(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
    }

    /// 400: these members of the body are invalid, each with its reason.
    pub fn invalid_members(errors: &[(String, String)]) -> Self {
        let summary = errors.first().map_or_else(String::new, |(member, why)| format!("`{member}` {why}"));
        let details = errors.iter().take(MAX_ERRORS).map(|(member, why)| value!({ "message": why, "in": member }));
        Self::invalid(format!("Invalid input JSON: {summary}")).with("errors", details.collect())
    }

    /// 400: these properties are invalid.
    pub fn invalid_properties(mut errors: Vec<Value>) -> Self {
        errors.truncate(MAX_ERRORS);
        Self::invalid(format!("Property values were not valid: {}", Value::Array(errors)))
    }

    /// 401: the credentials are missing or unknown.
    pub fn unauthenticated() -> Self {
        Self::of(StatusCode::UNAUTHORIZED, "INVALID_AUTHENTICATION", NO_CREDENTIALS)
    }

    /// 404: the resource does not exist, or is not visible to the caller.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::of(StatusCode::NOT_FOUND, "OBJECT_NOT_FOUND", message)
    }

    /// 405: the header `Allow` lists the allowed methods.
    pub fn not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method not allowed: use one of those in the header `Allow`")
    }

    /// 429: the rate limit is exceeded. Clients check either the message or the policy.
    pub fn rate_limited(kind: RateLimitKind) -> Self {
        let (policy, message) = match kind {
            RateLimitKind::Request => ("TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit."),
            RateLimitKind::Search => ("SECONDLY", "You have reached your secondly limit."),
        };
        Self::new(StatusCode::TOO_MANY_REQUESTS, message)
            .with("errorType", value!("RATE_LIMIT"))
            .with("policyName", value!(policy))
    }

    /// 500: an internal error.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self::internal(error.to_string())
    }
}

impl From<RequestError> for ApiError {
    fn from(error: RequestError) -> Self {
        Self::invalid(error.to_string())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        json::respond(self.status, &Value::Object(self.body))
    }
}
