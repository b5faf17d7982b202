//! An emulator of iotum's REST API: an HTTP server around [`Books`].

mod books;

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;

use cordboard::flow::now;

use books::Books;
pub use books::{Conference, FIRST_ACCESS_CODE};

/// A received call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The path after `/enterprise_api/`.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// The `message` of an error, or empty.
    pub message: String,
    /// The time, in epoch milliseconds.
    pub at: u64,
}

/// The emulator, for one administrator.
#[derive(Clone)]
pub struct Iotum {
    books: Arc<Mutex<Books>>,
    received: Arc<Mutex<Vec<Call>>>,
}

impl Iotum {
    /// Creates an emulator with one administrator, one host and no conferences.
    pub fn new(email: &str, password: &str) -> Self {
        Self { books: Arc::new(Mutex::new(Books::new(email, password))), received: Arc::default() }
    }

    /// Returns the API's router.
    pub fn router(&self) -> Router {
        Router::new().route("/enterprise_api/{*path}", post(answer)).with_state(self.clone())
    }

    /// Returns the calls received since the last time.
    pub fn received(&self) -> Vec<Call> {
        std::mem::take(&mut *self.received.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns all conferences, oldest first.
    pub fn conferences(&self) -> Vec<Conference> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner).conferences.clone()
    }
}

async fn answer(State(iotum): State<Iotum>, Path(path): Path<String>, body: Bytes) -> Response {
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let (status, answer) = iotum.books.lock().unwrap_or_else(PoisonError::into_inner).answer(&path, &body);
    let message = answer.get("message").and_then(Value::as_str).unwrap_or_default().to_owned();
    iotum.received.lock().unwrap_or_else(PoisonError::into_inner).push(Call { path, status, message, at: now() });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}
