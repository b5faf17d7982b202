//! What iotum tells: `{event, payload, timestamp}`, the payload being a string that holds JSON in its turn.
//!
//! request → [`envelope`] → [`kind`] → [`data`] → one event, with all else among its extras. Extras of leaves
//! inside the payload have `/payload` and the pointer inside it, such as `/payload/foo`, whether the payload came as a
//! string or as an object.

pub mod data;
pub mod envelope;
pub mod kind;
pub mod payload;

use cordboard_plug::meeting_event::{ConferenceRef, MeetingEvent, Organization};
use cordboard_plug::text::line;
use cordboard_plug::{Receipt, Rejection, WebhookRequest, WebhookResponse};

use crate::EVENTS;
use envelope::Envelope;
use kind::Kind;

/// Reads one delivery. It always holds one event.
///
/// # Errors
/// `malformed` where it is not JSON or lacks what identifies the event; `unsupported` where iotum's name of the event
/// is none of the documented ones.
pub fn receive(request: &WebhookRequest) -> Result<Receipt, Rejection> {
    if request.route != EVENTS {
        return Err(Rejection::Unsupported(line(&request.route, 64)));
    }
    let event = read(&request.body)?;
    let response = WebhookResponse { status: 204, headers: Vec::new(), body: Vec::new() };
    Ok(Receipt { response, events: vec![event] })
}

fn read(body: &[u8]) -> Result<MeetingEvent, Rejection> {
    let mut envelope = Envelope::open(body)?;
    // The name comes first: what a future event has for a payload is for a future version to say.
    let kind = Kind::of(&envelope.event).ok_or_else(|| Rejection::Unsupported(line(&envelope.event, 64)))?;
    let mut payload = envelope.payload()?;
    let organization = Organization { company: payload.find_id("company_id"), host: payload.find_id("host_id") };
    let conference = match kind.has_conference() {
        true => Some(ConferenceRef { id: payload.need_id("conference_id")?, code: None }),
        false => None,
    };
    let data = data::read(kind, &mut payload)?;
    Ok(MeetingEvent {
        occurred_at: envelope.occurred_at,
        conference,
        organization,
        data,
        dedupe_key: envelope.dedupe_key(&payload),
        extras: envelope.extras(&payload),
        source_event: envelope.event,
    })
}
