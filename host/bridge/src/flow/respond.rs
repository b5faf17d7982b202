//! Builds HTTP replies from the responses of plugs.

use std::sync::Arc;

use bytes::Bytes;
use cordboard_core::render;
use cordboard_core::resolved_settings::SigningKeysOnly;

use crate::topology::ResolvedSettings;
use cordboard_core::rules;
use cordboard_runtime::CallError;
use cordboard_runtime::contract::http::WebhookResponse;

use super::answers::Answer;

/// The reply to a caller.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
    /// Acknowledged when the caller takes the body; lost if every clone is dropped before that.
    pub answer: Option<Arc<Answer>>,
}

/// Builds a reply from a plug's response: checks the status and headers, and renders the body.
///
/// # Errors
/// Returns an error if the response violates the contract.
pub(super) fn reply(response: WebhookResponse, settings: &ResolvedSettings) -> Result<Reply, CallError> {
    let headers = rules::headers(&response).map_err(CallError::ContractBroken)?;
    rules::body(&response).map_err(CallError::ContractBroken)?;
    let body = render::render(&response.body, &SigningKeysOnly(settings))
        .map_err(|error| CallError::ContractBroken(error.to_string()))?;
    Ok(Reply { status: response.status, headers, body: Bytes::from(body), answer: None })
}
