//! What the web hooks tell. Bodies are read leaf by leaf: what has no field in an event, or not the type that the
//! sender documents, goes along in `extras`. Refused is only what is no JSON, is too large, or lacks what identifies
//! its subject.

mod leaf;
mod meeting;
mod recording;
mod summary;

use cordboard_plug::meeting_event::{EventData, MeetingChange, MeetingChanged, SessionChange, SessionChanged};
use cordboard_plug::{Document, Receipt, Rejection, WebhookRequest, WebhookResponse};

use crate::routes::Hook;

/// Reads a web hook's request. The sender wants no more than a 2xx: 204.
pub fn receive(request: &WebhookRequest) -> Result<Receipt, Rejection> {
    let hook = Hook::of(&request.route).ok_or_else(|| Rejection::Unsupported(request.route.clone()))?;
    let body = Document::parse(&request.body)?;
    let events = match hook {
        Hook::Scheduled => vec![meeting::read(hook, body, |snapshot| {
            EventData::Meeting(MeetingChanged { change: MeetingChange::Scheduled, snapshot })
        })?],
        Hook::Updated => vec![meeting::read(hook, body, |snapshot| {
            EventData::Meeting(MeetingChanged { change: MeetingChange::Updated, snapshot })
        })?],
        Hook::Closed => vec![meeting::read(hook, body, |snapshot| {
            EventData::Session(SessionChanged { change: SessionChange::Ended, snapshot: Some(snapshot) })
        })?],
        Hook::Deleted => meeting::read_deleted(hook, body)?,
        Hook::SummaryCreated => vec![summary::read(hook, body)?],
        Hook::RecordingCreated => vec![recording::read(hook, body)?],
    };
    Ok(Receipt { response: WebhookResponse { status: 204, headers: Vec::new(), body: Vec::new() }, events })
}
