//! A response, from what a plug says.

use std::sync::Arc;

use bytes::Bytes;
use cordboard_core::render;
use cordboard_core::resolved_settings::SigningKeysOnly;

use crate::contract::http::WebhookResponse;
use crate::plug::{CallError, rules};
use crate::topology::ResolvedSettings;

use super::answers::Answer;

/// What the caller is told.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
    /// To be acknowledged when the caller takes the body. Dropped by all who have it before that, it counts as lost.
    pub answer: Option<Arc<Answer>>,
}

/// A reply from a plug's response: its status and headers checked, its pieces put together.
///
/// # Errors
/// Where the plug broke the contract.
pub(super) fn reply(response: WebhookResponse, settings: &ResolvedSettings) -> Result<Reply, CallError> {
    let headers = rules::headers(&response).map_err(CallError::ContractBroken)?;
    rules::body(&response).map_err(CallError::ContractBroken)?;
    let body = render::render(&response.body, &SigningKeysOnly(settings))
        .map_err(|error| CallError::ContractBroken(error.to_string()))?;
    Ok(Reply { status: response.status, headers, body: Bytes::from(body), answer: None })
}
