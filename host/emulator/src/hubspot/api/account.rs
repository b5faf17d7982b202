//! Authenticates and rate-limits requests on behalf of an account.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;

use super::auth;
use super::error::ApiError;
use crate::hubspot::state::rates::RateLimitKind;
use crate::hubspot::{HubSpot, clock};

/// The account on whose behalf a request is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Account(pub u64);

/// Admits a request with an account's token, within the rate limit of this kind. The response reports the remaining
/// quota, unless it is that of searches.
///
/// # Errors
/// Returns 401 for an invalid token and 429 above the limit.
pub async fn admit(
    State((hubspot, kind)): State<(HubSpot, RateLimitKind)>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let account = auth::account(&hubspot, request.headers())?;
    request.extensions_mut().insert(Account(account));
    let rates = &hubspot.options().rates;
    let rate = match kind {
        RateLimitKind::Request => rates.requests,
        RateLimitKind::Search => rates.searches,
    };
    let Some(rate) = rate else { return Ok(next.run(request).await) };
    let remaining = hubspot.state().rate_limiter.count(account, kind, rate);
    let remaining = remaining.ok_or_else(|| ApiError::rate_limited(kind))?;
    let mut response = next.run(request).await;
    if kind == RateLimitKind::Request {
        let headers = response.headers_mut();
        headers.insert("x-hubspot-ratelimit-max", HeaderValue::from(rate.max));
        headers.insert("x-hubspot-ratelimit-remaining", HeaderValue::from(remaining));
        headers.insert("x-hubspot-ratelimit-interval-milliseconds", HeaderValue::from(clock::millis(rate.window)));
    }
    Ok(response)
}
