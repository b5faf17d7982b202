//! Builders for JSON Schemas.

use cordboard_core::CRM_ID_PATTERN;
use serde_json::{Map, Value, json};

/// Maximum length of the name of a connection or plug in a request, in characters.
pub(super) const MAX_NAME: usize = 128;
/// Largest number of a record.
pub(super) const MAX_NUMBER: u64 = i64::MAX as u64;

/// An object with exactly these members, all required.
pub(super) fn object(members: &[(&str, Value)]) -> Value {
    let required: Vec<_> = members.iter().map(|(name, _)| *name).collect();
    object_of(members, &required)
}

/// An object with no members but these, some of them required.
pub(super) fn object_of(members: &[(&str, Value)], required: &[&str]) -> Value {
    let properties: Map<String, Value> =
        members.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// Adds members to an object.
pub(super) fn with<const N: usize>(mut object: Value, members: [(&str, Value); N]) -> Value {
    if let Some(object) = object.as_object_mut() {
        object.extend(members.map(|(name, value)| (name.to_owned(), value)));
    }
    object
}

/// A page of a list of items. `more` says what it means that there are more.
pub(super) fn page(name: &str, item: Value, more: &str) -> Value {
    object(&[(name, list(item)), ("more", boolean(more))])
}

/// A string.
pub(super) fn text(what: &str) -> Value {
    json!({ "type": "string", "description": what })
}

/// A string that matches a regular expression.
pub(super) fn matching(pattern: &str, what: &str) -> Value {
    json!({ "type": "string", "pattern": pattern, "description": what })
}

/// The name of a connection or plug: up to [`MAX_NAME`] characters on one line.
pub(super) fn name(what: &str) -> Value {
    json!({
        "type": "string", "minLength": 1, "maxLength": MAX_NAME, "pattern": r"^[^\u0000-\u001f\u007f-\u009f]+$",
        "description": what,
    })
}

/// The CRM's id of an account or app in a response.
pub(super) fn id(what: &str) -> Value {
    matching(CRM_ID_PATTERN, what)
}

/// The CRM's id of an account or app in a request, which may also be a number.
pub(super) fn id_or_number(what: &str) -> Value {
    json!({ "oneOf": [id(what), number(what)] })
}

/// An integer within bounds.
pub(super) fn number_of(min: u64, max: u64, what: &str) -> Value {
    json!({ "type": "integer", "minimum": min, "maximum": max, "description": what })
}

/// One of several strings.
pub(super) fn one_of(texts: &[&str], what: &str) -> Value {
    json!({ "type": "string", "enum": texts, "description": what })
}

/// A non-negative integer.
pub(super) fn number(what: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": what })
}

/// A boolean.
pub(super) fn boolean(what: &str) -> Value {
    json!({ "type": "boolean", "description": what })
}

/// An RFC 3339 time.
pub(super) fn time(what: &str) -> Value {
    json!({ "type": "string", "format": "date-time", "description": what })
}

/// The digest of a plug.
pub(super) fn digest() -> Value {
    json!({
        "type": "string", "pattern": "^sha256:[0-9a-f]{64}$",
        "description": "`sha256:` and the SHA-256 of the plug's file",
    })
}

/// A list of items.
pub(super) fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// A schema that also allows null.
pub(super) fn or_null(schema: Value) -> Value {
    json!({ "oneOf": [schema, { "type": "null" }] })
}
