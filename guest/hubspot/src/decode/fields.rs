//! The documented fields of one body.

use std::fmt;

use cordboard_plug::{Rejection, document};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::field::Field;
use super::surrogate;
use super::whole::whole;

/// The documented fields that a body has. What is read is taken out, so a field is read once.
#[derive(Debug)]
pub struct Fields {
    found: Vec<(Field, Value)>,
    twice: Option<Field>,
    /// Whether halves of surrogate pairs were replaced.
    mended: bool,
}

impl Fields {
    /// Finds the documented fields; all others are skipped without being stored. Halves of surrogate pairs are replaced.
    ///
    /// # Errors
    /// `malformed` where the body is not UTF-8 (RFC 8259 §8.1), not JSON, not an object, holds too many values, or has a
    /// field twice.
    pub fn parse(body: &[u8]) -> Result<Self, Rejection> {
        let Ok(text) = std::str::from_utf8(body) else {
            return Err(malformed("the body is not UTF-8: HubSpot sends JSON in UTF-8"));
        };
        document::check_count(body)?;
        let fields = match serde_json::from_str(text) {
            Err(error) if error.is_syntax() => match surrogate::mend(text) {
                Some(text) => serde_json::from_str(&text).map(|fields| Self { mended: true, ..fields }),
                None => Err(error),
            },
            outcome => outcome,
        };
        // Serde's own words would quote the body, whatever its length.
        let fields = fields.map_err(|error| match error.is_data() {
            true => malformed("the body is not a JSON object: HubSpot sends one"),
            false => document::unreadable(&error),
        })?;
        match fields.twice {
            None => Ok(fields),
            Some(field) => Err(malformed(format!("`{}` stands twice: HubSpot sends it once", field.name()))),
        }
    }

    /// A whole number. One that is written with a fraction of zero or an exponent is a whole number too.
    pub fn whole(&mut self, field: Field) -> Result<u64, Rejection> {
        match self.required(field)? {
            Value::Number(number) => whole(number.as_str())
                .ok_or_else(|| mistyped(field, "a number, but not a whole one from 0 to 18446744073709551615")),
            other => Err(mistyped(field, kind(&other))),
        }
    }

    /// A string, which may be empty.
    pub fn text(&mut self, field: Field) -> Result<String, Rejection> {
        match self.required(field)? {
            Value::String(text) => self.sound(field, text),
            other => Err(mistyped(field, kind(&other))),
        }
    }

    /// A string that is not empty.
    pub fn id(&mut self, field: Field) -> Result<String, Rejection> {
        let text = self.text(field)?;
        if text.is_empty() { Err(mistyped(field, "empty")) } else { Ok(text) }
    }

    /// A string, or none where it is missing or null.
    pub fn text_if_any(&mut self, field: Field) -> Result<Option<String>, Rejection> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::String(text)) => self.sound(field, text).map(Some),
            Some(other) => Err(mistyped(field, kind(&other))),
        }
    }

    /// A title with half a character replaced still says what it said; an id or an address would be another's.
    fn sound(&self, field: Field, text: String) -> Result<String, Rejection> {
        match self.mended && !field.is_prose() && text.contains(char::REPLACEMENT_CHARACTER) {
            true => Err(mistyped(field, "a string with half a surrogate pair")),
            false => Ok(text),
        }
    }

    fn required(&mut self, field: Field) -> Result<Value, Rejection> {
        self.take(field).ok_or_else(|| mistyped(field, "missing"))
    }

    /// Null says no more than absence.
    fn take(&mut self, field: Field) -> Option<Value> {
        let (_, value) = self.found.iter_mut().find(|(found, _)| *found == field)?;
        Some(value.take()).filter(|value| !value.is_null())
    }
}

fn malformed(sentence: impl Into<String>) -> Rejection {
    Rejection::Malformed(sentence.into())
}

fn mistyped(field: Field, found: &str) -> Rejection {
    malformed(format!("`{}` is {found}: HubSpot documents {}", field.name(), field.kind()))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Documented)
    }
}

struct Documented;

impl<'de> Visitor<'de> for Documented {
    type Value = Fields;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object with the fields that HubSpot documents")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Fields, A::Error> {
        let mut fields = Fields { found: Vec::with_capacity(8), twice: None, mended: false };
        while let Some(field) = members.next_key::<Field>()? {
            if field == Field::Unknown {
                members.next_value::<IgnoredAny>()?;
                continue;
            }
            if fields.found.iter().any(|(found, _)| *found == field) {
                fields.twice = Some(field);
            }
            fields.found.push((field, members.next_value()?));
        }
        Ok(fields)
    }
}
