//! Words of others, made fit for a sentence of ours.

/// The first `limit` characters in one line: every control character is a space.
pub(crate) fn line(text: &str, limit: usize) -> String {
    let line: String = text.chars().take(limit).map(|char| if char.is_control() { ' ' } else { char }).collect();
    line.trim().to_owned()
}

/// Whether this is the address of a web page: a scheme of those given, something behind it, and nothing that could end
/// it early where it is shown.
pub(crate) fn is_address(text: &str, schemes: &[&str]) -> bool {
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme)?.strip_prefix("://"));
    rest.is_some_and(|rest| {
        rest.starts_with(|first: char| first.is_alphanumeric() || first == '[')
            && !rest.contains(|char: char| char.is_control() || char.is_whitespace() || "<>\"\\".contains(char))
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
    fn an_address_has_a_scheme_and_a_host() {
        let ours = ["https", "http"];
        assert!(is_address("https://a.example/x?y=z#w", &ours));
        assert!(is_address("http://[::1]:80/", &ours));
        for wrong in ["", "https://", "https:///x", "javascript:alert(1)", "a.example/x", "https://a b", "https://a\n"]
        {
            assert!(!is_address(wrong, &ours), "{wrong}");
        }
        assert!(!is_address("http://a.example", &["https"]));
    }
}
