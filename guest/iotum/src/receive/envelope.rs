//! The outside of a delivery.

use cordboard_plug::{Document, Rejection, dedupe};
use jiff::Timestamp;
use serde_json::Value;

use super::payload::Payload;

/// What a delivery says beside its payload.
pub struct Envelope {
    /// iotum's name of the event.
    pub event: String,
    /// Epoch milliseconds.
    pub occurred_at: Option<u64>,
    timestamp: Option<String>,
    document: Document,
}

impl Envelope {
    /// Reads the outside of a body. A timestamp that is none stays among the extras.
    ///
    /// # Errors
    /// `malformed` where it is not JSON or has no `event`.
    pub fn open(body: &[u8]) -> Result<Self, Rejection> {
        let mut document = Document::parse(body)?;
        let event = document
            .text("/event")
            .ok_or_else(|| Rejection::Malformed("`event` is missing, or not a string: name the event".to_owned()))?;
        let time = document.take("/timestamp", |value| {
            let text = value.as_str()?;
            let instant: Timestamp = text.parse().ok()?;
            Some((text.to_owned(), u64::try_from(instant.as_millisecond()).ok()?))
        });
        let (timestamp, occurred_at) = time.unzip();
        Ok(Self { event, occurred_at, timestamp, document })
    }

    /// Takes the payload: an object, or a string that holds one.
    ///
    /// # Errors
    /// `malformed` where it is neither.
    pub fn payload(&mut self) -> Result<Payload, Rejection> {
        let Some(payload) = self.document.take_nested("/payload") else {
            return Err(Rejection::Malformed("`payload` is missing: a string that holds JSON".to_owned()));
        };
        let payload = payload.map_err(inside)?;
        match payload.peek("") {
            Some(Value::Object(_)) => Ok(Payload::new(payload)),
            _ => Err(Rejection::Malformed("`payload` is not a JSON object, nor a string that holds one".to_owned())),
        }
    }

    /// The event, when it was, and what the payload was read for: iotum numbers neither events nor deliveries. None
    /// where it does not say when, for the same may happen twice; and where it would be too long.
    pub fn dedupe_key(&self, payload: &Payload) -> Option<String> {
        let head = [Value::from(self.event.as_str()), Value::from(self.timestamp.as_deref()?)];
        let marks = payload.marks().iter().map(|mark| mark.as_deref().map_or(Value::Null, Value::from));
        dedupe::key(head.into_iter().chain(marks).collect())
    }

    /// All that nobody took: of the outside, then of the payload.
    pub fn extras(&self, payload: &Payload) -> Vec<(String, String)> {
        let mut extras = self.document.extras_under("");
        extras.extend(payload.extras_under("/payload"));
        extras
    }
}

/// What is said of a body is true of the string in which the payload stands.
fn inside(rejection: Rejection) -> Rejection {
    match rejection {
        Rejection::Malformed(why) => Rejection::Malformed(format!("`payload` as a body of its own: {why}")),
        other => other,
    }
}
