//! Reads objects, one by one or in pages.

use axum::http::{StatusCode, Uri};
use axum::response::Response;
use serde_json::{Value, json as value};

use super::{Scope, no_object, view};
use crate::hubspot::api::error::ApiError;
use crate::hubspot::api::{json, query::Query};
use crate::hubspot::path::Named;

/// The default and maximum number of objects in a page.
const PAGE: (u64, u64) = (10, 100);

/// Handles GET of one object. An archived one requires `archived=true`.
pub async fn one(scope: Scope, Named(id): Named, uri: Uri) -> Result<Response, ApiError> {
    let query = Query::of(&uri);
    let object = scope.find(&id, query.flag("archived")?).ok_or_else(|| no_object(&id))?;
    let written = view::part_with_ties(&object, &query.list("properties"), &query.list("associations"));
    Ok(json::answer(StatusCode::OK, &written))
}

/// Handles GET of a page of objects.
pub async fn list(scope: Scope, uri: Uri) -> Result<Response, ApiError> {
    let query = Query::of(&uri);
    let limit = usize::try_from(query.number("limit", PAGE.0, 1, PAGE.1)?).unwrap_or(usize::MAX);
    let after = query.number("after", 0, 0, u64::MAX)?;
    let archived = query.flag("archived")?;
    // Fetch one more to find out whether there is another page.
    let mut objects = scope.objects().list(scope.account, scope.object_type, archived, after, limit + 1);
    let more = objects.len() > limit;
    objects.truncate(limit);

    let (names, types) = (query.list("properties"), query.list("associations"));
    let results: Vec<Value> = objects.iter().map(|object| view::part_with_ties(object, &names, &types)).collect();
    let last = objects.last().filter(|_| more);
    let paging = last.map(|object| ("paging", value!({ "next": { "after": object.id.to_string() } })));
    Ok(json::answer(StatusCode::OK, &json::with(value!({ "results": results }), paging)))
}
