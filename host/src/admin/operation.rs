//! The table of operations.

use std::future::Future;
use std::pin::Pin;

use axum::http::StatusCode;
use serde_json::Value;

use super::call::Call;
use super::problem::{Problem, Result};
use super::schema::MAX_ID;
use super::{
    acknowledge, activate, audit, connections, diff, history, leftovers, openapi, plugs, promote, push, reload,
    retention, rollback,
};

/// An operation at work.
pub(super) type Running = Pin<Box<dyn Future<Output = Result<Value>> + Send>>;

/// What one can be asked for, and how.
pub(super) struct Operation {
    pub method: &'static str,
    /// Behind `/admin/v1`.
    pub path: &'static str,
    /// Its name for programs that are made from the document.
    pub id: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Who may, and what else is to be known.
    pub description: &'static str,
    pub parameters: &'static [Parameter],
    pub request: Request,
    /// The status of its answer.
    pub status: StatusCode,
    pub answer: Shape,
    /// Statuses of its refusals, beside 400, 401 and 503, which all have.
    pub refusals: &'static [u16],
    pub run: fn(Call) -> Running,
}

/// A parameter of a query.
pub(super) struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
    pub summary: &'static str,
}

/// What a parameter holds.
pub(super) enum Kind {
    Name,
    Number { min: u64, max: u64, default: Option<u64> },
}

/// What a body holds.
pub(super) enum Request {
    Nothing,
    /// The bytes of a WebAssembly component.
    Component,
    Json(Shape),
}

/// A named JSON Schema.
pub(super) struct Shape {
    pub name: &'static str,
    pub schema: fn() -> Value,
}

/// How many items of a list.
pub(super) const fn limit(max: u64, default: u64) -> Parameter {
    Parameter { name: "limit", kind: Kind::Number { min: 1, max, default: Some(default) }, summary: "At most so many" }
}

/// The number of an account or app.
pub(super) const fn id(name: &'static str, summary: &'static str) -> Parameter {
    // No account and no app has the number 0, by which the store keeps apps among connections.
    Parameter { name, kind: Kind::Number { min: 1, max: MAX_ID, default: None }, summary }
}

/// All of them.
pub(super) static OPERATIONS: [&Operation; 15] = [
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
    &retention::CONFIRM,
    &reload::RELOAD,
    &openapi::DOCUMENT,
];

/// The operation that is meant.
pub(super) fn find(method: &str, path: &str) -> Result<&'static Operation> {
    let here: Vec<_> = OPERATIONS.iter().copied().filter(|operation| operation.path == path).collect();
    // The connection leaves the body of the answer to a HEAD out.
    let method = if method == "HEAD" { "GET" } else { method };
    let found = here.iter().find(|operation| operation.method == method);
    match found {
        Some(operation) => Ok(operation),
        None if here.is_empty() => {
            Err(Problem::not_found("there is no such address: GET /admin/v1/openapi.json tells all that there are"))
        }
        None => Err(Problem::method(&here.iter().map(|operation| operation.method).collect::<Vec<_>>())),
    }
}
