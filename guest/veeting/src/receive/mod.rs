//! Reads the webhooks leaf by leaf. Leaves without a field in the event, or with an undocumented type, become extras.
//! Only bodies that are not JSON, are too large, or lack the id of their subject are rejected.

mod leaf;
mod meeting;
mod recording;
mod summary;

use cordboard_plug::meeting_event::{EventData, MeetingChange, MeetingChanged, SessionChange, SessionChanged};
use cordboard_plug::{Document, Receipt, Rejection, WebhookRequest, WebhookResponse};

use crate::routes::Hook;

/// Reads a webhook request. The response is 204; the sender only expects a 2xx.
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
