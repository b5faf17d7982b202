//! Authentication. The developer's credentials only give access to the app's settings, and an account's token only to
//! the account's objects.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::json;

use super::error::ApiError;
use super::query::Query;
use crate::hubspot::state::tokens::{TokenState, constant_time_eq};
use crate::hubspot::{HubSpot, clock};

/// Authenticates the developer, by API key (`hapikey`) or token, for the app whose id is `app` in the path.
pub struct Developer;

impl FromRequestParts<HubSpot> for Developer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, hubspot: &HubSpot) -> Result<Self, ApiError> {
        let options = hubspot.options();
        let known = match Query::of(&parts.uri).get("hapikey") {
            Some(key) => constant_time_eq(key, &options.developer_key),
            None => bearer(&parts.headers).is_some_and(|token| constant_time_eq(token, &options.developer_token)),
        };
        if !known {
            return Err(ApiError::unauthenticated());
        }
        let path = RawPathParams::from_request_parts(parts, hubspot).await;
        let path = path.map_err(|rejection| ApiError::invalid(rejection.to_string()))?;
        let app = path.iter().find(|(name, _)| *name == "app").and_then(|(_, app)| app.parse().ok());
        match app == Some(options.app) {
            true => Ok(Self),
            false => Err(ApiError::not_found("this developer account has no app with this id")),
        }
    }
}

/// Returns the account of a request's token.
///
/// # Errors
/// Returns 401 if the token is missing, unknown or expired.
pub fn account(hubspot: &HubSpot, headers: &HeaderMap) -> Result<u64, ApiError> {
    let token = bearer(headers).ok_or_else(ApiError::unauthenticated)?;
    match hubspot.state().tokens.access(token) {
        TokenState::Valid(account, _) => Ok(account),
        TokenState::Unknown => Err(ApiError::unauthenticated()),
        TokenState::Expired(since) => {
            let message = format!("The OAuth token used to make this call expired {} second(s) ago.", since.as_secs());
            let ended = clock::iso(clock::now().saturating_sub(clock::millis(since)));
            Err(ApiError::of(StatusCode::UNAUTHORIZED, "EXPIRED_AUTHENTICATION", message)
                .with("context", json!({ "expire time": [ended] })))
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
