//! Sanitizes text from third parties for logs and messages.

/// Maximum length of third-party text in a log line. A hostile server may have written it, for example into its
/// certificate.
const MAX_BOUNDED_LEN: usize = 200;
/// Maximum length of a name from a plug that a message quotes, in characters.
const MAX_QUOTE_LEN: usize = 64;
/// Maximum length of the reason for a rejection.
const MAX_DETAIL_LEN: usize = 512;

/// The first `most` characters, with control characters replaced by spaces.
pub fn line(text: &str, most: usize) -> String {
    text.chars().take(most).map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// Shortens third-party text for storage and display.
pub fn short(text: &str) -> String {
    line(text, MAX_DETAIL_LEN)
}

/// Shortens third-party text for a log line, with `…` at the end of what was cut.
pub fn bounded(text: &str) -> String {
    let mut line = line(text, MAX_BOUNDED_LEN + 1);
    if line.chars().count() > MAX_BOUNDED_LEN {
        line.pop();
        line.push('…');
    }
    line
}

/// Quotes a name from a plug: shortened and escaped.
pub(crate) fn quote(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_QUOTE_LEN).flat_map(char::escape_debug).collect();
    if text.chars().nth(MAX_QUOTE_LEN).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_bounded_and_have_no_control_characters() {
        assert_eq!(line("a\r\nbc", 4), "a  b");
        assert_eq!(bounded("a\r\nb\u{1b}[0m"), "a  b [0m");
        assert_eq!(bounded(&"é".repeat(MAX_BOUNDED_LEN)), "é".repeat(MAX_BOUNDED_LEN));
        assert_eq!(bounded(&"é".repeat(MAX_BOUNDED_LEN + 1)), format!("{}…", "é".repeat(MAX_BOUNDED_LEN)));
    }
}
