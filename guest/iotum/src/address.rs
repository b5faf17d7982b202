//! Validates addresses that people will click on.

/// Whether a text is the address of a web page: it has one of the schemes, given in lower case, a host, and no
/// character that could end it early when it is displayed.
pub fn is_address(text: &str, schemes: &[&str]) -> bool {
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
