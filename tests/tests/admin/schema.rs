//! Validates answers against the OpenAPI document, with the part of JSON Schema that it uses.

use cordboard_tests::http::Answer;
use serde_json::Value;

/// Asserts that an answer matches the document.
pub fn check(document: &Value, method: &str, path: &str, answer: &Answer) {
    let path = path.strip_prefix("/admin/v1").unwrap();
    let operation = &document["paths"][path][method.to_lowercase()];
    let schema = &operation["responses"][answer.status.to_string()]["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{method} {path} {} is not in the document", answer.status);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let faults = faults(document, schema, &answer.json(), "");
    assert!(faults.is_empty(), "{method} {path}: {}", faults.join("; "));
}

/// Returns the violations of a schema.
pub fn faults(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return faults(document, document.pointer(name.strip_prefix('#').unwrap()).unwrap(), value, at);
    }
    if schema["not"].is_object() && faults(document, &schema["not"], value, at).is_empty() {
        return vec![format!("{at} matches a schema that it must not match: {value}")];
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fitting = choices.iter().filter(|choice| faults(document, choice, value, at).is_empty()).count();
        return if fitting == 1 {
            Vec::new()
        } else {
            vec![format!("{at} matches {fitting} of the alternatives: {value}")]
        };
    }
    if let Some(only) = schema.get("const") {
        return if only == value { Vec::new() } else { vec![format!("{at} is not {only}: {value}")] };
    }
    let is_of_type = match schema["type"].as_str().unwrap_or(if value.is_object() { "object" } else { "never" }) {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.as_u64().is_some(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "never" => false,
        other => panic!("{at}: the document has a type {other}"),
    };
    if !is_of_type {
        return vec![format!("{at} is not of the type {}: {value}", schema["type"])];
    }
    let mut found = Vec::new();
    if let Some(texts) = schema["enum"].as_array().filter(|texts| !texts.contains(value)) {
        found.push(format!("{at} is not one of {texts:?}: {value}"));
    }
    if let (Some(pattern), Some(text)) = (schema["pattern"].as_str(), value.as_str())
        && !regex::Regex::new(pattern).unwrap().is_match(text)
    {
        found.push(format!("{at} does not match {pattern}: {value}"));
    }
    let length = value.as_str().map(|text| text.chars().count() as u64);
    for (bound, max, measured) in [
        ("minLength", false, length),
        ("maxLength", true, length),
        ("minimum", false, value.as_u64()),
        ("maximum", true, value.as_u64()),
    ] {
        if let (Some(bound), Some(measured)) = (schema[bound].as_u64(), measured)
            && if max { measured > bound } else { measured < bound }
        {
            found.push(format!("{at} violates {bound}: {value}"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        found.extend(faults(document, &schema["items"], item, &format!("{at}[]")));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.get(name.as_str().unwrap()).is_none() {
            found.push(format!("{at} lacks {name}"));
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => found.extend(faults(document, schema, member, &format!("{at}.{name}"))),
            None if schema["additionalProperties"] == false => found.push(format!("{at} has an unknown member {name}")),
            None => {}
        }
    }
    found
}
