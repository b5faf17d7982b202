//! The senders and their sample bodies.

use clap::ValueEnum;
use cordboard_core::{AccountId, AppId};
use serde_json::{Map, Value};

use super::{hubspot, iotum, veeting};

/// An hour, in milliseconds.
pub(super) const HOUR_MS: u64 = 60 * 60 * 1000;

/// A sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sender {
    /// HubSpot.
    Hubspot,
    /// iotum and its brands, such as Callbridge.
    Iotum,
    /// Veeting Rooms and its white labels, such as simplex Meeting.
    #[value(alias = "simplex")]
    Veeting,
}

impl Sender {
    /// Returns the name of the sender's built-in plug.
    pub fn plug(self) -> &'static str {
        match self {
            Self::Hubspot => "hubspot",
            Self::Iotum => "iotum",
            Self::Veeting => "veeting",
        }
    }

    /// Returns all events, by the sender's names.
    pub fn events(self) -> &'static [&'static str] {
        match self {
            Self::Hubspot => &hubspot::EVENTS,
            Self::Iotum => &iotum::EVENTS,
            Self::Veeting => &veeting::EVENTS,
        }
    }

    /// Returns a sample of an event, or `None` for an unknown event.
    pub fn sample(self, event: &str, facts: &Facts) -> Option<Sample> {
        let event = self.events().iter().find(|name| **name == event)?;
        Some(match self {
            Self::Hubspot => hubspot::sample(event, facts),
            Self::Iotum => iotum::sample(event, facts),
            Self::Veeting => veeting::sample(event, facts),
        })
    }
}

/// Values that samples depend on.
pub(crate) struct Facts {
    /// The time, in epoch milliseconds.
    pub now: u64,
    /// The CRM's ID of the app.
    pub app: AppId,
    /// The CRM's ID of the account.
    pub account: AccountId,
    /// 32 random hexadecimal digits.
    pub random: String,
}

/// Builds a body from its fields.
pub(crate) type Body = Box<dyn FnOnce(Map<String, Value>) -> Value + Send>;

/// A body, as its sender documents it.
pub(crate) struct Sample {
    /// The route that receives the body.
    pub route: &'static str,
    /// The fields that `--set` can change.
    pub fields: Map<String, Value>,
    /// Builds the body from the fields.
    pub body: Body,
}

impl Sample {
    /// Builds the body with these changes.
    pub fn with(mut self, changes: &[(String, String)]) -> Value {
        for (key, text) in changes {
            // Some senders use strings for numeric IDs: keep the sample's type.
            let value = match self.fields.get(key) {
                Some(Value::String(_)) => Value::from(text.as_str()),
                _ => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str())),
            };
            self.fields.insert(key.clone(), value);
        }
        (self.body)(self.fields)
    }
}

/// Returns the members of an object literal.
pub(super) fn fields(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
