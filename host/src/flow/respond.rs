//! A response, from what a plug says.

use bytes::Bytes;
use cordboard_core::render;

use crate::contract::http::WebhookResponse;
use crate::convert;
use crate::plug::CallError;
use crate::world::Bound;

/// What the asker is told.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
    /// The operation whose answer it is: to be told that it was taken.
    pub operation: Option<String>,
}

const KEPT_HEADERS: [&str; 2] = ["content-type", "retry-after"];
const MAX_HEADER: usize = 256;

/// A reply from a plug's response: its status and headers checked, its pieces put together.
///
/// # Errors
/// Where the plug broke the contract.
pub(super) fn reply(response: WebhookResponse, bound: &Bound) -> Result<Reply, CallError> {
    let broken = |why: String| CallError::ContractBroken(why);
    let status = response.status;
    if !matches!(status, 200..=299 | 400..=599) {
        return Err(broken(format!("it answers with status {status}, and the contract has 2xx, 4xx and 5xx")));
    }
    let mut headers = Vec::new();
    for header in &response.headers {
        let Some(name) = KEPT_HEADERS.into_iter().find(|name| header.name.eq_ignore_ascii_case(name)) else { continue };
        let value = std::str::from_utf8(&header.value)
            .ok()
            .filter(|value| value.len() <= MAX_HEADER && value.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        let value = value.ok_or_else(|| broken(format!("its header {name} is not short visible text")))?;
        headers.push((name, value.to_owned()));
    }
    let pieces = convert::effect::pieces(&response.body);
    let body = render::render(&pieces, &ProofsOnly(bound)).map_err(|error| broken(error.to_string()))?;
    Ok(Reply { status, headers, body: Bytes::from(body), operation: None })
}

/// In an answer a secret may prove something, as a sender's challenge wants, but never stand itself.
struct ProofsOnly<'a>(&'a Bound);

impl render::Keys for ProofsOnly<'_> {
    fn secret(&self, _key: &str) -> Option<&str> {
        None
    }

    fn proof_key(&self, key: &str) -> Option<&str> {
        self.0.inbound(key).or_else(|| self.0.outbound(key))
    }
}
