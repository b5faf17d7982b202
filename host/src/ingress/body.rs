//! Reading a body: whole, in time, or not at all.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::flow::Refusal;

/// The bytes that a request says its body has.
pub(crate) fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The whole body, of at most `limit` bytes.
pub(crate) async fn read(headers: &HeaderMap, body: Body, limit: usize, within: Duration) -> Result<Bytes, Refusal> {
    if announced(headers).is_some_and(|length| length > limit) {
        return Err(Refusal::TooLarge(limit));
    }
    match tokio::time::timeout(within, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refusal::TooLarge(limit)),
        Ok(Err(_)) => Err(Refusal::Malformed("the body ends before its announced length: send it whole".to_owned())),
        Err(_) => Err(Refusal::TooSlow),
    }
}
