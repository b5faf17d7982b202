//! Answers to requests from outside.

use crate::contract::http::WebhookResponse;

const KEPT_HEADERS: [&str; 2] = ["content-type", "retry-after"];
const MAX_HEADER: usize = 256;

/// The headers of a response that are sent, names in lower case; its status is checked too.
///
/// # Errors
/// Where the status is none of the contract's, or a header is not short visible text.
pub fn headers(response: &WebhookResponse) -> Result<Vec<(&'static str, String)>, String> {
    let status = response.status;
    if !matches!(status, 200..=299 | 400..=599) {
        return Err(format!("it answers with status {status}, and the contract has 2xx, 4xx and 5xx"));
    }
    let mut headers = Vec::new();
    for header in &response.headers {
        let Some(name) = KEPT_HEADERS.into_iter().find(|name| header.name.eq_ignore_ascii_case(name)) else { continue };
        let value = std::str::from_utf8(&header.value)
            .ok()
            .filter(|value| value.len() <= MAX_HEADER && value.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        let value = value.ok_or_else(|| format!("its header {name} is not short visible text"))?;
        headers.push((name, value.to_owned()));
    }
    Ok(headers)
}
