//! Parses the provider's address.

use std::fmt;
use std::str::FromStr;

use cordboard_plug::Setting;

/// The setting. Parsing ensures that no value can make a request go anywhere but to its host.
pub const ADDRESS: Setting<Address> =
    Setting::new("address", "Address of the server, such as https://rooms.example.org").required();

/// Scheme and host, with an optional port and path, and without a trailing slash.
pub struct Address(String);

impl FromStr for Address {
    /// The problem and its fix.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
        let begins = rest.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[');
        if !begins || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/[]".contains(&byte)) {
            return Err("write it like `https://rooms.example.org`");
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
