//! Reads several objects at once. Returns 200 with all objects, or 207 if some are missing.

use axum::http::{StatusCode, Uri};
use axum::response::Response;
use serde_json::{Value, json as value};

use super::search::names;
use super::{Scope, view};
use crate::hubspot::api::error::ApiError;
use crate::hubspot::api::json::{self, Object};
use crate::hubspot::api::query::Query;
use crate::hubspot::clock;
use crate::hubspot::text::cut;

/// The maximum number of objects in one request.
const MAX_INPUTS: usize = 100;

/// Handles POST to `batch/read`.
pub async fn read(scope: Scope, uri: Uri, Object(body): Object) -> Result<Response, ApiError> {
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
            None => missing.push(cut(id, 30)),
        }
    }
    let answer = value!({
        "status": "COMPLETE",
        "results": results,
        "startedAt": started,
        "completedAt": clock::iso(clock::now()),
    });
    if missing.is_empty() {
        return Ok(json::answer(StatusCode::OK, &answer));
    }
    let errors = value!([{
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "these objects do not exist in this account, have another type or are archived",
        "context": { "ids": missing },
    }]);
    let answer = json::with(answer, [("numErrors", value!(1)), ("errors", errors)]);
    Ok(json::answer(StatusCode::MULTI_STATUS, &answer))
}
