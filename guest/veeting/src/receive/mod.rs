//! What the web hooks tell. Bodies are read leaf by leaf: what has no field in an event, or not the type that the
//! sender documents, goes along in `extras`. Only a body without what identifies its subject is refused.

mod leaf;
mod meeting;
mod recording;
mod summary;

use cordboard_plug::meeting_event::{Happening, MeetingChange, MeetingChanged, SessionChange, SessionChanged};
use cordboard_plug::{Receipt, Rejection, WebhookRequest, WebhookResponse, document};
use serde_json::Value;

use crate::routes::Hook;

/// Reads a web hook's request. The sender wants no more than a 2xx: 204.
pub fn receive(request: &WebhookRequest) -> Result<Receipt, Rejection> {
    let hook = Hook::of(&request.route).ok_or_else(|| Rejection::Unsupported(request.route.clone()))?;
    let body: Value = serde_json::from_slice(&request.body).map_err(|error| document::unreadable(&error))?;
    let events = match hook {
        Hook::Scheduled => vec![meeting::read(hook, body.into(), |snapshot| {
            Happening::Meeting(MeetingChanged { change: MeetingChange::Scheduled, snapshot })
        })?],
        Hook::Updated => vec![meeting::read(hook, body.into(), |snapshot| {
            Happening::Meeting(MeetingChanged { change: MeetingChange::Updated, snapshot })
        })?],
        Hook::Closed => vec![meeting::read(hook, body.into(), |snapshot| {
            Happening::Session(SessionChanged { change: SessionChange::Ended, snapshot: Some(snapshot) })
        })?],
        Hook::Deleted => meeting::read_deleted(hook, body)?,
        Hook::SummaryCreated => vec![summary::read(hook, body.into())?],
        Hook::RecordingCreated => vec![recording::read(hook, body.into())?],
    };
    Ok(Receipt { response: WebhookResponse { status: 204, headers: Vec::new(), body: Vec::new() }, events })
}
