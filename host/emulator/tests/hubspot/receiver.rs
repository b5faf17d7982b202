//! An app that records requests and gives preset answers.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use cordboard_emulator::hubspot::{Forward, Options};
use serde_json::{Value, json};

use super::running::{Running, serve};

/// A recorded request.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedRequest {
    pub method: String,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl ReceivedRequest {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// An app that runs until the end of the test.
#[derive(Clone, Default)]
pub struct Receiver {
    received: Arc<Mutex<Vec<ReceivedRequest>>>,
    answers: Arc<Mutex<Vec<(String, u16, String)>>>,
}

impl Receiver {
    /// Starts an app, and an emulator with these options that forwards this public address to it.
    pub async fn behind(public: &str, mut options: Options) -> (Running, Self) {
        let receiver = Self::default();
        receiver.answers("/create", 200, &conference().to_string());
        receiver.answers("/update", 204, "");
        receiver.answers("/delete", 204, "");
        receiver.answers("/verify", 200, &json!({ "id": "user-7" }).to_string());
        let to = serve(Router::new().fallback(receive).with_state(receiver.clone())).await;
        options.forwards = vec![Forward { public: public.to_owned(), to }];
        (Running::with(options).await, receiver)
    }

    /// Sets the answer of a path.
    pub fn answers(&self, path: &str, status: u16, body: &str) {
        let mut answers = self.answers.lock().unwrap();
        answers.retain(|(known, ..)| known != path);
        answers.push((path.to_owned(), status, body.to_owned()));
    }

    /// Takes the requests recorded since the last call.
    pub fn received(&self) -> Vec<ReceivedRequest> {
        std::mem::take(&mut *self.received.lock().unwrap())
    }

    /// Takes the paths of these requests.
    pub fn paths(&self) -> Vec<String> {
        self.received().into_iter().map(|received| received.path).collect()
    }
}

pub fn conference() -> Value {
    json!({
        "conferenceId": "Conf-1",
        "conferenceUrl": "https://meet.example.com/1",
        "conferenceDetails": "Join at https://meet.example.com/1",
    })
}

async fn receive(
    State(receiver): State<Receiver>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, [(&'static str, &'static str); 1], String) {
    let path = uri.path().to_owned();
    let (method, body) = (method.to_string(), body.to_vec());
    receiver.received.lock().unwrap().push(ReceivedRequest { method, path: path.clone(), headers, body });
    let known = receiver.answers.lock().unwrap().iter().find(|(known, ..)| *known == path).cloned();
    let (_, status, body) = known.unwrap_or((path, 404, String::new()));
    if status == 0 {
        std::future::pending::<()>().await;
    }
    // A redirect would lead to a path that accepts the request.
    let status = StatusCode::from_u16(status).unwrap();
    (status, [("location", "/create")], body)
}
