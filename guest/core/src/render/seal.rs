//! Taking out of an answer what its plug must not see.

use std::fmt;

use serde_json::Value;

use crate::types::effect::Seal;

/// A part of an answer that the host keeps as a memo.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key of the memo.
    pub key: String,
    /// What stood in the answer: a string, or a number's text.
    pub value: String,
    /// Its lifetime in seconds, where the answer has one.
    pub expires_in: Option<u64>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sealed")
            .field("key", &self.key)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// Takes the sealed parts out of a JSON answer: the body as the plug may see it, strings blanked to `""` and numbers to
/// `0`, and what was taken. A pointer to nothing, or to neither string nor number, is left out; where none applies the
/// body stays as it is, byte for byte.
pub fn seal(body: &[u8], seals: &[Seal]) -> (Vec<u8>, Vec<Sealed>) {
    let unchanged = || (body.to_vec(), Vec::new());
    if seals.is_empty() {
        return unchanged();
    }
    let Ok(mut answer) = serde_json::from_slice::<Value>(body) else {
        return unchanged();
    };
    // All are read before any is blanked, for two may point to one place.
    let sealed: Vec<Sealed> = seals
        .iter()
        .filter_map(|seal| {
            Some(Sealed {
                key: seal.key.clone(),
                value: scalar(answer.pointer(&seal.pointer)?)?,
                expires_in: seal.expires_in_pointer.as_deref().and_then(|pointer| lifetime(answer.pointer(pointer)?)),
            })
        })
        .collect();
    if sealed.is_empty() {
        return unchanged();
    }
    for seal in seals {
        match answer.pointer_mut(&seal.pointer) {
            Some(Value::String(text)) => text.clear(),
            Some(value @ Value::Number(_)) => *value = Value::from(0),
            _ => {}
        }
    }
    (answer.to_string().into_bytes(), sealed)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whole seconds. Some vendors write them as a string.
fn lifetime(value: &Value) -> Option<u64> {
    let text = scalar(value)?;
    text.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(pointer: &str, expires_in: Option<&str>) -> Seal {
        Seal { pointer: pointer.to_owned(), key: pointer.to_owned(), expires_in_pointer: expires_in.map(str::to_owned) }
    }

    fn taken(pointer: &str, value: &str, expires_in: Option<u64>) -> Sealed {
        Sealed { key: pointer.to_owned(), value: value.to_owned(), expires_in }
    }

    #[test]
    fn sealed_parts_are_taken_and_blanked() {
        let body = br#"{"access_token":"abc","expires_in":3599,"a/b":[{"pin":12345678901234567890123}],"n":"60"}"#;
        let seals = [
            wanted("/access_token", Some("/expires_in")),
            wanted("/a~1b/0/pin", Some("/n")),
            wanted("/access_token", Some("/nowhere")),
            wanted("/nowhere", None),
            wanted("/a~1b", None),
        ];
        let (body, sealed) = seal(body, &seals);
        let expected = serde_json::json!({"access_token": "", "expires_in": 3599, "a/b": [{"pin": 0}], "n": "60"});
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), expected);
        assert_eq!(
            sealed,
            [
                taken("/access_token", "abc", Some(3599)),
                taken("/a~1b/0/pin", "12345678901234567890123", Some(60)),
                taken("/access_token", "abc", None),
            ]
        );
    }

    #[test]
    fn a_doubled_member_does_not_slip_through() {
        let (body, sealed) = seal(br#"{"token":"first","token":"last"}"#, &[wanted("/token", None)]);
        assert_eq!(body, br#"{"token":""}"#);
        assert_eq!(sealed, [taken("/token", "last", None)]);
    }

    #[test]
    fn a_body_without_sealed_parts_stays_as_it_is() {
        for body in [b"{ \"a\": null, \"b\": [] }".as_slice(), b"", b"not json", b"\xff\xfe", b"[", b"1e400000"] {
            let seals = [wanted("/a", None), wanted("/b", None), wanted("no-slash", None)];
            assert_eq!(seal(body, &seals), (body.to_vec(), Vec::new()));
            assert_eq!(seal(body, &[]), (body.to_vec(), Vec::new()));
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
    fn debugging_does_not_show_the_value() {
        assert!(!format!("{:?}", taken("/token", "abc", None)).contains("abc"));
    }
}
