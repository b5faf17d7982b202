//! Builds HTTP replies from the responses of plugs.

use std::sync::Arc;

use bytes::Bytes;
use cordboard_core::inbound::Response;

use super::answer::Answer;

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

impl From<Response> for Reply {
    fn from(Response { status, headers, body }: Response) -> Self {
        Self { status, headers, body: Bytes::from(body), answer: None }
    }
}
