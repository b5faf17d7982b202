//! Requests as HubSpot sends them, signed with v3 unless stated otherwise.

use std::sync::atomic::{AtomicU64, Ordering};

use cordboard::clock::now;
use serde_json::{Value, json};

use crate::bridge::PUBLIC_URL;
use crate::http::{Answer, Request};
use crate::provider::USER;
use crate::served::Served;
use crate::sign;

/// The app of [`config`] and of all requests here.
pub const APP: u64 = 54_321;
/// The app's client secret.
pub const SECRET: &str = "3f1c2f0e-7a7b-4c43-9a51-0d6a7a0c9b11";
/// The account of [`config`] and of all requests here.
pub const ACCOUNT: u64 = 123_123;

/// Returns a configuration with one app and one account. `account` has more keys of the account, and `connections`
/// follows it.
pub fn config(account: &str, connections: &str) -> String {
    format!(
        "[app.{APP}]\nplug = \"hubspot\"\nsettings = {{ client-secret = \"{SECRET}\" }}\n\
         [account.{ACCOUNT}]\napp = {APP}\n{account}\n{connections}\n"
    )
}

/// Returns a meeting of the user that the emulated provider knows.
pub fn meeting(topic: &str) -> Value {
    json!({
        "portalId": ACCOUNT, "userId": 7, "userEmail": USER, "topic": topic,
        "startTime": 1_760_000_000_000_u64, "endTime": 1_760_001_800_000_u64,
    })
}

/// Returns the body with another value of a member.
pub fn with(mut body: Value, member: &str, value: impl Into<Value>) -> Value {
    body[member] = value.into();
    body
}

/// Returns the target of one of the app's routes.
pub fn target(route: &str) -> String {
    format!("/hubspot/{APP}/{route}")
}

/// Returns a signed request to one of the app's routes. Each has a different time.
pub fn request(route: &str, body: &Value) -> Request {
    sign::v3(Request::post(&target(route), body.to_string()), SECRET, PUBLIC_URL, tick())
}

/// Signs a request.
pub fn signed(request: Request) -> Request {
    sign::v3(request, SECRET, PUBLIC_URL, tick())
}

/// Signs a request with another time, in Unix milliseconds.
pub fn sign_v3_at(request: Request, at: u64) -> Request {
    sign::v3(request, SECRET, PUBLIC_URL, at)
}

/// A version of HubSpot's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Covers the body.
    V1,
    /// Covers method, address and body.
    V2,
    /// Covers method, address, body and time.
    V3,
}

/// All versions.
pub const SCHEMES: [Scheme; 3] = [Scheme::V1, Scheme::V2, Scheme::V3];

impl Scheme {
    /// Whether the signature covers the time, so that no two requests have the same.
    pub fn covers_time(self) -> bool {
        self == Self::V3
    }

    /// Returns a signed request to one of the app's routes.
    pub fn request(self, route: &str, body: &Value) -> Request {
        let request = Request::post(&target(route), body.to_string());
        match self {
            Self::V1 => sign::v1(request, SECRET),
            Self::V2 => sign::v2(request, SECRET, PUBLIC_URL),
            Self::V3 => signed(request),
        }
    }
}

/// Books a meeting.
pub async fn create(served: &impl Served, meeting: &Value) -> Answer {
    served.send(&request("create-meeting", meeting)).await
}

/// Books a meeting, asserts that it succeeds, and returns the conference's id.
pub async fn created(served: &impl Served, meeting: &Value) -> String {
    let answer = create(served, meeting).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.member("conferenceId")
}

/// Updates a meeting.
pub async fn update(served: &impl Served, conference: &str, meeting: Value) -> Answer {
    served.send(&request("update-meeting", &with(meeting, "conferenceId", conference))).await
}

/// Deletes a meeting.
pub async fn delete(served: &impl Served, conference: &str) -> Answer {
    served.send(&request("delete-meeting", &json!({ "conferenceId": conference }))).await
}

/// Verifies a user.
pub async fn verify(served: &impl Served, email: &str) -> Answer {
    served.send(&request("verify-user", &json!({ "portalId": ACCOUNT, "userEmail": email }))).await
}

/// Returns the current time in Unix milliseconds, but always a later one than before: two requests that are signed at
/// the same time would count as one.
fn tick() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = now();
    LAST.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(now.max(last + 1)))
        .map_or(now, |last| now.max(last + 1))
}
