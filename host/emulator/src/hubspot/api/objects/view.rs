//! An object as it is answered.

use serde_json::{Map, Value, json};

use super::associations;
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
    let mut written = part(object, names);
    if let Some(members) = written.as_object_mut().filter(|_| !types.is_empty()) {
        members.insert("associations".to_owned(), associations::written(object, types));
    }
    written
}

fn written(object: &Object, properties: Map<String, Value>) -> Value {
    let mut written = json!({
        "id": object.id.to_string(),
        "properties": properties,
        "createdAt": clock::iso(object.created_at),
        "updatedAt": clock::iso(object.updated_at),
        "archived": object.archived_at.is_some(),
    });
    if let (Some(at), Some(members)) = (object.archived_at, written.as_object_mut()) {
        members.insert("archivedAt".to_owned(), json!(clock::iso(at)));
    }
    written
}
