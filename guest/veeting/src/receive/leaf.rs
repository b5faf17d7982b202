//! Reads leaves that the sender writes in several ways, and those that identify events.
//!
//! A leaf is removed from its document only if the typed value can reproduce it. One that loses information, such as a
//! time with an offset, also stays among the extras.

use cordboard_plug::{Document, Rejection};
use jiff::Timestamp;
use serde_json::Value;

/// The earliest accepted time, in 1973. Smaller numbers are probably seconds, or dates without separators.
const EARLIEST: u64 = 100_000_000_000;

/// Takes a time in epoch milliseconds: ISO 8601 with a zone, as in `2022-04-07T09:00:00.000Z`, or milliseconds.
pub fn time(document: &mut Document, pointer: &str) -> Option<u64> {
    let millis = match document.peek(pointer)? {
        Value::Number(number) => number.as_u64()?,
        Value::String(text) => match text.parse() {
            Ok(millis) => millis,
            Err(_) => u64::try_from(text.parse::<Timestamp>().ok()?.as_millisecond()).ok()?,
        },
        _ => return None,
    };
    if millis < EARLIEST {
        return None;
    }
    take_exact(document, pointer, &[millis.to_string(), iso(millis)]);
    Some(millis)
}

/// Takes a revision: a number, or its digits as a string.
pub fn sequence(document: &mut Document, pointer: &str) -> Option<u32> {
    let sequence = match document.peek(pointer)? {
        Value::Number(number) => u32::try_from(number.as_u64()?).ok()?,
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    take_exact(document, pointer, &[sequence.to_string()]);
    Some(sequence)
}

/// Takes the name of a time zone if it has the IANA form: `Europe/Zurich`, not `W. Europe Standard Time`.
pub fn timezone(document: &mut Document, pointer: &str) -> Option<String> {
    document.take(pointer, |value| {
        let name = value.as_str()?;
        let is_iana = name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
        is_iana.then(|| name.to_owned())
    })
}

/// Takes a required id.
///
/// # Errors
/// Returns `malformed`, naming the field by `shown`, its pointer in the whole body.
pub fn identity(document: &mut Document, pointer: &str, shown: &str) -> Result<String, Rejection> {
    document
        .id(pointer)
        .ok_or_else(|| Rejection::Malformed(format!("`{shown}` is missing or not an id: send it as a string")))
}

/// Returns the leaf at a pointer as a part of a dedupe key, exactly as the sender wrote it.
pub fn part(document: &Document, pointer: &str) -> Value {
    document.peek(pointer).cloned().unwrap_or_default()
}

fn take_exact(document: &mut Document, pointer: &str, forms: &[String]) {
    document.take(pointer, |value| {
        let written = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        forms.contains(&written).then_some(())
    });
}

/// Formats a time as the sender does. Returns an empty string if it is out of range.
fn iso(millis: u64) -> String {
    let time = i64::try_from(millis).ok().and_then(|millis| Timestamp::from_millisecond(millis).ok());
    time.map(|time| format!("{time:.3}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Returns the value read, and whether the leaf stays among the extras.
    fn read<T>(value: Value, read: impl Fn(&mut Document, &str) -> Option<T>) -> (Option<T>, bool) {
        let mut document = Document::parse(json!({ "leaf": value }).to_string().as_bytes()).unwrap();
        let read = read(&mut document, "/leaf");
        (read, !document.into_extras().is_empty())
    }

    #[test]
    fn a_time_that_can_be_reproduced_is_taken() {
        let nine = Some(1_649_322_000_000);
        assert_eq!(read(json!("2022-04-07T09:00:00.000Z"), time), (nine, false));
        assert_eq!(read(json!(1_649_322_000_000_u64), time), (nine, false));
        assert_eq!(read(json!("1649322000000"), time), (nine, false));
    }

    #[test]
    fn a_time_that_loses_information_also_stays() {
        let nine = Some(1_649_322_000_000);
        for text in
            ["2022-04-07T11:00:00.000+02:00", "2022-04-07T09:00:00Z", "2022-04-07T09:00:00.0004Z", "+1649322000000"]
        {
            assert_eq!(read(json!(text), time), (nine, true), "{text}");
        }
    }

    #[test]
    fn an_invalid_time_stays() {
        for value in [
            json!(null),
            json!(""),
            json!("tomorrow"),
            json!("2022-04-07"),
            json!("2022-04-07T09:00:00"),
            json!("20220407"),
            json!("1969-12-31T23:59:59Z"),
            json!(1_649_322_000),
            json!(-1),
            json!(1_649_322_000_000.5),
            json!("99999999999999999999999"),
            json!(["2022-04-07T09:00:00.000Z"]),
        ] {
            assert_eq!(read(value.clone(), time), (None, true), "{value}");
        }
    }

    #[test]
    fn a_sequence_is_a_number_or_a_string_of_digits() {
        assert_eq!(read(json!("0"), sequence), (Some(0), false));
        assert_eq!(read(json!(7), sequence), (Some(7), false));
        assert_eq!(read(json!("007"), sequence), (Some(7), true));
        for value in [json!(null), json!(""), json!("a"), json!(-1), json!(4_294_967_296_u64), json!(1.5), json!({})] {
            assert_eq!(read(value.clone(), sequence), (None, true), "{value}");
        }
    }

    #[test]
    fn a_zone_has_an_iana_name() {
        assert_eq!(read(json!("Europe/Zurich"), timezone), (Some("Europe/Zurich".to_owned()), false));
        assert_eq!(read(json!("Etc/GMT+2"), timezone), (Some("Etc/GMT+2".to_owned()), false));
        for value in [json!("W. Europe Standard Time"), json!(""), json!("+02:00"), json!(2)] {
            assert_eq!(read(value.clone(), timezone), (None, true), "{value}");
        }
    }
}
