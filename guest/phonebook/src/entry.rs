//! Parses one number, as an operator writes it.

use cordboard_plug::PhoneNumber;
use cordboard_plug::text::{is_e164, is_extension};

const NO_NUMBER: &str = "does not start with an E.164 number: write `+`, the country code and the subscriber number, \
    up to 15 digits without spaces, such as `+18001231234 ext 1 Front desk`";
const NO_EXTENSION: &str = "has an extension that is not 1 to 20 digits: write it like `+18001231234 ext 1 Front desk`";
const LATE_EXTENSION: &str =
    "has an extension where the name should be: write it once, right after the number, like `ext 12`";
const BROKEN_NUMBER: &str = "has spaces in its number, or a name that starts with digits: write the number without \
    spaces, and start the name with a word";
const UNPRINTABLE: &str = "has a control character in its name: remove it";

/// Parses `+18001231234 ext 1 Front desk`: an E.164 number, optionally `ext` or `x` with an extension, and an optional
/// name, which defaults to the number.
///
/// # Errors
/// Returns the problem and its fix as the end of a sentence, without quoting the text.
pub fn parse(text: &str) -> Result<PhoneNumber, &'static str> {
    let mut words = text.split_whitespace().peekable();
    let e164 = words.next().filter(|word| is_e164(word)).ok_or(NO_NUMBER)?;
    let extension = match words.next_if(|word| is_extension_mark(word)) {
        None => None,
        Some(_) => Some(words.next().filter(|word| is_extension(word)).ok_or(NO_EXTENSION)?),
    };
    // Text that looks like an extension or a part of the number would be shown as the name and never dialed.
    if let Some(word) = words.peek() {
        if is_extension_mark(word) || is_glued_extension(word) {
            return Err(LATE_EXTENSION);
        }
        if is_rest_of_number(word) {
            return Err(BROKEN_NUMBER);
        }
    }
    let name = words.collect::<Vec<_>>().join(" ");
    if name.chars().any(char::is_control) {
        return Err(UNPRINTABLE);
    }
    Ok(PhoneNumber {
        e164: e164.to_owned(),
        extension: extension.map(str::to_owned),
        friendly_name: if name.is_empty() { e164.to_owned() } else { name },
    })
}

fn is_extension_mark(word: &str) -> bool {
    word.eq_ignore_ascii_case("ext") || word.eq_ignore_ascii_case("x")
}

/// Whether a word is like `x12`, `ext12`, `ext.12` or `ext.`.
fn is_glued_extension(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let behind = word.strip_prefix("ext").or_else(|| word.strip_prefix('x'));
    behind.is_some_and(|rest| rest.trim_start_matches(['.', ':']).bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a word is like `800`, `(30)` or `123-45`.
fn is_rest_of_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit() || b"-./()+".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_entry_is_a_number_an_extension_and_a_name() {
        for (text, e164, extension, name) in [
            ("+18001231234 ext 1 Front desk", "+18001231234", Some("1"), "Front desk"),
            ("+18001231234 x 007  Front   desk ", "+18001231234", Some("007"), "Front desk"),
            ("+18001231234 EXT 12", "+18001231234", Some("12"), "+18001231234"),
            ("+18001231234 Front desk", "+18001231234", None, "Front desk"),
            ("+18001231234 2nd floor", "+18001231234", None, "2nd floor"),
            ("+18001231234 Xavier", "+18001231234", None, "Xavier"),
            ("+18001231234 Extras", "+18001231234", None, "Extras"),
            ("+41443334455 Zürich 会議", "+41443334455", None, "Zürich 会議"),
            ("+12", "+12", None, "+12"),
            ("+123456789012345", "+123456789012345", None, "+123456789012345"),
        ] {
            let number = parse(text).unwrap();
            assert_eq!((&*number.e164, number.extension.as_deref(), &*number.friendly_name), (e164, extension, name));
        }
    }

    #[test]
    fn ambiguous_entries_are_rejected() {
        for text in [
            "",
            " ",
            "Front desk",
            "18001231234",
            "0018001231234",
            "+1",
            "+08001231234",
            "+1234567890123456",
            "+1 800 123 1234",
            "+49 30 123456 Office",
            "+49 (30) 123456",
            "+1-800-123-1234",
            "+1800CALLNOW",
            "+١٢٣٤",
            "+18001231234 ext",
            "+18001231234 ext Front desk",
            "+18001231234 x ray",
            "+18001231234 ext 123456789012345678901",
            "+18001231234 x12",
            "+18001231234 ext. 12 Front desk",
            "+18001231234 ext.12",
            "+18001231234 ext 1 ext 2",
            "+18001231234 ext 1 2 Front desk",
            "+18001231234 Front\u{7}desk",
            "+18001231234 +18001231235",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
