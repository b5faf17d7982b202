//! Words of others: made fit for a sentence of ours, and known by their form.

/// The first `limit` characters in one line: every control character is a space.
pub fn line(text: &str, limit: usize) -> String {
    let line: String = text.chars().take(limit).map(|char| if char.is_control() { ' ' } else { char }).collect();
    line.trim().to_owned()
}

/// Whether this is a telephone number in E.164: `+`, then 2 to 15 digits, the first not 0.
pub fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_bounded_and_has_no_control_characters() {
        assert_eq!(line("a\r\nb\u{1b}[31m", 100), "a  b [31m");
        assert_eq!(line(&"é".repeat(300), 200), "é".repeat(200));
    }

    #[test]
    fn a_telephone_number_has_a_country_and_no_spaces() {
        for number in ["+12", "+18001231234", "+123456789012345"] {
            assert!(is_e164(number), "{number}");
        }
        for wrong in ["", "+", "+1", "18001231234", "+08001231234", "+1234567890123456", "+1 800", "+١٢٣٤", "++12"]
        {
            assert!(!is_e164(wrong), "{wrong}");
        }
    }
}
