//! Validates and normalizes the properties of an object in a request.

use serde_json::{Map, Value, json};

use crate::hubspot::api::error::ApiError;
use crate::hubspot::clock;
use crate::hubspot::options::Options;
use crate::hubspot::state::objects::{OUTCOMES, ObjectType, Properties, PropertyKind, READ_ONLY, is_known, kind};
use crate::hubspot::text::truncate;

/// The maximum number of properties in one request.
const MAX_PROPERTIES: usize = 250;

/// How much of a name an error shows, in characters.
const MAX_SHOWN_LEN: usize = 100;

/// The length limit of a value, in characters: HubSpot's limit for a note.
const MAX_VALUE_LEN: usize = 65_536;

/// The outcome of a meeting, for which HubSpot accepts only certain values.
const OUTCOME: &str = "hs_meeting_outcome";

/// Reads the `properties` of a body, without those that only HubSpot sets.
///
/// # Errors
/// Returns 400 with the error of each invalid property.
pub fn properties(
    options: &Options,
    object_type: ObjectType,
    body: &Map<String, Value>,
) -> Result<Properties, ApiError> {
    let members = body.get("properties").and_then(Value::as_object);
    let members = members.ok_or_else(|| ApiError::invalid("Invalid input JSON: `properties` must be an object"))?;
    if members.len() > MAX_PROPERTIES {
        return Err(ApiError::invalid(format!("too many properties: send at most {MAX_PROPERTIES} at a time")));
    }
    let mut errors = Vec::new();
    let mut properties = Properties::new();
    for (name, value) in members.iter().filter(|(name, _)| !READ_ONLY.contains(&name.as_str())) {
        match property(options, object_type, name, value) {
            Ok(value) => {
                properties.insert(name.clone(), value);
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(properties) } else { Err(ApiError::invalid_properties(errors)) }
}

/// Sets the required time of a new object. A meeting's default is its start.
///
/// # Errors
/// Returns 400 if there is none.
pub fn with_timestamp(object_type: ObjectType, mut properties: Properties) -> Result<Properties, ApiError> {
    const TIMESTAMP: &str = "hs_timestamp";
    let given = |name: &str| properties.get(name).filter(|value| !value.is_empty()).cloned();
    let start = given("hs_meeting_start_time").filter(|_| object_type == ObjectType::Meeting);
    let time = given(TIMESTAMP).or(start).ok_or_else(|| {
        let why = "a required property is missing: set `hs_timestamp`";
        ApiError::invalid(why).with("context", json!({ "properties": [TIMESTAMP] }))
    })?;
    properties.insert(TIMESTAMP.to_owned(), time);
    Ok(properties)
}

fn property(options: &Options, object_type: ObjectType, name: &str, value: &Value) -> Result<String, Value> {
    let error = |code: &str, message: String| json!({ "isValid": false, "message": message, "error": code, "name": truncate(name, MAX_SHOWN_LEN) });
    if !is_known(object_type, name) && !options.custom_properties.iter().any(|custom| custom == name) {
        let message = format!("Property \"{}\" does not exist", truncate(name, MAX_SHOWN_LEN));
        return Err(error("PROPERTY_DOESNT_EXIST", message));
    }
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => return Err(error("INVALID_STRING", "must be a string".to_owned())),
    };
    if text.chars().count() > MAX_VALUE_LEN {
        return Err(error("STRING_TOO_LONG", format!("is longer than {MAX_VALUE_LEN} characters")));
    }
    match kind(name) {
        _ if text.is_empty() => Ok(text),
        PropertyKind::Time => clock::read(&text)
            .and_then(clock::iso)
            .ok_or_else(|| error("INVALID_DATE", "must be a time: epoch milliseconds or ISO 8601 in UTC".to_owned())),
        PropertyKind::Number if text.parse::<i64>().is_err() => {
            Err(error("INVALID_INTEGER", "must be a number".to_owned()))
        }
        PropertyKind::Choice if name == OUTCOME => {
            let custom = options.custom_outcomes.iter().map(String::as_str);
            let allowed: Vec<_> = OUTCOMES.into_iter().chain(custom).collect();
            match allowed.contains(&text.as_str()) {
                true => Ok(text),
                false => {
                    let (text, allowed) = (truncate(&text, MAX_SHOWN_LEN), allowed.join(", "));
                    let message = format!("{text} was not one of the allowed options: [{allowed}]");
                    Err(error("INVALID_OPTION", message))
                }
            }
        }
        PropertyKind::Number | PropertyKind::Choice | PropertyKind::Text => Ok(text),
    }
}
