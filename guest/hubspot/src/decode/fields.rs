//! The documented fields of one body.

use std::fmt;

use cordboard_plug::{Rejection, document};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::field::Field;
use super::surrogate;
use super::whole::whole;

/// The documented fields that a body has, each as the JSON that stands in it. A value is read only when it is asked for
/// and is of the type it should be: whatever a body holds, it takes no memory.
#[derive(Debug)]
pub struct Fields<'a> {
    found: Vec<(Field, &'a str)>,
    twice: Option<Field>,
}

impl<'a> Fields<'a> {
    /// Finds the documented fields; all others are skipped.
    ///
    /// # Errors
    /// `malformed` where the body is not UTF-8 (RFC 8259 §8.1), not JSON, not an object, or has a field twice.
    pub fn parse(body: &'a [u8]) -> Result<Self, Rejection> {
        let Ok(text) = std::str::from_utf8(body) else {
            return Err(malformed("the body is not UTF-8: HubSpot sends JSON in UTF-8"));
        };
        // Serde's own words would quote the body, whatever its length.
        let fields: Self = serde_json::from_str(text).map_err(|error| match error.is_data() {
            true => malformed("the body is not a JSON object: HubSpot sends one"),
            false => document::unreadable(&error),
        })?;
        match fields.twice {
            None => Ok(fields),
            Some(field) => Err(malformed(format!("`{}` stands twice: HubSpot sends it once", field.name()))),
        }
    }

    /// A whole number. One that is written with a fraction of zero or an exponent is a whole number too.
    pub fn whole(&self, field: Field) -> Result<u64, Rejection> {
        let json = self.required(field)?;
        if !is_number(json) {
            return Err(mistyped(field, kind(json)));
        }
        whole(json).ok_or_else(|| mistyped(field, "a number, but not a whole one from 0 to 18446744073709551615"))
    }

    /// A string, which may be empty.
    pub fn text(&self, field: Field) -> Result<String, Rejection> {
        string(field, self.required(field)?)
    }

    /// A string that is not empty.
    pub fn id(&self, field: Field) -> Result<String, Rejection> {
        let text = self.text(field)?;
        if text.is_empty() { Err(mistyped(field, "empty")) } else { Ok(text) }
    }

    /// A string, or none where it is missing or null.
    pub fn text_if_any(&self, field: Field) -> Result<Option<String>, Rejection> {
        self.find(field).map(|json| string(field, json)).transpose()
    }

    fn required(&self, field: Field) -> Result<&'a str, Rejection> {
        self.find(field).ok_or_else(|| mistyped(field, "missing"))
    }

    /// Null says no more than absence.
    fn find(&self, field: Field) -> Option<&'a str> {
        let (_, json) = self.found.iter().find(|(found, _)| *found == field)?;
        Some(*json).filter(|json| *json != "null")
    }
}

fn string(field: Field, json: &str) -> Result<String, Rejection> {
    if !json.starts_with('"') {
        return Err(mistyped(field, kind(json)));
    }
    // The body as a whole was JSON, so that nothing but half a surrogate pair can be amiss. A title with half a
    // character replaced still says what it said; an id or an address would be another's.
    let repaired = || surrogate::repair(json).filter(|_| field.is_prose());
    serde_json::from_str(json)
        .ok()
        .or_else(|| serde_json::from_str(&repaired()?).ok())
        .ok_or_else(|| mistyped(field, "a string with half a surrogate pair"))
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

/// What a JSON value is, which its first character tells.
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
