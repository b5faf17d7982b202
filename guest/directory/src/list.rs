//! Parses the endpoint's list of numbers. Errors give positions in the list but never quote it.

use cordboard_plug::text::{is_e164, is_extension, line};
use cordboard_plug::{Document, PhoneNumber, Rejection};
use serde_json::Value;

/// More than a user could choose from. A longer list is rejected rather than silently truncated.
const MAX_NUMBERS: usize = 100;

/// Longer than any CRM shows, in characters.
const MAX_NAME_LEN: usize = 200;

// These follow the position of an entry, such as `numbers[2]`.
const NO_OBJECT: &str = "` is not an object: write it like `{\"number\":\"+18001231234\"}`";
const NO_NUMBER: &str = ".number` is not an E.164 number: write `+`, the country code and the subscriber number as a \
    string of up to 15 digits without spaces, such as `\"+18001231234\"`";
const NO_EXTENSION: &str = ".extension` is not 1 to 20 digits: write it like `\"12\"`, or omit it";
const NO_NAME: &str = ".name` is not a string: write it like `\"Front desk\"`, or omit it";

/// Parses `{"numbers":[{"number","extension"?,"name"?}]}` and keeps the order. Other members are ignored.
///
/// # Errors
/// Returns a message for the operator with the position of the first problem.
pub fn read(body: &[u8]) -> Result<Vec<PhoneNumber>, String> {
    let answer = Document::parse(body).map_err(|rejection| {
        let (Rejection::Malformed(why) | Rejection::Unsupported(why)) = rejection;
        format!("the directory answered 200, but {why}; it must answer `{{\"numbers\":[…]}}` and little else")
    })?;
    let Some(Value::Array(entries)) = answer.peek("/numbers") else {
        return Err(
            "the directory's answer has no list `numbers`: it must answer `{\"numbers\":[…]}`, or 404 for a user \
             without numbers"
                .to_owned(),
        );
    };
    if entries.len() > MAX_NUMBERS {
        return Err(format!(
            "the directory's answer has {} items in `numbers`, but at most {MAX_NUMBERS} are allowed: return only the \
             user's own numbers",
            entries.len()
        ));
    }
    let wrong = |index, problem| format!("the directory's answer is invalid: `numbers[{index}]{problem}");
    entries.iter().enumerate().map(|(index, item)| entry(item).map_err(|problem| wrong(index, problem))).collect()
}

fn entry(item: &Value) -> Result<PhoneNumber, &'static str> {
    let members = item.as_object().ok_or(NO_OBJECT)?;
    let number = members.get("number").and_then(Value::as_str).filter(|text| is_e164(text));
    let e164 = number.ok_or(NO_NUMBER)?.to_owned();
    let extension = extension(members.get("extension"))?;
    let friendly_name = name(members.get("name"))?.unwrap_or_else(|| e164.clone());
    Ok(PhoneNumber { e164, extension, friendly_name })
}

fn extension(value: Option<&Value>) -> Result<Option<String>, &'static str> {
    let text = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.is_empty() => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(NO_EXTENSION),
    };
    if is_extension(&text) { Ok(Some(text)) } else { Err(NO_EXTENSION) }
}

fn name(value: Option<&Value>) -> Result<Option<String>, &'static str> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(line(text, MAX_NAME_LEN)).filter(|name| !name.is_empty())),
        Some(_) => Err(NO_NAME),
    }
}
