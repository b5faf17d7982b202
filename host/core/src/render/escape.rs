//! Escapes text for the context that it is inserted into.

use crate::types::effect::Escape;

/// Escapes the text.
pub fn escape(text: &str, escape: Escape) -> String {
    match escape {
        Escape::None => text.to_owned(),
        Escape::Url => percent(text, b"-._~", "%20"),
        Escape::Form => percent(text, b"*-._", "+"),
        Escape::Json => {
            let quoted = serde_json::Value::from(text).to_string();
            quoted.strip_prefix('"').and_then(|inside| inside.strip_suffix('"')).unwrap_or_default().to_owned()
        }
    }
}

fn percent(text: &str, kept: &[u8], blank: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => escaped.push_str(blank),
            _ if byte.is_ascii_alphanumeric() || kept.contains(&byte) => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_text_cannot_end_its_context() {
        let text = "aZ0-._~*+&=\"\\\n/é %";
        assert_eq!(escape(text, Escape::None), text);
        assert_eq!(escape(text, Escape::Url), "aZ0-._~%2A%2B%26%3D%22%5C%0A%2F%C3%A9%20%25");
        assert_eq!(escape(text, Escape::Form), "aZ0-._%7E*%2B%26%3D%22%5C%0A%2F%C3%A9+%25");
        assert_eq!(escape(text, Escape::Json), r#"aZ0-._~*+&=\"\\\n/é %"#);
        assert_eq!(escape("\"\"\u{0}", Escape::Json), r#"\"\"\u0000"#);
        for kind in [Escape::None, Escape::Url, Escape::Form, Escape::Json] {
            assert_eq!(escape("", kind), "");
        }
    }
}
