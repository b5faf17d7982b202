//! Reads responses, completely or not at all.

use cordboard_core::outbound::check_answer;
use cordboard_core::types::effect::OutboundResponse;

use super::Limits;
use super::fault::Fault;

/// Reads a complete response. The caller enforces the deadline.
///
/// # Errors
/// If the response exceeds a limit, has a content encoding or an invalid status, or the connection fails.
pub(super) async fn read(mut response: reqwest::Response, limits: &Limits) -> Result<OutboundResponse, Fault> {
    let too_long = || {
        Fault::too_large(format!(
            "the response is longer than {} bytes: let the plug request less at a time",
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

/// The headers with lower-case names, as the client returns them. Values that are not UTF-8 are omitted.
fn headers(found: &reqwest::header::HeaderMap, limits: &Limits) -> Result<Vec<(String, String)>, Fault> {
    let bytes: usize = found.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if found.len() > limits.request.headers || bytes > limits.request.header_bytes {
        return Err(Fault::too_large(format!(
            "the response has {} headers of {bytes} bytes in total; the limits are {} headers and {} bytes",
            found.len(),
            limits.request.headers,
            limits.request.header_bytes
        )));
    }
    let text = |value: &[u8]| String::from_utf8(value.to_vec()).ok();
    Ok(found.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value.as_bytes())?))).collect())
}
