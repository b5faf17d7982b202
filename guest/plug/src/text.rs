//! Sanitizes and validates text from third parties.

pub use cordboard_core::{is_e164, is_extension};

/// The first `limit` characters, with control characters replaced by spaces, and trimmed.
pub fn line(text: &str, limit: usize) -> String {
    cordboard_core::text::line(text, limit).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_bounded_and_has_no_control_characters() {
        assert_eq!(line("a\r\nb\u{1b}[31m", 100), "a  b [31m");
        assert_eq!(line(&"é".repeat(300), 200), "é".repeat(200));
    }
}
