//! What HubSpot sends: signed with v3 unless a test says otherwise.

use std::sync::atomic::{AtomicU64, Ordering};

use cordboard::flow::now;
use serde_json::{Value, json};

use crate::bridge::PUBLIC_URL;
use crate::http::{Answer, Request};
use crate::provider::USER;
use crate::served::Served;
use crate::sign;

/// The app of [`config`] and of all requests here.
pub const APP: u64 = 54_321;
/// Its client secret.
pub const SECRET: &str = "3f1c2f0e-7a7b-4c43-9a51-0d6a7a0c9b11";
/// The account of [`config`] and of all requests here.
pub const ACCOUNT: u64 = 123_123;

/// One app with one account; `account` holds more keys of it, `connections` what follows.
pub fn config(account: &str, connections: &str) -> String {
    format!(
        "[app.{APP}]\nplug = \"hubspot\"\nsettings = {{ client-secret = \"{SECRET}\" }}\n\
         [account.{ACCOUNT}]\napp = {APP}\n{account}\n{connections}\n"
    )
}

/// A meeting of the user whom the stand-in knows.
pub fn meeting(topic: &str) -> Value {
    json!({
        "portalId": ACCOUNT, "userId": 7, "userEmail": USER, "topic": topic,
        "startTime": 1_760_000_000_000_u64, "endTime": 1_760_001_800_000_u64,
    })
}

/// The same with one member changed.
pub fn with(mut body: Value, member: &str, value: impl Into<Value>) -> Value {
    body[member] = value.into();
    body
}

/// The target of one of the app's routes.
pub fn target(route: &str) -> String {
    format!("/hubspot/{APP}/{route}")
}

/// A signed request to one of the app's routes; no two have the same time.
pub fn request(route: &str, body: &Value) -> Request {
    sign::v3(Request::post(&target(route), body.to_string()), SECRET, PUBLIC_URL, tick())
}

/// Signs a request as it now is.
pub fn signed(request: Request) -> Request {
    sign::v3(request, SECRET, PUBLIC_URL, tick())
}

/// The same for another time, in epoch milliseconds.
pub fn sign_v3_at(request: Request, at: u64) -> Request {
    sign::v3(request, SECRET, PUBLIC_URL, at)
}

/// A version of HubSpot's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Over the body.
    V1,
    /// Over method, address and body.
    V2,
    /// Over method, address, body and time.
    V3,
}

/// All of them.
pub const SCHEMES: [Scheme; 3] = [Scheme::V1, Scheme::V2, Scheme::V3];

impl Scheme {
    /// Whether no two requests have the same signature.
    pub fn covers_time(self) -> bool {
        self == Self::V3
    }

    /// A request to one of the app's routes.
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

/// Books a meeting that must come about; its conference's id.
pub async fn created(served: &impl Served, meeting: &Value) -> String {
    let answer = create(served, meeting).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.member("conferenceId")
}

/// Changes a meeting.
pub async fn update(served: &impl Served, conference: &str, meeting: Value) -> Answer {
    served.send(&request("update-meeting", &with(meeting, "conferenceId", conference))).await
}

/// Deletes a meeting.
pub async fn delete(served: &impl Served, conference: &str) -> Answer {
    served.send(&request("delete-meeting", &json!({ "conferenceId": conference }))).await
}

/// Asks for a user.
pub async fn verify(served: &impl Served, email: &str) -> Answer {
    served.send(&request("verify-user", &json!({ "portalId": ACCOUNT, "userEmail": email }))).await
}

/// Now, in epoch milliseconds, and later than ever before: two signatures at one time would be one request.
fn tick() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = now();
    LAST.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(now.max(last + 1)))
        .map_or(now, |last| now.max(last + 1))
}
