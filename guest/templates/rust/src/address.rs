//! The provider's address, as the operator writes it.

use std::fmt;
use std::str::FromStr;

use cordboard_plug::Setting;

/// The setting. Its type is checked when it is read: whatever the operator writes, a request goes to a host or nowhere.
pub const ADDRESS: Setting<Address> =
    Setting::new("address", "The server, such as https://rooms.example.org").required();

/// Scheme and host, perhaps with port and path; no slash at the end.
pub struct Address(String);

impl FromStr for Address {
    /// What is wrong with it and how to fix it.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
        let begins = rest.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[');
        if !begins || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/[]".contains(&byte)) {
            return Err("write it as in `https://rooms.example.org`");
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
