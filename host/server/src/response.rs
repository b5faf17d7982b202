//! Converts replies into responses, and acknowledges them when the connection takes their body.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use cordboard_bridge::flow::{Answer, Reply};

/// Response extension: the request was answered without reading its body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unread;

/// Converts a reply into a response. A reply to a create is acknowledged when the connection takes the body, which a
/// lost connection never does.
pub(crate) fn response(reply: Reply) -> Response {
    let Reply { status, headers, body, answer } = reply;
    // hyper never polls an empty body.
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

/// Converts a reply to a request whose body was not read to its end.
pub(crate) fn unread_response(reply: Reply) -> Response {
    let mut response = response(reply);
    response.extensions_mut().insert(Unread);
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
