//! Reads several objects at once. Returns 200 with all objects, or 207 if some are missing.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde_json::{Value, json as value};

use super::search::names;
use super::view;
use crate::hubspot::api::account::Account;
use crate::hubspot::api::error::ApiError;
use crate::hubspot::api::{json, query::Query};
use crate::hubspot::state::objects::ObjectType;
use crate::hubspot::text::cut;
use crate::hubspot::{HubSpot, clock};

/// The maximum number of objects in one request.
const MAX_INPUTS: usize = 100;

/// Handles POST to `batch/read`.
pub async fn read(
    State(hubspot): State<HubSpot>,
    Extension(Account(account)): Extension<Account>,
    Extension(object_type): Extension<ObjectType>,
    uri: Uri,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    let started = clock::iso(clock::now());
    let archived = Query::of(&uri).flag("archived")?;
    let body = json::object(&headers, &bytes)?;
    let inputs = body.get("inputs").and_then(Value::as_array).filter(|inputs| inputs.len() <= MAX_INPUTS);
    let inputs = inputs.ok_or_else(|| {
        ApiError::invalid(format!("Invalid input JSON: `inputs` must be a list of at most {MAX_INPUTS} {{\"id\"}}"))
    })?;
    let names = names(&body)?;
    let objects = &hubspot.state().objects;
    let (mut results, mut missing) = (Vec::new(), Vec::new());
    for input in inputs {
        let id = input.get("id").and_then(Value::as_str).unwrap_or_default();
        match id.parse().ok().and_then(|number| objects.get(account, object_type, archived, number)) {
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
