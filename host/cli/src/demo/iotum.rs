//! An emulator of iotum's REST API, based on iotum's documentation and on clients of its API: every call is a POST of a
//! JSON object with an `auth_token`, and errors have a `message`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};

use cordboard::clock::now;
use cordboard::random::random_id;

use super::fixtures::{GLOBEX, HOST_ID};

const FIRST_CONFERENCE: u64 = 1_258_835;

/// Access code of the first conference; the following ones count up.
pub const FIRST_ACCESS_CODE: u64 = 5_551_234;

/// The first session expires after this many calls, to show its renewal; later ones do not expire.
const FIRST_SESSION: usize = 3;

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

/// A conference at iotum.
#[derive(Clone, Debug, PartialEq)]
pub struct Conference {
    /// `conference_id`
    pub id: u64,
    /// `host_id`
    pub host: u64,
    /// `subject`
    pub subject: String,
    /// `start`, as `YYYY-MM-DD HH:MM:SS`
    pub start: String,
    /// `time_zone`
    pub time_zone: String,
    /// `duration`, in minutes
    pub duration: u64,
    /// `one_time_access_code`
    pub access_code: u64,
}

impl Conference {
    /// `room_url`
    pub fn room_url(&self) -> String {
        format!("https://globex.iotum.example/conf/call/{}", self.access_code)
    }

    fn json(&self) -> Value {
        json!({
            "conference_id": self.id,
            "subject": self.subject,
            "start": self.start,
            "time_zone": self.time_zone,
            "duration": self.duration,
            "one_time_access_code": self.access_code,
            "moderators": [self.host],
            "room_url": self.room_url(),
            // Grants moderator rights, so no link or text for guests may contain it.
            "moderator_token": "not-for-guests",
        })
    }
}

/// The emulator, for one administrator.
#[derive(Clone)]
pub struct Iotum(Arc<Mutex<Account>>);

impl Iotum {
    /// Creates an emulator with one administrator, one host and no conferences.
    pub fn new(email: &str, password: &str) -> Self {
        let (email, password) = (email.to_owned(), password.to_owned());
        let (sessions, conferences, received) = (Vec::new(), Vec::new(), Vec::new());
        Self(Arc::new(Mutex::new(Account { email, password, sessions, conferences, received })))
    }

    /// Returns the API's router.
    pub fn router(&self) -> Router {
        Router::new().route("/enterprise_api/{*path}", post(answer)).with_state(self.clone())
    }

    /// Returns the calls received since the last time.
    pub fn received(&self) -> Vec<Call> {
        std::mem::take(&mut self.account().received)
    }

    /// Returns all conferences, oldest first.
    pub fn conferences(&self) -> Vec<Conference> {
        self.account().conferences.clone()
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(State(iotum): State<Iotum>, Path(path): Path<String>, body: Bytes) -> Response {
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let mut account = iotum.account();
    let (status, answer) = match account.answer(&path, &body) {
        Ok(answer) => (StatusCode::OK, answer),
        Err((status, message)) => (status, json!({ "message": message })),
    };
    let message = text(&answer, "message").unwrap_or_default().to_owned();
    account.received.push(Call { path, status: status.as_u16(), message, at: now() });
    (status, [(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}

/// An account at iotum, with the calls received.
struct Account {
    email: String,
    password: String,
    /// Tokens with their remaining calls; `None` is unlimited.
    sessions: Vec<(String, Option<usize>)>,
    /// All conferences, oldest first.
    conferences: Vec<Conference>,
    received: Vec<Call>,
}

type Answer<T = Value> = Result<T, (StatusCode, &'static str)>;

impl Account {
    fn answer(&mut self, path: &str, body: &Value) -> Answer {
        if path == "authenticate" {
            return self.authenticate(body);
        }
        self.enter(body)?;
        match path {
            "host/fetch_all" => {
                Ok(json!([{ "host_id": HOST_ID, "name": "Grace", "role": "HOST", "email": GLOBEX.email }]))
            }
            "conference/create" => self.create(body),
            "conference/update" => self.update(body),
            _ => Err((StatusCode::NOT_FOUND, "No such method")),
        }
    }

    fn authenticate(&mut self, body: &Value) -> Answer {
        if text(body, "email") != Some(&self.email) || text(body, "password") != Some(&self.password) {
            return Err((StatusCode::UNAUTHORIZED, "Invalid credentials"));
        }
        let token = random_id().map_err(|_| (StatusCode::INTERNAL_SERVER_ERROR, "No randomness"))?;
        let calls = self.sessions.is_empty().then_some(FIRST_SESSION);
        self.sessions.push((token.clone(), calls));
        Ok(json!({ "auth_token": token }))
    }

    fn enter(&mut self, body: &Value) -> Answer<()> {
        let token = text(body, "auth_token");
        let session = self.sessions.iter_mut().find(|(other, _)| Some(other.as_str()) == token);
        match session {
            None => Err((StatusCode::UNAUTHORIZED, "Missing auth_token or Invalid token")),
            Some((_, Some(0))) => Err((StatusCode::UNAUTHORIZED, "Session expired")),
            Some((_, calls)) => {
                *calls = calls.map(|calls| calls - 1);
                Ok(())
            }
        }
    }

    fn create(&mut self, body: &Value) -> Answer {
        let number = self.conferences.len() as u64;
        let host = body.get("host_id").and_then(Value::as_u64).filter(|id| *id == HOST_ID);
        let host = host.ok_or((StatusCode::BAD_REQUEST, "host_id is no host of this company"))?;
        let conference = planned(FIRST_CONFERENCE + number, host, FIRST_ACCESS_CODE + number, body)?;
        let answer = conference.json();
        self.conferences.push(conference);
        Ok(answer)
    }

    fn update(&mut self, body: &Value) -> Answer {
        let id = body.get("conference_id").and_then(Value::as_u64);
        let found = self.conferences.iter_mut().find(|conference| Some(conference.id) == id);
        let conference = found.ok_or((StatusCode::NOT_FOUND, "No such conference"))?;
        *conference = planned(conference.id, conference.host, conference.access_code, body)?;
        Ok(conference.json())
    }
}

/// Returns the conference that a body describes.
fn planned(id: u64, host: u64, access_code: u64, body: &Value) -> Answer<Conference> {
    let required = |member, message| {
        let text = text(body, member).filter(|text| !text.is_empty()).map(str::to_owned);
        text.ok_or((StatusCode::BAD_REQUEST, message))
    };
    let duration = body.get("duration").and_then(Value::as_u64);
    Ok(Conference {
        id,
        host,
        subject: required("subject", "subject is missing")?,
        start: required("start", "start is missing")?,
        time_zone: required("time_zone", "time_zone is missing")?,
        duration: duration.ok_or((StatusCode::BAD_REQUEST, "duration is missing"))?,
        access_code,
    })
}

fn text<'a>(body: &'a Value, member: &str) -> Option<&'a str> {
    body.get(member)?.as_str()
}
