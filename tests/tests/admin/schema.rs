//! Answers are what the document says that they are: as much of JSON Schema as it uses.

use cordboard_tests::http::Answer;
use serde_json::Value;

/// Panics where an answer is not what the document says of its operation.
pub fn check(document: &Value, method: &str, path: &str, answer: &Answer) {
    let path = path.strip_prefix("/admin/v1").unwrap();
    let operation = &document["paths"][path][method.to_lowercase()];
    let schema = &operation["responses"][answer.status.to_string()]["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{method} {path} {} is not in the document", answer.status);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let faults = faults(document, schema, &answer.json(), "");
    assert!(faults.is_empty(), "{method} {path}: {}", faults.join("; "));
}

/// What of a value is not as its schema says.
pub fn faults(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return faults(document, document.pointer(name.strip_prefix('#').unwrap()).unwrap(), value, at);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fitting = choices.iter().filter(|choice| faults(document, choice, value, at).is_empty()).count();
        return if fitting == 1 { Vec::new() } else { vec![format!("{at} fits {fitting} of its choices: {value}")] };
    }
    let is_of_type = match schema["type"].as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.as_u64().is_some(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{at}: the document has a type {other}"),
    };
    if !is_of_type {
        return vec![format!("{at} is no {}: {value}", schema["type"])];
    }
    let mut found = Vec::new();
    if let Some(texts) = schema["enum"].as_array().filter(|texts| !texts.contains(value)) {
        found.push(format!("{at} is none of {texts:?}: {value}"));
    }
    if schema["pattern"].is_string() && !value.as_str().unwrap().starts_with("sha256:") {
        found.push(format!("{at} is no digest: {value}"));
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
            None if schema["additionalProperties"] == false => found.push(format!("{at} has {name}, too")),
            None => {}
        }
    }
    found
}
