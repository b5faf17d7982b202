//! Reads iotum's webhook: `{event, payload, timestamp}`, where the payload is a string of JSON.
//!
//! request → [`envelope`] → [`kind`] → [`data`] → one event, with all other members as extras. The pointers of extras
//! inside the payload start with `/payload`, such as `/payload/foo`, whether the payload is a string or an object.

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

/// Reads a webhook request, which always holds one event.
///
/// # Errors
/// Returns `malformed` if the body is not JSON or lacks a required field, and `unsupported` if the event's name is not
/// documented.
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
    // Check the name before the payload, because the payload of an unknown event may have any form.
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
