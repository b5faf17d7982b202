//! Parses the documented fields of a body.

use std::fmt;

use cordboard_plug::{Rejection, document};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::field::Field;
use super::surrogate;
use super::whole::whole;

/// The documented fields of a body, each as its raw JSON. A value is parsed only on access and only if it has the
/// expected type, so no body can make the plug allocate much memory.
#[derive(Debug)]
pub struct Fields<'a> {
    found: Vec<(Field, &'a str)>,
    twice: Option<Field>,
}

impl<'a> Fields<'a> {
    /// Finds the documented fields and skips all others.
    ///
    /// # Errors
    /// Returns `malformed` if the body is not UTF-8 (RFC 8259 §8.1), not a JSON object, or has a field twice.
    pub fn parse(body: &'a [u8]) -> Result<Self, Rejection> {
        let Ok(text) = std::str::from_utf8(body) else {
            return Err(malformed("the body is not UTF-8: send JSON in UTF-8"));
        };
        // Serde's own message could quote the whole body.
        let fields: Self = serde_json::from_str(text).map_err(|error| match error.is_data() {
            true => malformed("the body is not a JSON object: send an object"),
            false => document::unreadable(&error),
        })?;
        match fields.twice {
            None => Ok(fields),
            Some(field) => Err(malformed(format!("`{}` occurs twice: send it once", field.name()))),
        }
    }

    /// Returns an integer. It may be written with a zero fraction or an exponent.
    pub fn whole(&self, field: Field) -> Result<u64, Rejection> {
        let json = self.required(field)?;
        if !is_number(json) {
            return Err(mistyped(field, kind(json)));
        }
        whole(json).ok_or_else(|| mistyped(field, "not an integer from 0 to 18446744073709551615"))
    }

    /// Returns an id, which is a number at HubSpot, in digits without leading zeros.
    pub fn number(&self, field: Field) -> Result<String, Rejection> {
        self.whole(field).map(|number| number.to_string())
    }

    /// Returns a string, which may be empty.
    pub fn text(&self, field: Field) -> Result<String, Rejection> {
        string(field, self.required(field)?)
    }

    /// Returns a non-empty string.
    pub fn id(&self, field: Field) -> Result<String, Rejection> {
        let text = self.text(field)?;
        if text.is_empty() { Err(mistyped(field, "empty")) } else { Ok(text) }
    }

    /// Returns a string, or `None` if it is missing or null.
    pub fn text_if_any(&self, field: Field) -> Result<Option<String>, Rejection> {
        self.find(field).map(|json| string(field, json)).transpose()
    }

    fn required(&self, field: Field) -> Result<&'a str, Rejection> {
        self.find(field).ok_or_else(|| mistyped(field, "missing"))
    }

    /// Finds a field. Treats null as absent.
    fn find(&self, field: Field) -> Option<&'a str> {
        let (_, json) = self.found.iter().find(|(found, _)| *found == field)?;
        Some(*json).filter(|json| *json != "null")
    }
}

fn string(field: Field, json: &str) -> Result<String, Rejection> {
    if !json.starts_with('"') {
        return Err(mistyped(field, kind(json)));
    }
    // The whole body is valid JSON, so only an unpaired surrogate can be wrong here. Replacing it keeps a title
    // readable, but would turn an id or an address into a different one.
    let repaired = || surrogate::repair(json).filter(|_| field.is_prose());
    serde_json::from_str(json)
        .ok()
        .or_else(|| serde_json::from_str(&repaired()?).ok())
        .ok_or_else(|| mistyped(field, "a string with an unpaired surrogate"))
}

fn malformed(sentence: impl Into<String>) -> Rejection {
    Rejection::Malformed(sentence.into())
}

fn mistyped(field: Field, found: &str) -> Rejection {
    malformed(format!("`{}` is {found}: HubSpot documents {}", field.name(), field.kind()))
}

fn is_number(json: &str) -> bool {
    json.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// Returns the type of a JSON value, by its first character.
fn kind(json: &str) -> &'static str {
    match json.as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'[') => "a list",
        Some(b'{') => "an object",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Documented)
    }
}

struct Documented;

impl<'de> Visitor<'de> for Documented {
    type Value = Fields<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object with the fields that HubSpot documents")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Fields { found: Vec::with_capacity(8), twice: None };
        while let Some(field) = members.next_key::<Field>()? {
            if field == Field::Unknown {
                members.next_value::<IgnoredAny>()?;
                continue;
            }
            if fields.found.iter().any(|(found, _)| *found == field) {
                fields.twice = Some(field);
                members.next_value::<IgnoredAny>()?;
                continue;
            }
            fields.found.push((field, members.next_value::<&RawValue>()?.get()));
        }
        Ok(fields)
    }
}
