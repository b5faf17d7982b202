//! Middleware that logs each request without its credentials and injects faults.

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use url::form_urlencoded;

use super::MAX_BODY_BYTES;
use super::error::ApiError;
use crate::hubspot::state::calls::{MASK, truncate_body};
use crate::hubspot::state::rates::RateLimitKind;
use crate::hubspot::{Call, CallKind, FaultKind, HubSpot, clock, request_body};

/// The delay of a slow response.
const SLOW_DELAY: Duration = Duration::from_secs(3);

/// Headers with credentials.
const CREDENTIALS: [header::HeaderName; 3] = [header::AUTHORIZATION, header::PROXY_AUTHORIZATION, header::COOKIE];

/// The text after these in a path is a token, even if the path is otherwise invalid.
const TOKEN_IN_PATH: [&str; 2] = ["/access-tokens/", "/refresh-tokens/"];

/// Prefixes of the API's paths. Faults do not apply to other paths, which browsers request.
const API_PREFIXES: [&str; 2] = ["/crm/", "/oauth/"];

/// Members of OAuth bodies that are secret.
const SECRET_MEMBERS: [&str; 6] = ["client_secret", "refresh_token", "access_token", "code", "code_verifier", "token"];

/// Answers a request and logs it, even if the client has disconnected.
pub async fn log(State(hubspot): State<HubSpot>, request: Request, next: Next) -> Response {
    let done = tokio::spawn(logged(hubspot, request, next)).await;
    done.unwrap_or_else(|_| ApiError::internal("the request was interrupted: try again").into_response())
}

async fn logged(hubspot: HubSpot, request: Request, next: Next) -> Response {
    let (at, began) = (clock::now(), Instant::now());
    let (parts, body) = request.into_parts();
    let (method, uri, headers) = (parts.method.clone(), parts.uri.clone(), parts.headers.clone());
    let mut fault = None;
    let (body, response) = match request_body::with_timeout(to_bytes(body, MAX_BODY_BYTES)).await {
        Err(why) => (Bytes::new(), ApiError::new(StatusCode::REQUEST_TIMEOUT, why).into_response()),
        Ok(Err(_)) => {
            let why = format!("the body is larger than {MAX_BODY_BYTES} bytes: send less at a time");
            (Bytes::new(), ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, why).into_response())
        }
        Ok(Ok(body)) => {
            if API_PREFIXES.iter().any(|start| uri.path().starts_with(start)) {
                fault = hubspot.state().faults.take(&FaultKind::API);
            }
            let response = answer(fault, Request::from_parts(parts, Body::from(body.clone())), next).await;
            (body, response)
        }
    };
    let (parts, answered) = response.into_parts();
    // All responses are in memory, so reading the whole body is safe.
    let answered = to_bytes(answered, usize::MAX).await.unwrap_or_default();
    let url = masked(&uri);
    let path = url.split('?').next().unwrap_or_default();
    let call = Call {
        number: 0,
        at,
        kind: CallKind::Api,
        name: format!("{method} {path}"),
        method: method.to_string(),
        request_headers: loggable_headers(&headers),
        request_body: loggable_body(&uri, &body),
        status: Some(parts.status.as_u16()),
        response_body: loggable_body(&uri, &answered),
        problem: None,
        milliseconds: clock::millis(began.elapsed()),
        fault,
        url,
    };
    hubspot.state().calls.record(call);
    Response::from_parts(parts, Body::from(answered))
}

async fn answer(fault: Option<FaultKind>, request: Request, next: Next) -> Response {
    match fault {
        Some(FaultKind::RateLimited) => ApiError::rate_limited(RateLimitKind::Request).into_response(),
        Some(FaultKind::ServerError) => ApiError::internal("injected fault: server-error").into_response(),
        Some(FaultKind::Slow) => {
            let response = next.run(request).await;
            tokio::time::sleep(SLOW_DELAY).await;
            response
        }
        _ => next.run(request).await,
    }
}

/// Returns a path without tokens, known or not.
pub fn path(uri: &Uri) -> String {
    let path = uri.path();
    let token = TOKEN_IN_PATH.iter().filter_map(|before| Some(path.find(before)? + before.len())).min();
    match token.and_then(|at| path.split_at_checked(at)) {
        Some((before, token)) if !token.is_empty() => format!("{before}{MASK}"),
        _ => path.to_owned(),
    }
}

/// Returns path and query without keys and tokens, known or not.
fn masked(uri: &Uri) -> String {
    let path = path(uri);
    let Some(query) = uri.query() else { return path };
    let pairs = query.split('&').map(|pair| match form_urlencoded::parse(pair.as_bytes()).next() {
        Some((name, _)) if name == "hapikey" || SECRET_MEMBERS.contains(&name.as_ref()) => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    });
    format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn loggable_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let logged = headers.iter().filter(|(name, _)| !CREDENTIALS.contains(name));
    logged.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect()
}

/// Returns a body for the log. OAuth bodies are shown without secrets, known or not.
fn loggable_body(uri: &Uri, body: &[u8]) -> String {
    if !uri.path().starts_with("/oauth/") {
        return truncate_body(body);
    }
    if let Ok(Value::Object(mut members)) = serde_json::from_slice(body) {
        let secret = members.iter_mut().filter(|(name, _)| SECRET_MEMBERS.contains(&name.as_str()));
        secret.for_each(|(_, value)| *value = Value::from(MASK));
        return truncate_body(Value::Object(members).to_string().as_bytes());
    }
    let pairs = form_urlencoded::parse(body).map(|(name, value)| {
        let value = if SECRET_MEMBERS.contains(&name.as_ref()) { MASK.into() } else { value };
        format!("{name}={value}")
    });
    truncate_body(pairs.collect::<Vec<_>>().join("&").as_bytes())
}
