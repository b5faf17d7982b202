//! Addresses that HubSpot is told to call.

use serde_json::{Map, Value};
use url::Url;

/// Bytes of an address.
const MAX_URL_LEN: usize = 2048;

/// The address that a member of a body has; where it has something else, the errors get what it must be.
pub fn member(body: &Map<String, Value>, name: &str, errors: &mut Vec<(String, String)>) -> Option<String> {
    match body.get(name) {
        // Documents say to leave out what is not to be set; answers have been seen with null in its place.
        None | Some(Value::Null) => None,
        Some(value) => https(value).map_err(|why| errors.push((name.to_owned(), why))).ok(),
    }
}

fn https(value: &Value) -> Result<String, String> {
    let text = value.as_str().ok_or("must be a string")?;
    if text.len() > MAX_URL_LEN {
        return Err(format!("must be no longer than {MAX_URL_LEN} bytes"));
    }
    let whole = Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    whole.then(|| text.to_owned()).ok_or_else(|| "must be an address that uses the https protocol".to_owned())
}
