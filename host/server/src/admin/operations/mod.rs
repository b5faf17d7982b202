//! The operations, one per file, and their table, from which requests are routed and the OpenAPI document is generated.

mod acknowledge;
mod activate;
mod audit;
mod confirm_retention;
mod connections;
mod diff;
mod history;
mod leftovers;
mod openapi;
mod plugs;
mod promote;
mod push;
mod reload;
mod retention;
mod rollback;

use cordboard_bridge::flow::ApiError;

use super::operation::Operation;
use super::problem::{Problem, Result};

/// All operations, in the order of the document.
static OPERATIONS: [&Operation; 15] = [
    &plugs::LIST,
    &push::PUSH,
    &connections::LIST,
    &activate::ACTIVATE,
    &promote::PROMOTE,
    &rollback::ROLLBACK,
    &diff::DIFF,
    &history::HISTORY,
    &audit::AUDIT,
    &leftovers::LIST,
    &acknowledge::ACKNOWLEDGE,
    &retention::SHOW,
    &confirm_retention::CONFIRM,
    &reload::RELOAD,
    &openapi::DOCUMENT,
];

/// Finds the operation for a method and path.
pub(super) fn find(method: &str, path: &str) -> Result<&'static Operation> {
    let here: Vec<_> = OPERATIONS.iter().copied().filter(|operation| operation.path == path).collect();
    // hyper omits the body of the response to a HEAD request.
    let method = if method == "HEAD" { "GET" } else { method };
    let found = here.iter().find(|operation| operation.method == method);
    match found {
        Some(operation) => Ok(operation),
        None if here.is_empty() => {
            Err(Problem::not_found("no such path: see GET /admin/v1/openapi.json for all operations"))
        }
        None => {
            let methods = here.iter().map(|operation| operation.method.to_owned()).collect();
            Err(ApiError::MethodNotAllowed(methods).into())
        }
    }
}
