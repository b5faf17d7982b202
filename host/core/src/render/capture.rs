//! Captures values from a response that the plug must not see.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use crate::types::effect::Capture;

/// Not part of JSON, but some servers send it first.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A value that the host stores as a state entry.
#[derive(Clone, PartialEq, Eq)]
pub struct Captured {
    /// The key of the state entry.
    pub key: String,
    /// The value: a string, or a number as text.
    pub value: String,
    /// The lifetime in seconds, if the response has one.
    pub expires_in: Option<u64>,
}

impl fmt::Debug for Captured {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Captured")
            .field("key", &self.key)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// Captures values from a JSON response, and returns the body without them: strings become `""`, numbers become `0`.
///
/// The body may hold several documents. Values are blanked in each, and captured from the first that has them. A byte
/// order mark and invalid UTF-8 are tolerated. A pointer that leads nowhere, or to neither a string nor a number, is
/// ignored. If nothing is captured, the body is returned byte for byte, unless one of its objects has duplicate
/// members: the pointer could refer to either.
pub fn capture(body: &[u8], captures: &[Capture]) -> (Vec<u8>, Vec<Captured>) {
    let unchanged = || (body.to_vec(), Vec::new());
    if captures.is_empty() {
        return unchanged();
    }
    let text = match std::str::from_utf8(body) {
        Ok(_) => Cow::Borrowed(body),
        Err(_) => Cow::Owned(String::from_utf8_lossy(body).into_owned().into_bytes()),
    };
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
    let (mut documents, end) = documents(text);
    let (read, rest) = text.split_at_checked(end).unwrap_or((text, &[]));
    // Capture everything before blanking, because two pointers may refer to the same value.
    let captured: Vec<Captured> =
        captures.iter().filter_map(|capture| documents.iter().find_map(|document| value(document, capture))).collect();
    if captured.is_empty() && documents.iter().map(members).sum::<usize>() == colons(read) {
        return unchanged();
    }
    for document in &mut documents {
        for capture in captures {
            match document.pointer_mut(&capture.pointer) {
                Some(Value::String(text)) => text.clear(),
                Some(value @ Value::Number(_)) => *value = Value::from(0),
                _ => {}
            }
        }
    }
    let documents: Vec<_> = documents.iter().map(Value::to_string).collect();
    ([documents.join("\n").as_bytes(), rest].concat(), captured)
}

/// Captures a value from a document.
fn value(document: &Value, capture: &Capture) -> Option<Captured> {
    Some(Captured {
        key: capture.key.clone(),
        value: scalar(document.pointer(&capture.pointer)?)?,
        expires_in: capture.expires_in_pointer.as_deref().and_then(|pointer| lifetime(document.pointer(pointer)?)),
    })
}

/// Parses the leading JSON documents of a text. Also returns where the last of them ends.
fn documents(text: &[u8]) -> (Vec<Value>, usize) {
    let mut stream = serde_json::Deserializer::from_slice(text).into_iter();
    let (mut documents, mut end) = (Vec::new(), 0);
    while let Some(Ok(document)) = stream.next() {
        documents.push(document);
        end = stream.byte_offset();
    }
    (documents, end)
}

/// Counts the members of all objects in a document. Duplicates count once, because parsing only retains the last.
fn members(document: &Value) -> usize {
    match document {
        Value::Object(own) => own.len() + own.values().map(members).sum::<usize>(),
        Value::Array(items) => items.iter().map(members).sum(),
        _ => 0,
    }
}

/// Counts the members of all objects in a JSON text, including duplicates.
fn colons(text: &[u8]) -> usize {
    let (mut count, mut in_string, mut escaped) = (0, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b':' if !in_string => count += 1,
            _ => {}
        }
    }
    count
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A lifetime in whole seconds. Some vendors send it as a string.
fn lifetime(value: &Value) -> Option<u64> {
    let text = scalar(value)?;
    text.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(pointer: &str, expires_in: Option<&str>) -> Capture {
        Capture {
            pointer: pointer.to_owned(),
            key: pointer.to_owned(),
            expires_in_pointer: expires_in.map(str::to_owned),
        }
    }

    fn taken(pointer: &str, value: &str, expires_in: Option<u64>) -> Captured {
        Captured { key: pointer.to_owned(), value: value.to_owned(), expires_in }
    }

    #[test]
    fn captured_values_are_returned_and_blanked() {
        let body = br#"{"access_token":"abc","expires_in":3599,"a/b":[{"pin":12345678901234567890123}],"n":"60"}"#;
        let captures = [
            wanted("/access_token", Some("/expires_in")),
            wanted("/a~1b/0/pin", Some("/n")),
            wanted("/access_token", Some("/nowhere")),
            wanted("/nowhere", None),
            wanted("/a~1b", None),
        ];
        let (body, captured) = capture(body, &captures);
        let expected = serde_json::json!({"access_token": "", "expires_in": 3599, "a/b": [{"pin": 0}], "n": "60"});
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), expected);
        assert_eq!(
            captured,
            [
                taken("/access_token", "abc", Some(3599)),
                taken("/a~1b/0/pin", "12345678901234567890123", Some(60)),
                taken("/access_token", "abc", None),
            ]
        );
    }

    #[test]
    fn duplicate_members_are_blanked() {
        let (body, captured) = capture(br#"{"token":"first","token":"last"}"#, &[wanted("/token", None)]);
        assert_eq!(body, br#"{"token":""}"#);
        assert_eq!(captured, [taken("/token", "last", None)]);
    }

    #[test]
    fn members_of_duplicate_parents_are_dropped() {
        let body = br#"{"a":{"token":"first"},"a":{"note":"a \"b\": c"}}"#;
        let (body, captured) = capture(body, &[wanted("/a/token", None)]);
        assert_eq!((body.as_slice(), captured.len()), (br#"{"a":{"note":"a \"b\": c"}}"#.as_slice(), 0));
    }

    #[test]
    fn values_are_captured_despite_byte_order_marks_and_invalid_utf8() {
        let token = &[wanted("/token", Some("/for"))];
        let (body, captured) = capture(b"\xef\xbb\xbf{\"token\":\"a\",\"for\":9}", token);
        assert_eq!(
            (body.as_slice(), captured),
            (br#"{"for":9,"token":""}"#.as_slice(), vec![taken("/token", "a", Some(9))])
        );
        let (body, captured) = capture(b"{\"token\":\"a\",\"note\":\"\xff\"}", token);
        assert_eq!((&*String::from_utf8(body).unwrap(), captured.len()), ("{\"note\":\"\u{fffd}\",\"token\":\"\"}", 1));
    }

    #[test]
    fn values_are_blanked_in_every_document() {
        let body = b"{\"a\":1}\r\n{\"token\":\"a\"}\n{\"token\":\"b\"} and more";
        let (body, captured) = capture(body, &[wanted("/token", None)]);
        assert_eq!(String::from_utf8(body).unwrap(), "{\"a\":1}\n{\"token\":\"\"}\n{\"token\":\"\"} and more");
        assert_eq!(captured, [taken("/token", "a", None)]);
    }

    #[test]
    fn a_body_without_captured_values_is_unchanged() {
        for body in [b"{ \"a\": null, \"b\": [] }".as_slice(), b"", b"not json", b"\xff\xfe", b"[", b"1e400000"] {
            let captures = [wanted("/a", None), wanted("/b", None), wanted("no-slash", None)];
            assert_eq!(capture(body, &captures), (body.to_vec(), Vec::new()));
            assert_eq!(capture(body, &[]), (body.to_vec(), Vec::new()));
        }
    }

    #[test]
    fn lifetimes_are_whole_seconds() {
        let lifetime = |text: &str| lifetime(&serde_json::from_str(text).unwrap());
        assert_eq!(lifetime("3600.5"), Some(3600));
        assert_eq!(lifetime("\"30\""), Some(30));
        for wrong in ["-1", "\"soon\"", "null", "1e3", "99999999999999999999999", "[1]"] {
            assert_eq!(lifetime(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn debug_output_hides_the_value() {
        assert!(!format!("{:?}", taken("/token", "abc", None)).contains("abc"));
    }
}
