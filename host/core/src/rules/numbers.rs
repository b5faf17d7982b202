//! Limits on telephone numbers.

use crate::types::telephone::PhoneNumber;

const MAX_NUMBERS: usize = 1000;
const MAX_TEXT: usize = 1 << 10;

/// Checks the telephone numbers that a plug returned.
///
/// # Errors
/// If there are too many, or a text is too long.
pub fn numbers(numbers: &[PhoneNumber]) -> Result<(), String> {
    if numbers.len() > MAX_NUMBERS {
        return Err(format!("it returns more than {MAX_NUMBERS} telephone numbers for a user"));
    }
    let too_long = |PhoneNumber { e164, extension, friendly_name }: &PhoneNumber| {
        [Some(e164), extension.as_ref(), Some(friendly_name)].into_iter().flatten().any(|text| text.len() > MAX_TEXT)
    };
    if numbers.iter().any(too_long) {
        return Err(format!("it returns a telephone number with a text of more than {MAX_TEXT} bytes"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_texts_are_bounded() {
        let number = |extension: &str, name: &str| PhoneNumber {
            e164: "+18001231234".to_owned(),
            extension: Some(extension.to_owned()),
            friendly_name: name.to_owned(),
        };
        assert_eq!(numbers(&vec![number("1", &"n".repeat(MAX_TEXT)); MAX_NUMBERS]), Ok(()));
        assert!(numbers(&vec![number("1", ""); MAX_NUMBERS + 1]).is_err_and(|why| why.contains("1000")));
        let long = "1".repeat(MAX_TEXT + 1);
        for wrong in [number(&long, ""), number("", &long), PhoneNumber { e164: long.clone(), ..number("", "") }] {
            assert!(numbers(&[wrong]).is_err_and(|why| why.contains("bytes")));
        }
    }
}
