//! What an operation is: its method, path and description, its input and answer, and the function that runs it.

use std::future::Future;
use std::pin::Pin;

use axum::http::StatusCode;
use serde_json::Value;

use super::call::Call;
use super::problem::Result;

/// A running operation.
pub(super) type Running = Pin<Box<dyn Future<Output = Result<Value>> + Send>>;

/// An operation of the admin API.
pub(super) struct Operation {
    pub method: &'static str,
    /// Path below `/admin/v1`.
    pub path: &'static str,
    /// OpenAPI `operationId`, from which client generators derive method names.
    pub id: &'static str,
    /// A short imperative phrase.
    pub summary: &'static str,
    /// Full sentences: details, and which tokens may call the operation.
    pub description: &'static str,
    pub input: Input,
    pub answer: Shape,
    /// Possible error statuses, besides those that [`statuses`](Self::statuses) adds.
    pub refusals: &'static [u16],
    pub run: fn(Call) -> Running,
}

impl Operation {
    /// Returns the query parameters.
    pub fn parameters(&self) -> &'static [Parameter] {
        match self.input {
            Input::Query(parameters) => parameters,
            Input::Component | Input::Json(_) => &[],
        }
    }

    /// Returns the status of a successful response.
    pub fn success(&self) -> StatusCode {
        match self.input {
            Input::Component => StatusCode::CREATED,
            Input::Query(_) | Input::Json(_) => StatusCode::OK,
        }
    }

    /// Returns all possible error statuses: every operation has 400, 401 and 503, and a body may be late or too large.
    pub fn statuses(&self) -> impl Iterator<Item = u16> {
        let body: &[u16] = match self.input {
            Input::Query(_) => &[],
            Input::Component | Input::Json(_) => &[408, 413],
        };
        [400, 401, 503].iter().chain(body).chain(self.refusals).copied()
    }

    /// Returns the shapes of the request body, if it is JSON, and of the response.
    pub fn shapes(&self) -> impl Iterator<Item = &Shape> {
        let request = if let Input::Json(shape) = &self.input { Some(shape) } else { None };
        request.into_iter().chain([&self.answer])
    }
}

/// A query parameter.
pub(super) struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
    pub summary: &'static str,
}

/// The type of a parameter.
pub(super) enum Kind {
    Name,
    /// The CRM's id of an account or app.
    Id,
    Number {
        min: u64,
        max: u64,
        default: Option<u64>,
    },
}

/// What a request consists of, besides its method and path.
pub(super) enum Input {
    /// A query with these parameters, and no body.
    Query(&'static [Parameter]),
    /// A WebAssembly component as the body.
    Component,
    /// A JSON object as the body.
    Json(Shape),
}

/// A named JSON Schema.
pub(super) struct Shape {
    pub name: &'static str,
    pub schema: fn() -> Value,
}

/// Declares the parameter `limit`.
pub(super) const fn limit(max: u64, default: u64) -> Parameter {
    Parameter {
        name: "limit",
        kind: Kind::Number { min: 1, max, default: Some(default) },
        summary: "Maximum number of items",
    }
}

/// Declares a parameter for the id of an account or app.
pub(super) const fn id(name: &'static str, summary: &'static str) -> Parameter {
    Parameter { name, kind: Kind::Id, summary }
}
