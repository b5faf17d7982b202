//! Forms of telephone numbers and extensions.

/// Maximum number of digits in an extension: more than any telephone system uses.
const MAX_EXTENSION_LEN: usize = 20;

/// Whether the text is a telephone number in E.164: `+`, then 2 to 15 digits, the first of them not 0.
pub fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

/// Whether the text is a telephone extension: 1 to 20 digits.
pub fn is_extension(text: &str) -> bool {
    (1..=MAX_EXTENSION_LEN).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_must_be_e164() {
        for number in ["+12", "+18001231234", "+123456789012345"] {
            assert!(is_e164(number), "{number}");
        }
        for wrong in ["", "+", "+1", "18001231234", "+08001231234", "+1234567890123456", "+1 800", "+١٢٣٤", "++12"]
        {
            assert!(!is_e164(wrong), "{wrong}");
        }
    }
}
