//! Locations in the configuration.

use std::fmt;

/// Maximum number of characters of a key to show.
const MAX_KEY_LEN: usize = 64;

/// A dotted path such as `account.123.connection.rooms.settings.host`, escaped for terminals.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyPath(String);

impl KeyPath {
    /// Appends a key.
    pub fn key(&self, key: &str) -> Self {
        let dot = if self.0.is_empty() { "" } else { "." };
        Self(format!("{}{dot}{}", self.0, shown(key)))
    }

    /// Appends a list index, starting at 0.
    pub fn item(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0))
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Formats a key as in TOML, quoted unless it is a bare key.
fn shown(key: &str) -> String {
    let bare = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    let short: String = key.chars().take(MAX_KEY_LEN).collect();
    let cut = if short.len() < key.len() { "…" } else { "" };
    if !key.is_empty() && short.chars().all(bare) {
        format!("{short}{cut}")
    } else {
        format!("\"{}{cut}\"", short.escape_debug())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_quoted_escaped_and_truncated() {
        let path = KeyPath::default().key("account").key("1").key("a.b").item(2);
        assert_eq!(path.to_string(), "account.1.\"a.b\"[2]");
        assert_eq!(KeyPath::default().key("").to_string(), "\"\"");
        assert_eq!(KeyPath::default().key("\u{1b}[2J").to_string(), "\"\\u{1b}[2J\"");
        assert_eq!(KeyPath::default().key(&"k".repeat(65)).to_string(), format!("{}…", "k".repeat(64)));
    }
}
