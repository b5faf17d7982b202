//! An object as it is answered.

use serde_json::{Map, Value, json as value};

use super::associations;
use crate::hubspot::api::json;
use crate::hubspot::clock;
use crate::hubspot::state::objects::{Object, READ_ONLY};

/// An object with all its properties, as who wrote it is answered.
pub fn whole(object: &Object) -> Value {
    let properties = object.properties.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    written(object, properties.collect())
}

/// An object with the properties that are always told and these; null for one that is not set.
pub fn part(object: &Object, names: &[String]) -> Value {
    let names = READ_ONLY.into_iter().chain(names.iter().map(String::as_str));
    let value = |name| object.properties.get(name).map_or(Value::Null, |value| Value::from(value.as_str()));
    written(object, names.map(|name| (name.to_owned(), value(name))).collect())
}

/// The same with its ties to objects of these types, where any are asked for.
pub fn part_with_ties(object: &Object, names: &[String], types: &[String]) -> Value {
    let ties = (!types.is_empty()).then(|| ("associations", associations::written(object, types)));
    json::with(part(object, names), ties)
}

fn written(object: &Object, properties: Map<String, Value>) -> Value {
    let written = value!({
        "id": object.id.to_string(),
        "properties": properties,
        "createdAt": clock::iso(object.created_at),
        "updatedAt": clock::iso(object.updated_at),
        "archived": object.archived_at.is_some(),
    });
    json::with(written, object.archived_at.map(|at| ("archivedAt", value!(clock::iso(at)))))
}
