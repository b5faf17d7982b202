//! Repairs unpaired surrogates, which JSON can express but UTF-8 cannot.
//!
//! A sender that truncates a title by UTF-16 code units, as JavaScript and Java count, may split an emoji and send its
//! first half as `\ud83c`. A meeting must not fail because of that.

/// `ud83c`: one surrogate, without its backslash.
const HALF: usize = 5;
/// `ud83c\udf89`
const PAIR: usize = 11;

/// Replaces the escape of each unpaired surrogate in a JSON string with U+FFFD and leaves everything else in place.
/// Returns `None` if there are none. The result is unspecified if the text is not JSON.
pub fn repair(text: &str) -> Option<String> {
    let mut repaired = String::with_capacity(text.len());
    let mut found = false;
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        let (length, instead) = match code_unit(escape) {
            Some(0xD800..=0xDBFF) if is_trail(escape.get(HALF..)) => (PAIR, None),
            Some(0xD800..=0xDFFF) => (HALF, Some("ufffd")),
            // Consume the escaped character: if it is a backslash, it does not start another escape.
            _ => (escape.chars().next().map_or(0, char::len_utf8), None),
        };
        let (written, behind) = escape.split_at_checked(length).unwrap_or((escape, ""));
        repaired.push_str(before);
        repaired.push('\\');
        repaired.push_str(instead.unwrap_or(written));
        found |= instead.is_some();
        rest = behind;
    }
    repaired.push_str(rest);
    found.then_some(repaired)
}

/// Returns the UTF-16 code unit of an escape without its backslash.
fn code_unit(escape: &str) -> Option<u16> {
    let digits = escape.strip_prefix('u')?.get(..4)?;
    // `from_str_radix` accepts a plus sign, which an escape must not have.
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

/// Whether the text starts with the escape of a low surrogate.
fn is_trail(behind: Option<&str>) -> bool {
    let unit = behind.and_then(|behind| code_unit(behind.strip_prefix('\\')?));
    matches!(unit, Some(0xDC00..=0xDFFF))
}

#[cfg(test)]
mod tests {
    use super::repair;
    use proptest::prelude::*;
    use serde_json::Value;

    /// Writes every code unit as an escape.
    fn escaped(text: &str) -> String {
        let mut json = String::from("\"");
        for unit in text.encode_utf16() {
            json += &format!("\\u{unit:04x}");
        }
        json + "\""
    }

    #[test]
    fn an_unpaired_surrogate_becomes_a_replacement_character() {
        for (text, repaired) in [
            (r#""Party \ud83c""#, r#""Party \ufffd""#),
            (r#""\uD83C x""#, r#""\ufffd x""#),
            (r#""\udf89 x""#, r#""\ufffd x""#),
            (r#""\udf89\ud83c""#, r#""\ufffd\ufffd""#),
            (r#""\ud83c\ud83c\udf89""#, r#""\ufffd\ud83c\udf89""#),
            (r#""\ud83c\n""#, r#""\ufffd\n""#),
            (r#""\ud83c\u0041""#, r#""\ufffd\u0041""#),
            (r#""\\\ud83c""#, r#""\\\ufffd""#),
        ] {
            assert_eq!(repair(text).as_deref(), Some(repaired), "{text}");
            assert!(serde_json::from_str::<Value>(text).is_err() && serde_json::from_str::<Value>(repaired).is_ok());
        }
    }

    #[test]
    fn text_without_unpaired_surrogates_stays() {
        for text in [
            r#""\ud83c\udf89""#,
            r#""\\ud83c""#,
            r#""\\\\ud83c""#,
            r#""\ufffd""#,
            r#""\ud7ff\ue000""#,
            r#""\u+83c""#,
            r#""\ud83""#,
            r#""\udé3c""#,
            r#""\é""#,
            "\\",
            "\\u",
            "",
        ] {
            assert_eq!(repair(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn valid_json_stays(text in any::<String>(), plain in any::<bool>()) {
            let json = if plain { Value::from(text).to_string() } else { escaped(&text) };
            prop_assert!(serde_json::from_str::<String>(&json).is_ok());
            prop_assert_eq!(repair(&json), None);
        }

        /// The standard library follows the same rule for UTF-16.
        #[test]
        fn repair_agrees_with_lossy_utf_16(units in prop::collection::vec(prop_oneof![
            any::<u16>(), 0xD7FE_u16..0xE002, Just(0x5C_u16), Just(0x75_u16),
        ], 0..12)) {
            let json = units.iter().fold(String::from("\""), |json, unit| json + &format!("\\u{unit:04X}")) + "\"";
            let readable = repair(&json).unwrap_or(json);
            prop_assert_eq!(serde_json::from_str::<String>(&readable).unwrap(), String::from_utf16_lossy(&units));
        }

        #[test]
        fn any_text_keeps_its_length(text in r#"([\\u"é]|d8|3c|\\ud83c|\\udf89|.){0,24}"#) {
            if let Some(repaired) = repair(&text) {
                prop_assert_eq!(repaired.len(), text.len());
                prop_assert_eq!(repair(&repaired), None);
            }
        }
    }
}
