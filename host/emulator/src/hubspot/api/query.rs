//! Parses query parameters.

use axum::http::Uri;
use url::form_urlencoded;

use super::error::ApiError;

/// Decoded names and values.
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Parses the query of a URI.
    pub fn of(uri: &Uri) -> Self {
        Self(form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect())
    }

    /// Returns the first value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns all values of a parameter, which may be repeated or separated by commas.
    pub fn list(&self, name: &str) -> Vec<String> {
        let values = self.0.iter().filter(|(known, _)| known == name).flat_map(|(_, value)| value.split(','));
        values.map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
    }

    /// Returns a flag, which is `true` or `false` in any case and defaults to false.
    ///
    /// # Errors
    /// Returns 400 for any other value.
    pub fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.get(name).map(str::to_ascii_lowercase).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ApiError::invalid(format!("`{name}` must be true or false"))),
        }
    }

    /// Returns a number from `min` to `max`, or `absent` if the parameter is missing.
    ///
    /// # Errors
    /// Returns 400 for any other value.
    pub fn number(&self, name: &str, absent: u64, min: u64, max: u64) -> Result<u64, ApiError> {
        let Some(text) = self.get(name) else { return Ok(absent) };
        let number = text.parse().ok().filter(|number| (min..=max).contains(number));
        number.ok_or_else(|| ApiError::invalid(format!("`{name}` must be a number from {min} to {max}")))
    }
}
