//! Reads objects: one, a page, or several by their ids.

use axum::http::{StatusCode, Uri};
use axum::response::Response;
use serde_json::{Value, json as value};

use super::search::names;
use super::{Scope, no_object, view};
use crate::hubspot::api::error::ApiError;
use crate::hubspot::api::json::{self, Object};
use crate::hubspot::api::query::Query;
use crate::hubspot::clock;
use crate::hubspot::path::PathParam;
use crate::hubspot::text::truncate;

/// The default and maximum number of objects in a page.
const PAGE_LEN: (u64, u64) = (10, 100);

/// The maximum number of objects in a batch.
const MAX_INPUTS: usize = 100;

/// Handles GET of one object. An archived one requires `archived=true`.
pub async fn one(scope: Scope, PathParam(id): PathParam, uri: Uri) -> Result<Response, ApiError> {
    let query = Query::of(&uri);
    let object = scope.find(&id, query.flag("archived")?).ok_or_else(|| no_object(&id))?;
    let object = view::with_associations(&object, &query.list("properties"), &query.list("associations"));
    Ok(json::respond(StatusCode::OK, &object))
}

/// Handles GET of a page of objects.
pub async fn list(scope: Scope, uri: Uri) -> Result<Response, ApiError> {
    let query = Query::of(&uri);
    let limit = usize::try_from(query.number("limit", PAGE_LEN.0, 1, PAGE_LEN.1)?).unwrap_or(usize::MAX);
    let after = query.number("after", 0, 0, u64::MAX)?;
    let archived = query.flag("archived")?;
    // Fetch one more to find out whether there is another page.
    let mut objects = scope.objects().list(scope.account, scope.object_type, archived, after, limit + 1);
    let more = objects.len() > limit;
    objects.truncate(limit);

    let (names, types) = (query.list("properties"), query.list("associations"));
    let results: Vec<Value> = objects.iter().map(|object| view::with_associations(object, &names, &types)).collect();
    let last = objects.last().filter(|_| more);
    let paging = last.map(|object| ("paging", value!({ "next": { "after": object.id.to_string() } })));
    Ok(json::respond(StatusCode::OK, &json::with(value!({ "results": results }), paging)))
}

/// Handles POST to `batch/read`. Returns 200 with all objects, or 207 if some are missing.
pub async fn batch(scope: Scope, uri: Uri, Object(body): Object) -> Result<Response, ApiError> {
    let started = clock::iso(clock::now());
    let archived = Query::of(&uri).flag("archived")?;
    let inputs = body.get("inputs").and_then(Value::as_array).filter(|inputs| inputs.len() <= MAX_INPUTS);
    let inputs = inputs.ok_or_else(|| {
        ApiError::invalid(format!("Invalid input JSON: `inputs` must be a list of at most {MAX_INPUTS} {{\"id\"}}"))
    })?;
    let names = names(&body)?;
    let (mut results, mut missing) = (Vec::new(), Vec::new());
    for input in inputs {
        let id = input.get("id").and_then(Value::as_str).unwrap_or_default();
        match scope.find(id, archived) {
            Some(object) => results.push(view::part(&object, &names)),
            None => missing.push(truncate(id, 30)),
        }
    }
    let answer = value!({
        "status": "COMPLETE",
        "results": results,
        "startedAt": started,
        "completedAt": clock::iso(clock::now()),
    });
    if missing.is_empty() {
        return Ok(json::respond(StatusCode::OK, &answer));
    }
    let errors = value!([{
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "these objects do not exist in this account, have another type or are archived",
        "context": { "ids": missing },
    }]);
    let answer = json::with(answer, [("numErrors", value!(1)), ("errors", errors)]);
    Ok(json::respond(StatusCode::MULTI_STATUS, &answer))
}
