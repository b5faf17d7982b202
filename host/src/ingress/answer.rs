//! A reply on its way out, and the news that the connection took it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use crate::flow::{Answer, Reply};

/// A reply as a response. Where it answers a create, that is acknowledged when the connection has taken the body: a
/// connection that was lost before never asks for it.
pub(super) fn response(reply: Reply) -> Response {
    let Reply { status, headers, body, answer } = reply;
    // The connection asks for no body that is empty.
    if let Some(answer) = answer.as_ref().filter(|_| body.is_empty()) {
        answer.acknowledge();
    }
    let body = match answer {
        Some(answer) => Body::new(Acknowledging { body: Some(body), answer: Some(answer) }),
        None => Body::from(body),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

struct Acknowledging {
    body: Option<Bytes>,
    answer: Option<Arc<Answer>>,
}

impl HttpBody for Acknowledging {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let frame = self.body.take();
        if let Some(answer) = self.answer.take() {
            answer.acknowledge();
        }
        Poll::Ready(frame.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.body.as_ref().map_or(0, |body| body.len() as u64))
    }
}
