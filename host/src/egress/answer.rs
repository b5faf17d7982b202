//! An answer is read whole or not at all.

use cordboard_core::outbound::check_answer;

use super::Limits;
use super::fault::Fault;
use crate::contract::effect::OutboundResponse;

/// Reads an answer up to the limits; the caller keeps the time.
pub(super) async fn read(mut response: reqwest::Response, limits: &Limits) -> Result<OutboundResponse, Fault> {
    let too_long = || {
        Fault::too_large(format!(
            "the answer is longer than {} bytes, the most that is taken: let the plug ask for less at a time",
            limits.response_bytes
        ))
    };
    let status = response.status().as_u16();
    check_answer(status, response.headers()).map_err(Fault::unreadable)?;
    let headers = headers(response.headers(), limits)?;
    if response.content_length().is_some_and(|length| length > limits.response_bytes as u64) {
        return Err(too_long());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Fault::of_client(&error))? {
        if chunk.len() > limits.response_bytes.saturating_sub(body.len()) {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(OutboundResponse { status, headers, body })
}

/// Names are in lower case as the client has them; a value that is not text is left out.
fn headers(found: &reqwest::header::HeaderMap, limits: &Limits) -> Result<Vec<(String, String)>, Fault> {
    let bytes: usize = found.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if found.len() > limits.request.headers || bytes > limits.request.header_bytes {
        return Err(Fault::too_large(format!(
            "the answer has {} headers of {bytes} bytes together; at most {} of {} bytes are taken",
            found.len(),
            limits.request.headers,
            limits.request.header_bytes
        )));
    }
    let text = |value: &[u8]| String::from_utf8(value.to_vec()).ok();
    Ok(found.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value.as_bytes())?))).collect())
}
