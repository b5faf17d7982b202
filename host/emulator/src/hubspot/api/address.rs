//! Addresses that HubSpot is told to call.

use serde_json::Value;
use url::Url;

/// Bytes of an address.
const LONGEST: usize = 2048;

/// An address that HubSpot calls.
///
/// # Errors
/// What it must be.
pub fn https(value: &Value) -> Result<String, String> {
    let text = value.as_str().ok_or("must be a string")?;
    if text.len() > LONGEST {
        return Err(format!("must be no longer than {LONGEST} bytes"));
    }
    let whole = Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    whole.then(|| text.to_owned()).ok_or_else(|| "must be an address that uses the https protocol".to_owned())
}
