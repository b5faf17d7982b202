//! Errors as HubSpot answers them: `status`, `message`, `correlationId`, mostly `category`, at times `errors`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json as value};

use super::json;
use crate::hubspot::state::rates::Counted;
use crate::hubspot::{Error, Refusal, random};

/// Errors of one body that are told.
const MAX_ERRORS: usize = 20;

/// What HubSpot says where credentials are missing or not known to it.
const NO_CREDENTIALS: &str = "Authentication credentials not found. This API supports both API Key and OAuth 2.0 \
                              authentication and you can find more details at \
                              https://developers.hubspot.com/docs/methods/auth/oauth-overview";

/// An error with its status.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    body: Map<String, Value>,
}

/// What is wrong with a property.
pub struct PropertyError {
    /// The property.
    pub name: String,
    /// HubSpot's word for what is wrong.
    pub code: &'static str,
    /// The same in a sentence.
    pub message: String,
}

impl ApiError {
    /// An error without category.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let mut body = Map::new();
        body.insert("status".to_owned(), value!("error"));
        body.insert("message".to_owned(), Value::String(message.into()));
        // An error without a name of its own is better than none.
        let id = random::uuid().unwrap_or_else(|_| "00000000-0000-4000-8000-000000000000".to_owned());
        body.insert("correlationId".to_owned(), Value::String(id));
        Self { status, body }
    }

    /// An error of a category.
    pub fn of(status: StatusCode, category: &str, message: impl Into<String>) -> Self {
        Self::new(status, message).with("category", value!(category))
    }

    /// The same with another member.
    pub fn with(mut self, member: &str, value: Value) -> Self {
        self.body.insert(member.to_owned(), value);
        self
    }

    /// 400: something in the body is not as it must be.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::of(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
    }

    /// 400: these members are not as they must be, each with why.
    pub fn invalid_members(errors: &[(String, String)]) -> Self {
        let summary = errors.first().map_or_else(String::new, |(member, why)| format!("`{member}` {why}"));
        let details = errors.iter().take(MAX_ERRORS).map(|(member, why)| value!({ "message": why, "in": member }));
        Self::invalid(format!("Invalid input JSON: {summary}")).with("errors", details.collect())
    }

    /// 400: these properties are not as they must be.
    pub fn invalid_properties(errors: &[PropertyError]) -> Self {
        let errors = errors.iter().take(MAX_ERRORS).map(|PropertyError { name, code, message }| {
            value!({ "isValid": false, "message": message, "error": code, "name": name })
        });
        Self::invalid(format!("Property values were not valid: {}", Value::Array(errors.collect())))
    }

    /// 401: no credentials, or none that are known.
    pub fn unauthenticated() -> Self {
        Self::of(StatusCode::UNAUTHORIZED, "INVALID_AUTHENTICATION", NO_CREDENTIALS)
    }

    /// 404: there is no such thing, or nothing that this caller sees.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::of(StatusCode::NOT_FOUND, "OBJECT_NOT_FOUND", message)
    }

    /// 405; the header `Allow` says what is allowed.
    pub fn not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "this method is not allowed here: `Allow` says which ones are")
    }

    /// 429 where there were too many of these; clients look at either of message and policy.
    pub fn rate_limited(counted: Counted) -> Self {
        let (policy, message) = match counted {
            Counted::Request => ("TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit."),
            Counted::Search => ("SECONDLY", "You have reached your secondly limit."),
        };
        Self::new(StatusCode::TOO_MANY_REQUESTS, message)
            .with("errorType", value!("RATE_LIMIT"))
            .with("policyName", value!(policy))
    }

    /// 500.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self::internal(error.to_string())
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::invalid(refusal.to_string())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        json::answer(self.status, &Value::Object(self.body))
    }
}
