//! Requests in an account's name: whose they are, and whether there are too many.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;

use super::auth;
use super::error::ApiError;
use crate::hubspot::state::rates::Counted;
use crate::hubspot::{HubSpot, Rate, clock};

/// The account in whose name a request is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Account(pub u64);

/// Lets a request in that bears an account's token, unless there were too many; the answer says how many more there may
/// be.
///
/// # Errors
/// 401 or 429.
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

/// The same for a search, which is counted apart and whose answer says nothing about it.
///
/// # Errors
/// 401 or 429.
pub async fn enter_search(
    State(hubspot): State<HubSpot>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    count(&hubspot, &mut request, Counted::Search)?;
    Ok(next.run(request).await)
}

/// Gives a request its account, and counts it where there is a rate: says which, and how many more there may be.
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
