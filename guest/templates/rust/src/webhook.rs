//! Reads the provider's webhook: a room was opened or closed.

use cordboard_plug::meeting_event::{
    ConferenceRef, EventData, MeetingEvent, Organization, SessionChange, SessionChanged,
};
use cordboard_plug::text::line;
use cordboard_plug::{Document, Rejection, WebhookRequest, dedupe};

/// Converts a webhook request to an event.
pub fn read(request: &WebhookRequest) -> Result<MeetingEvent, Rejection> {
    let mut body = Document::parse(&request.body)?;
    let malformed = |why: &str| Rejection::Malformed(why.to_owned());
    let room = body.id("/room").ok_or_else(|| malformed("`room` is missing or not an id: send it as a string"))?;
    let what = body.text("/what").ok_or_else(|| malformed("`what` is missing or not a word: send it as a string"))?;
    let change = match what.as_str() {
        "opened" => SessionChange::Started,
        "closed" => SessionChange::Ended,
        _ => return Err(Rejection::Unsupported(line(&what, 100))),
    };
    Ok(MeetingEvent {
        source_event: what,
        occurred_at: body.number("/at"),
        conference: Some(ConferenceRef { id: room, code: None }),
        organization: Organization { company: None, host: None },
        data: EventData::Session(SessionChanged { change, snapshot: None }),
        // The sender numbers its messages, so a repeat is stored once.
        dedupe_key: body.id("/number").and_then(|number| dedupe::key(vec![number.into()])),
        // Everything without a field above becomes an extra.
        extras: body.into_extras(),
    })
}
