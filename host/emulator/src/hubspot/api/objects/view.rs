//! Serializes objects for responses.

use serde_json::{Map, Value, json as value};

use super::associations;
use crate::hubspot::api::json;
use crate::hubspot::clock;
use crate::hubspot::state::objects::{Object, READ_ONLY};

/// Returns an object with all its properties, for the response to a write.
pub fn whole(object: &Object) -> Value {
    let properties = object.properties.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    to_json(object, properties.collect())
}

/// Returns an object with the default properties and these; unset ones are null.
pub fn part(object: &Object, names: &[String]) -> Value {
    let names = READ_ONLY.into_iter().chain(names.iter().map(String::as_str));
    let value = |name| object.properties.get(name).map_or(Value::Null, |value| Value::from(value.as_str()));
    to_json(object, names.map(|name| (name.to_owned(), value(name))).collect())
}

/// Returns an object like [`part`], with its associations to objects of these types, if any are requested.
pub fn with_associations(object: &Object, names: &[String], types: &[String]) -> Value {
    let associations = (!types.is_empty()).then(|| ("associations", associations::to_json(object, types)));
    json::with(part(object, names), associations)
}

fn to_json(object: &Object, properties: Map<String, Value>) -> Value {
    let json = value!({
        "id": object.id.to_string(),
        "properties": properties,
        "createdAt": clock::iso(object.created_at),
        "updatedAt": clock::iso(object.updated_at),
        "archived": object.archived_at.is_some(),
    });
    json::with(json, object.archived_at.map(|at| ("archivedAt", value!(clock::iso(at)))))
}
