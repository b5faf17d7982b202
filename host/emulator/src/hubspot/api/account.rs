//! Requests in an account's name: whose they are, and whether there are too many.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;

use super::auth;
use super::error::{ApiError, Policy};
use crate::hubspot::{HubSpot, state::rates::Counted};

/// The account in whose name a request is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Account(pub u64);

/// Lets a request in that bears an account's token, unless there were too many; the answer says how many more there may
/// be.
///
/// # Errors
/// 401 or 429.
pub async fn enter(State(hubspot): State<HubSpot>, mut request: Request, next: Next) -> Result<Response, ApiError> {
    let account = auth::account(&hubspot, request.headers())?;
    let left = match hubspot.options().rates.requests {
        None => None,
        Some(rate) => {
            let left = hubspot.state().meter.count(account, Counted::Request, rate);
            Some((rate, left.ok_or_else(|| ApiError::rate_limited(Policy::TenSecondly))?))
        }
    };
    request.extensions_mut().insert(Account(account));
    let mut response = next.run(request).await;
    if let Some((rate, left)) = left {
        let within = u64::try_from(rate.within.as_millis()).unwrap_or(u64::MAX);
        let headers = response.headers_mut();
        headers.insert("x-hubspot-ratelimit-max", HeaderValue::from(rate.most));
        headers.insert("x-hubspot-ratelimit-remaining", HeaderValue::from(left));
        headers.insert("x-hubspot-ratelimit-interval-milliseconds", HeaderValue::from(within));
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
    let account = auth::account(&hubspot, request.headers())?;
    if let Some(rate) = hubspot.options().rates.searches {
        let left = hubspot.state().meter.count(account, Counted::Search, rate);
        left.ok_or_else(|| ApiError::rate_limited(Policy::Secondly))?;
    }
    request.extensions_mut().insert(Account(account));
    Ok(next.run(request).await)
}
