//! Values that must not be displayed.

use std::collections::BTreeMap;
use std::fmt;

/// A string that is redacted in `Debug` and `Display`. It has no `==`, whose timing would reveal how much of a guess is
/// right.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// The settings of a plug: at least one value for each key, none of them blank. All are treated as secret, since only
/// the plug's description tells which are.
#[derive(Clone, Debug, Default)]
pub struct Settings(BTreeMap<String, Vec<Secret>>);

impl Settings {
    /// Returns the values of a setting in the order of the configuration, or an empty slice if it is not set.
    pub fn get(&self, key: &str) -> &[Secret] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether a setting has a value.
    pub fn is_set(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Iterates over keys and values, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Secret])> {
        self.0.iter().map(|(key, values)| (key.as_str(), values.as_slice()))
    }
}

/// Drops keys without a value.
impl FromIterator<(String, Vec<Secret>)> for Settings {
    fn from_iter<I: IntoIterator<Item = (String, Vec<Secret>)>>(settings: I) -> Self {
        Self(settings.into_iter().filter(|(_, values)| !values.is_empty()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_redacted() {
        let secret = Secret::new("hunter2");
        let settings: Settings =
            [("key".to_owned(), vec![secret.clone(), secret.clone()]), ("none".to_owned(), Vec::new())]
                .into_iter()
                .collect();
        assert_eq!(
            format!("{secret} {secret:?} {secret:#?} {settings:?}"),
            "… Secret(…) Secret(…) Settings({\"key\": [Secret(…), Secret(…)]})"
        );
        assert_eq!(settings.get("key").iter().map(Secret::expose).collect::<Vec<_>>(), ["hunter2", "hunter2"]);
        assert!(settings.is_set("key") && !settings.is_set("none") && settings.get("other").is_empty());
    }
}
