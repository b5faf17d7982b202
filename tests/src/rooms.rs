//! Emulates the API that the template plugs call.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The key that it accepts.
pub const API_KEY: &str = "api key of the house";
/// The value of `x-desk-token` in its webhooks.
pub const HOOK_TOKEN: &str = "token-of-the-house";

/// A running server, which stops when it is dropped.
pub struct Rooms {
    /// The address on which it listens.
    pub address: SocketAddr,
    state: Arc<Mutex<Inner>>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct Inner {
    calls: Vec<(String, Value)>,
    made: usize,
    failing: Option<StatusCode>,
}

impl Rooms {
    /// Starts a server on a free port.
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(Inner::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let listening = tokio::spawn(async move { axum::serve(listener, router).await.expect("a listener") });
        Self { address, state, listening }
    }

    /// Answers all requests with this status from now on, or normally again.
    pub fn fail(&self, status: Option<u16>) {
        let failing = status.map(|status| StatusCode::from_u16(status).expect("a status"));
        self.state.lock().unwrap().failing = failing;
    }

    /// Takes the requests so far: method and path, and the body.
    pub fn calls(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.state.lock().unwrap().calls)
    }
}

impl Drop for Rooms {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn answer(
    State(state): State<Arc<Mutex<Inner>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let mut inner = state.lock().unwrap();
    inner.calls.push((format!("{method} {}", uri.path()), serde_json::from_slice(&body).unwrap_or_default()));
    if headers.get("authorization").is_none_or(|value| *value != format!("Bearer {API_KEY}")) {
        return (StatusCode::UNAUTHORIZED, String::new());
    }
    if let Some(failing) = inner.failing {
        return (failing, String::new());
    }
    match (method, uri.path()) {
        (Method::POST, "/rooms") => {
            inner.made += 1;
            let id = format!("room {}", inner.made);
            let link = format!("https://rooms.example.org/{}", inner.made);
            (StatusCode::CREATED, json!({ "id": id, "link": link }).to_string())
        }
        (Method::PUT, path) if path.starts_with("/rooms/") => (StatusCode::OK, "{}".to_owned()),
        (Method::DELETE, path) if path.starts_with("/rooms/") => (StatusCode::NO_CONTENT, String::new()),
        _ => (StatusCode::NOT_FOUND, String::new()),
    }
}
