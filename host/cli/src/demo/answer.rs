//! Answers of the bridge.

use cordboard_doctor::request;
use cordboard_emulator::hubspot::Call;

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type, or empty if it is missing or unknown.
    pub media_type: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// Returns the answer that the HubSpot emulator recorded, without its media type.
    pub fn of(call: &Call) -> Self {
        Self {
            status: call.status.unwrap_or_default(),
            media_type: String::new(),
            body: call.problem.clone().unwrap_or_else(|| call.response_body.clone()),
        }
    }
}

impl From<request::Answer> for Answer {
    fn from(answer: request::Answer) -> Self {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        Self { status: answer.status.as_u16(), media_type: answer.media_type, body }
    }
}
