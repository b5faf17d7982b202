//! Authenticates and rate-limits requests on behalf of an account.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;

use super::auth;
use super::error::ApiError;
use crate::hubspot::state::rates::Counted;
use crate::hubspot::{HubSpot, Rate, clock};

/// The account on whose behalf a request is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Account(pub u64);

/// Admits a request with an account's token, within the rate limit, and reports the remaining quota in the response.
///
/// # Errors
/// Returns 401 for an invalid token and 429 above the limit.
pub async fn enter(State(hubspot): State<HubSpot>, mut request: Request, next: Next) -> Result<Response, ApiError> {
    let left = count(&hubspot, &mut request, Counted::Request)?;
    let mut response = next.run(request).await;
    if let Some((rate, left)) = left {
        let headers = response.headers_mut();
        headers.insert("x-hubspot-ratelimit-max", HeaderValue::from(rate.max));
        headers.insert("x-hubspot-ratelimit-remaining", HeaderValue::from(left));
        headers.insert("x-hubspot-ratelimit-interval-milliseconds", HeaderValue::from(clock::millis(rate.within)));
    }
    Ok(response)
}

/// Admits a search, which has a rate limit of its own. The response does not report the quota.
///
/// # Errors
/// Returns 401 for an invalid token and 429 above the limit.
pub async fn enter_search(
    State(hubspot): State<HubSpot>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    count(&hubspot, &mut request, Counted::Search)?;
    Ok(next.run(request).await)
}

/// Attaches the account to a request and counts the request. Returns the rate limit, if any, and the remaining quota.
fn count(hubspot: &HubSpot, request: &mut Request, counted: Counted) -> Result<Option<(Rate, u32)>, ApiError> {
    let account = auth::account(hubspot, request.headers())?;
    request.extensions_mut().insert(Account(account));
    let rates = &hubspot.options().rates;
    let rate = match counted {
        Counted::Request => rates.requests,
        Counted::Search => rates.searches,
    };
    let Some(rate) = rate else { return Ok(None) };
    let left = hubspot.state().rate_limiter.count(account, counted, rate);
    left.map(|left| Some((rate, left))).ok_or_else(|| ApiError::rate_limited(counted))
}
