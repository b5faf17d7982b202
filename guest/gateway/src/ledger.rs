//! What is kept, for whoever has the token: events and deliveries are listed, and forgotten.
//!
//! It is a component of its own. A list asks for all keys of the store, and while the store is silent its whole instance
//! waits: nobody else is to wait with it.

use cordboard_core::refusal::Refusal;
use cordboard_core::text::short;
use http::Response;
use serde_json::json;
use spin_sdk::http::{FullBody, Request};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

use crate::spin::incoming::Inbound;
use crate::spin::reply::Reply;
use crate::spin::store::Store;
use crate::spin::{self, variables};
use crate::{deliveries, events};

const MOST_LISTED: usize = 1000;
const USUALLY_LISTED: usize = 100;

/// Answers a request at `/events` or `/deliveries`, which the front passed on.
pub async fn answer(request: Request) -> Response<FullBody<bytes::Bytes>> {
    let ours = |path: &[&str]| matches!(path, ["events" | "deliveries"]);
    spin::answer(request, ours, async |request| serve(request).await).await
}

async fn serve(request: &Inbound) -> Result<Reply, Refusal> {
    let token = variables::required("admin_token").await?;
    let given = request.header("authorization").and_then(bearer).unwrap_or_default();
    if !bool::from(given.ct_eq(token.trim().as_bytes())) {
        return Ok(Reply::stranger());
    }
    let query: Vec<_> = form_urlencoded::parse(request.query().as_bytes()).collect();
    if let Some((key, _)) = query.iter().find(|(key, _)| !["after", "before", "fresh", "limit"].contains(&key.as_ref()))
    {
        return Err(Refusal::Malformed(format!("`{}` is none of `after`, `before`, `fresh`, `limit`", short(key))));
    }
    let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref());
    let limit = value("limit").map_or(Some(USUALLY_LISTED), |text| text.parse().ok());
    let limit = limit.filter(|limit| (1..=MOST_LISTED).contains(limit));
    let limit = limit.ok_or_else(|| Refusal::Malformed(format!("`limit` is a number from 1 to {MOST_LISTED}")))?;
    let store = Store::open().await?;
    match request.method.as_str() {
        "GET" => {
            // As `next` stands in the answer where nothing was there.
            let after = value("after").filter(|after| *after != "null").unwrap_or_default();
            if !after.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':') {
                let why = "`after` is the `next` of an answer before";
                return Err(Refusal::Malformed(why.to_owned()));
            }
            let fresh = value("fresh").unwrap_or("false").parse();
            let fresh = fresh.map_err(|_| Refusal::Malformed("`fresh` is `true` or `false`".to_owned()))?;
            let listed = match request.path()[..] {
                ["events"] => events::list(&store, after, limit, fresh).await?,
                _ => deliveries::list(&store, after, limit).await?,
            };
            Ok(Reply::json(listed))
        }
        "DELETE" => {
            let before = value("before").and_then(|text| text.parse().ok());
            let why = "`before` is a time in epoch milliseconds: what was kept before it is forgotten";
            let before = before.ok_or_else(|| Refusal::Malformed(why.to_owned()))?;
            let forgotten = match request.path()[..] {
                ["events"] => events::forget(&store, before, limit).await?,
                _ => deliveries::forget(&store, before, limit).await?,
            };
            Ok(Reply::json(json!({ "forgotten": forgotten, "more": forgotten == limit }).to_string()))
        }
        _ => Err(Refusal::Method(["GET", "DELETE"].map(str::to_owned).into())),
    }
}

/// The token of a header `Bearer …`; the word may be in capitals or not.
fn bearer(header: &[u8]) -> Option<&[u8]> {
    let (word, token) = header.split_at_checked("Bearer ".len())?;
    word.eq_ignore_ascii_case(b"Bearer ").then_some(token)
}
