//! Lists and deletes stored events and webhook requests for the operator.
//!
//! This is a separate component because listing keys blocks the whole instance until the store answers, and other
//! requests must not wait for that.

use cordboard_core::api_error::ApiError;
use cordboard_core::text::short;
use http::Response;
use serde_json::json;
use spin_sdk::http::{FullBody, Request};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

use crate::spin::incoming::Inbound;
use crate::spin::reply::{self, Reply};
use crate::spin::store::Store;
use crate::spin::{self, variables};
use crate::{events, inbound_requests, listing};

const MAX_LIMIT: usize = 1000;
const DEFAULT_LIMIT: usize = 100;

/// Answers a request at `/events` or `/deliveries`, forwarded by the front component.
pub async fn answer(request: Request) -> Response<FullBody<bytes::Bytes>> {
    let ours = |path: &[&str]| matches!(path, ["events" | "deliveries"]);
    spin::answer(request, ours, serve).await
}

async fn serve(request: &Inbound) -> Result<Reply, ApiError> {
    let token = variables::required("admin_token").await?;
    let given = request.header("authorization").and_then(bearer).unwrap_or_default();
    if !bool::from(given.ct_eq(token.trim().as_bytes())) {
        return Ok(reply::unauthorized());
    }
    let events = request.path()[..] == ["events"];
    match request.method.as_str() {
        "GET" if events => show(&Query::read(request, &["after", "fresh", "limit"])?, true).await,
        "GET" => show(&Query::read(request, &["after", "limit"])?, false).await,
        "DELETE" => delete(&Query::read(request, &["before", "limit"])?, events).await,
        _ => Err(ApiError::MethodNotAllowed(["GET", "DELETE"].map(str::to_owned).into())),
    }
}

async fn show(query: &Query, events: bool) -> Result<Reply, ApiError> {
    // Accept the `next` of an empty list as it is.
    let after = query.value("after").filter(|after| *after != "null").unwrap_or_default();
    if !after.is_empty() && !listing::is_cursor(after) {
        return Err(wrong("`after` is not a cursor: use the `next` of an earlier answer"));
    }
    let fresh = query.value("fresh").unwrap_or("false").parse();
    let fresh = fresh.map_err(|_| wrong("`fresh` must be `true` or `false`"))?;
    let (store, limit) = (Store::open().await?, query.limit()?);
    let listed = if events {
        events::list(&store, after, limit, fresh).await?
    } else {
        inbound_requests::list(&store, after, limit).await?
    };
    Ok(reply::json(listed))
}

async fn delete(query: &Query, events: bool) -> Result<Reply, ApiError> {
    let before = query.value("before").and_then(|text| text.parse().ok());
    let why = "`before` must be a time in epoch milliseconds: entries stored before it are deleted";
    let before = before.ok_or_else(|| wrong(why))?;
    let (store, limit) = (Store::open().await?, query.limit()?);
    let deleted = if events {
        events::delete(&store, before, limit).await?
    } else {
        inbound_requests::delete(&store, before, limit).await?
    };
    Ok(reply::json(json!(deleted).to_string()))
}

struct Query(Vec<(String, String)>);

impl Query {
    fn read(request: &Inbound, parameters: &[&str]) -> Result<Self, ApiError> {
        let query: Vec<_> = form_urlencoded::parse(request.query().as_bytes()).into_owned().collect();
        match query.iter().find(|(key, _)| !parameters.contains(&key.as_str())) {
            Some((key, _)) => {
                Err(wrong(&format!("unknown query parameter `{}`: use {}", short(key), parameters.join(", "))))
            }
            None => Ok(Self(query)),
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn limit(&self) -> Result<usize, ApiError> {
        let limit = self.value("limit").map_or(Some(DEFAULT_LIMIT), |text| text.parse().ok());
        let limit = limit.filter(|limit| (1..=MAX_LIMIT).contains(limit));
        limit.ok_or_else(|| wrong(&format!("`limit` must be a number from 1 to {MAX_LIMIT}")))
    }
}

fn wrong(why: &str) -> ApiError {
    ApiError::Malformed(why.to_owned())
}

/// Returns the token of a header `Bearer …`; the scheme is case-insensitive.
fn bearer(header: &[u8]) -> Option<&[u8]> {
    let (word, token) = header.split_at_checked("Bearer ".len())?;
    word.eq_ignore_ascii_case(b"Bearer ").then_some(token)
}
