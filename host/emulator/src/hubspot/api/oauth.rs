//! OAuth: exchanges refresh tokens for access tokens, and describes and revokes tokens.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json as value};
use url::form_urlencoded;

use super::error::ApiError;
use super::json;
use crate::hubspot::path::PathParam;
use crate::hubspot::state::tokens::{TokenState, constant_time_eq};
use crate::hubspot::text::truncate;
use crate::hubspot::{HubSpot, User};

/// The scopes that an account grants the app.
const SCOPES: [&str; 3] = ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write"];

/// Routes the endpoints of v1, and the token endpoint of later versions.
pub fn router() -> Router<HubSpot> {
    Router::new()
        .route("/oauth/v1/token", post(token))
        .route("/oauth/v3/token", post(token_in_full))
        .route("/oauth/2026-03/token", post(token_in_full))
        .route("/oauth/2026-09/token", post(token_in_full))
        .route("/oauth/v1/access-tokens/{token}", get(access))
        .route("/oauth/v1/refresh-tokens/{token}", get(refresh).delete(revoke))
}

async fn token(State(hubspot): State<HubSpot>, headers: HeaderMap, body: Bytes) -> Result<Response, ApiError> {
    let (_, answer) = grant(&hubspot, &headers, &body)?;
    Ok(json::respond(StatusCode::OK, &answer))
}

async fn token_in_full(State(hubspot): State<HubSpot>, headers: HeaderMap, body: Bytes) -> Result<Response, ApiError> {
    let (account, answer) = grant(&hubspot, &headers, &body)?;
    let user = user(&hubspot, account).map(|user| user.id);
    let more = [
        ("token_use", value!("access_token")),
        ("hub_id", value!(account)),
        ("user_id", value!(user)),
        ("scopes", value!(SCOPES)),
    ];
    Ok(json::respond(StatusCode::OK, &json::with(answer, more)))
}

fn grant(hubspot: &HubSpot, headers: &HeaderMap, body: &[u8]) -> Result<(u64, Value), ApiError> {
    json::require_media_type(headers, "application/x-www-form-urlencoded")?;
    let form: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let field = |name: &str| form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let options = hubspot.options();
    match field("grant_type") {
        "refresh_token" => {}
        "authorization_code" => {
            let why = "there is no sign-in, so there are no authorization codes: use the account's refresh token";
            return Err(oauth_error("BAD_AUTH_CODE", why));
        }
        "" => {
            return Err(oauth_error(
                "BAD_GRANT_TYPE",
                "missing or unknown grant type: send `grant_type=refresh_token`",
            ));
        }
        other => {
            let why = format!("unsupported grant type `{}`: send `grant_type=refresh_token`", truncate(other, 60));
            return Err(oauth_error("BAD_GRANT_TYPE", why));
        }
    }
    if field("client_id") != options.client_id {
        return Err(oauth_error("BAD_CLIENT_ID", "missing or unknown client id"));
    }
    if !constant_time_eq(field("client_secret"), &options.client_secret) {
        return Err(oauth_error("BAD_CLIENT_SECRET", "missing or invalid client secret"));
    }
    let tokens = &hubspot.state().tokens;
    let refresh_token = field("refresh_token");
    let account = tokens
        .refresh(refresh_token)
        .ok_or_else(|| oauth_error("BAD_REFRESH_TOKEN", "missing or invalid refresh token"))?;
    let answer = value!({
        "token_type": "bearer",
        "refresh_token": refresh_token,
        "access_token": tokens.issue(account)?,
        "expires_in": options.token_lifetime.as_secs(),
    });
    Ok((account, answer))
}

/// Builds an error. HubSpot's OAuth endpoints give the reason in `status`.
fn oauth_error(status: &str, message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, message).with("status", value!(status))
}

async fn access(State(hubspot): State<HubSpot>, PathParam(token): PathParam) -> Result<Response, ApiError> {
    let TokenState::Valid(account, left) = hubspot.state().tokens.access(&token) else {
        return Err(ApiError::not_found("the access token is unknown or expired"));
    };
    let more = [("app_id", value!(hubspot.options().app)), ("expires_in", value!(left.as_secs()))];
    Ok(json::respond(StatusCode::OK, &json::with(describe(&hubspot, account, &token, "access"), more)))
}

async fn refresh(State(hubspot): State<HubSpot>, PathParam(token): PathParam) -> Result<Response, ApiError> {
    let account = hubspot.state().tokens.refresh(&token).ok_or_else(no_refresh_token)?;
    let more = [("client_id", value!(hubspot.options().client_id))];
    Ok(json::respond(StatusCode::OK, &json::with(describe(&hubspot, account, &token, "refresh"), more)))
}

async fn revoke(State(hubspot): State<HubSpot>, PathParam(token): PathParam) -> Result<StatusCode, ApiError> {
    hubspot.state().tokens.revoke(&token).then_some(StatusCode::NO_CONTENT).ok_or_else(no_refresh_token)
}

fn no_refresh_token() -> ApiError {
    ApiError::not_found("the refresh token is unknown or revoked")
}

fn describe(hubspot: &HubSpot, account: u64, token: &str, token_type: &str) -> Value {
    let user = user(hubspot, account);
    value!({
        "token": token,
        "token_type": token_type,
        "hub_id": account,
        "hub_domain": format!("account-{account}.example"),
        "user_id": user.map(|user| user.id),
        "user": user.map(|user| &user.email),
        "scopes": SCOPES,
    })
}

/// Returns the user who installed the app: the account's first one.
fn user(hubspot: &HubSpot, account: u64) -> Option<&User> {
    hubspot.options().account(account)?.users.first()
}
