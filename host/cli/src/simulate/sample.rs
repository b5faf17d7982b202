//! Who sends, and what.

use clap::ValueEnum;
use serde_json::{Map, Value};

use super::{hubspot, iotum, veeting};

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Sender {
    /// HubSpot, the CRM.
    Hubspot,
    /// iotum's conferencing.
    Iotum,
    /// Veeting Rooms and its white labels, such as simplex Meeting.
    #[value(alias = "simplex")]
    Veeting,
}

impl Sender {
    /// The built-in plug that knows it.
    pub fn plug(self) -> &'static str {
        match self {
            Self::Hubspot => "hubspot",
            Self::Iotum => "iotum",
            Self::Veeting => "veeting",
        }
    }

    /// All that it sends, by its own names.
    pub fn events(self) -> &'static [&'static str] {
        match self {
            Self::Hubspot => &hubspot::EVENTS,
            Self::Iotum => &iotum::EVENTS,
            Self::Veeting => &veeting::EVENTS,
        }
    }

    /// What it sends for an event; none where it has no such event.
    pub fn sample(self, event: &str, facts: &Facts) -> Option<Sample> {
        let event = self.events().iter().find(|known| **known == event)?;
        Some(match self {
            Self::Hubspot => hubspot::sample(event, facts),
            Self::Iotum => iotum::sample(event, facts),
            Self::Veeting => veeting::sample(event, facts),
        })
    }
}

/// What a sample depends on.
pub(super) struct Facts {
    /// Epoch milliseconds.
    pub now: u64,
    /// The CRM's number of the app.
    pub app: u64,
    /// The CRM's number of the account.
    pub account: u64,
    /// 32 random hexadecimal digits.
    pub random: String,
}

/// A body as its sender documents it.
pub(super) struct Sample {
    /// The route that it goes to.
    pub route: &'static str,
    /// The object that people mean when they speak of its fields.
    pub fields: Map<String, Value>,
    /// Makes the whole body of it.
    pub whole: Box<dyn FnOnce(Map<String, Value>) -> Value + Send>,
}

impl Sample {
    /// The whole body, some of its fields changed.
    pub fn with(mut self, changes: &[(String, String)]) -> Value {
        for (key, text) in changes {
            // Ids of digits are strings to some senders: what the sample has decides.
            let value = match self.fields.get(key) {
                Some(Value::String(_)) => Value::from(text.as_str()),
                _ => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str())),
            };
            self.fields.insert(key.clone(), value);
        }
        (self.whole)(self.fields)
    }
}

/// The members of an object that is written in the source.
pub(super) fn fields(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// Reads `key=value`.
pub(super) fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as KEY=VALUE, such as topic=Plans".to_owned()),
    }
}
