//! Validates webhook addresses.

use serde_json::{Map, Value};
use url::Url;

/// The length limit of an address, in bytes.
const MAX_URL_LEN: usize = 2048;

/// Returns the address in a member of a body. Appends to `errors` if the value is invalid.
pub fn member(body: &Map<String, Value>, name: &str, errors: &mut Vec<(String, String)>) -> Option<String> {
    match body.get(name) {
        // HubSpot documents omission for unset members, but has been observed to answer with null.
        None | Some(Value::Null) => None,
        Some(value) => parse_https(value).map_err(|why| errors.push((name.to_owned(), why))).ok(),
    }
}

fn parse_https(value: &Value) -> Result<String, String> {
    let text = value.as_str().ok_or("must be a string")?;
    if text.len() > MAX_URL_LEN {
        return Err(format!("must be no longer than {MAX_URL_LEN} bytes"));
    }
    let whole = Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    whole.then(|| text.to_owned()).ok_or_else(|| "must be a URL that uses the https protocol".to_owned())
}
