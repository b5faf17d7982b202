//! Client for iotum's enterprise API. Every call is a POST of JSON to `https://{host}/enterprise_api/…`, with the
//! session's token in the body.

pub mod conference;
pub mod endpoint;
pub mod host;
pub mod session;

use serde_json::{Number, Value};

/// The length limit for iotum's ids, in bytes.
const MAX_ID_LEN: usize = 128;

/// Reads an id from an answer. iotum sends numbers; strings are accepted too.
fn id_in(answer: &Value, member: &str) -> Option<String> {
    let id = match answer.get(member)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!id.is_empty() && id.len() <= MAX_ID_LEN && !id.contains(char::is_control)).then_some(id)
}

/// Returns an id for a request: as a number if it is one, like iotum itself.
fn id_out(id: &str) -> Value {
    let digits = id.bytes().all(|byte| byte.is_ascii_digit()) && (id == "0" || !id.starts_with('0'));
    match id.parse::<Number>() {
        Ok(number) if digits => Value::Number(number),
        _ => Value::from(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_round_trips() {
        for (text, json) in [
            ("1258835", "1258835"),
            ("0", "0"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("007", "\"007\""),
            ("1e5", "\"1e5\""),
            ("-3", "\"-3\""),
            ("a-b", "\"a-b\""),
            ("", "\"\""),
        ] {
            assert_eq!(id_out(text).to_string(), json);
        }
    }

    #[test]
    fn an_id_is_a_string_or_a_number() {
        let answer: Value = serde_json::from_str(
            r#"{"a": 7, "b": "7", "c": "", "d": null, "e": {}, "f": "x\n", "g": 123456789012345678901234567890}"#,
        )
        .unwrap();
        let read: Vec<_> = ["a", "b", "c", "d", "e", "f", "g", "h"].iter().map(|name| id_in(&answer, name)).collect();
        let number = Some("123456789012345678901234567890".to_owned());
        assert_eq!(read, [Some("7".to_owned()), Some("7".to_owned()), None, None, None, None, number, None]);
    }
}
