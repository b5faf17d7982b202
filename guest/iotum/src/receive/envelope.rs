//! Parses the envelope of a webhook request.

use cordboard_plug::{Document, Rejection, dedupe};
use jiff::Timestamp;
use serde_json::Value;

use super::payload::Payload;

/// The members beside the payload.
pub struct Envelope {
    /// iotum's name of the event.
    pub event: String,
    /// The time of the event, in epoch milliseconds.
    pub occurred_at: Option<u64>,
    timestamp: Option<String>,
    document: Document,
}

impl Envelope {
    /// Parses a body. An invalid timestamp becomes an extra.
    ///
    /// # Errors
    /// Returns `malformed` if the body is not JSON or has no `event`.
    pub fn open(body: &[u8]) -> Result<Self, Rejection> {
        let mut document = Document::parse(body)?;
        let event = document
            .text("/event")
            .ok_or_else(|| Rejection::Malformed("`event` is missing or not a string: name the event".to_owned()))?;
        let time = document.take("/timestamp", |value| {
            let text = value.as_str()?;
            let instant: Timestamp = text.parse().ok()?;
            Some((text.to_owned(), u64::try_from(instant.as_millisecond()).ok()?))
        });
        let (timestamp, occurred_at) = time.unzip();
        Ok(Self { event, occurred_at, timestamp, document })
    }

    /// Takes the payload: an object, or a string that contains one.
    ///
    /// # Errors
    /// Returns `malformed` if it is neither.
    pub fn payload(&mut self) -> Result<Payload, Rejection> {
        let Some(payload) = self.document.take_nested("/payload") else {
            return Err(Rejection::Malformed("`payload` is missing: send a JSON object in a string".to_owned()));
        };
        let payload = payload.map_err(inside)?;
        match payload.peek("") {
            Some(Value::Object(_)) => Ok(Payload::new(payload)),
            _ => Err(Rejection::Malformed("`payload` is neither a JSON object nor a string of one".to_owned())),
        }
    }

    /// Returns the dedupe key: the event, its timestamp and the payload's marks, since iotum numbers neither events nor
    /// requests. Returns `None` without a timestamp, since the same event may happen twice, or if the key is too long.
    pub fn dedupe_key(&self, payload: &Payload) -> Option<String> {
        let head = [Value::from(self.event.as_str()), Value::from(self.timestamp.as_deref()?)];
        let marks = payload.marks().iter().map(|mark| mark.as_deref().map_or(Value::Null, Value::from));
        dedupe::key(head.into_iter().chain(marks).collect())
    }

    /// Returns all members that were not read, those of the envelope first.
    pub fn extras(&self, payload: &Payload) -> Vec<(String, String)> {
        let mut extras = self.document.extras_under("");
        extras.extend(payload.extras_under("/payload"));
        extras
    }
}

/// Adds to an error of the document parser that it refers to the payload.
fn inside(rejection: Rejection) -> Rejection {
    match rejection {
        Rejection::Malformed(why) => Rejection::Malformed(format!("`payload`, parsed as a document: {why}")),
        other => other,
    }
}
