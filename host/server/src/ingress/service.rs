//! The hyper service of one connection: checks message framing, and tracks when the connection is busy.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::future::RouteFuture;
use cordboard_core::inbound;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use tower::Service;

use super::activity::{Activity, Busy};

/// Response extension: the request was answered without reading its body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unread;

/// The router for one connection.
pub(super) struct Tracked {
    router: Router,
    activity: Arc<Activity>,
}

impl Tracked {
    /// Creates the service of a connection with this state.
    pub fn new(router: Router, activity: Arc<Activity>) -> Self {
        Self { router, activity }
    }
}

impl hyper::service::Service<Request<Incoming>> for Tracked {
    type Response = Response<TrackedBody>;
    type Error = io::Error;
    type Future = Answering;

    fn call(&self, request: Request<Incoming>) -> Answering {
        let Some(busy) = self.activity.begin() else { return Answering::Closing };
        if !is_framed(request.headers()) {
            return Answering::Misframed { busy: Some(busy) };
        }
        Answering::Routed { future: self.router.clone().call(request), busy: Some(busy) }
    }
}

/// Whether `transfer-encoding` is absent or a single `chunked`. With other values, a proxy and this host could disagree
/// on where the body ends.
fn is_framed(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => coding.as_bytes().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    }
}

fn misframed() -> Response {
    let detail = "unsupported transfer encoding: send a single `transfer-encoding: chunked`, or `content-length`";
    let problem = inbound::Response::problem(501, "Transfer encoding not supported", detail);
    let inbound::Response { status, headers, body } = problem;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_IMPLEMENTED);
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response.extensions_mut().insert(Unread);
    response
}

pin_project! {
    /// The future of a response.
    #[project = AnsweringProjection]
    pub(super) enum Answering {
        // The router handles the request.
        Routed { #[pin] future: RouteFuture<Infallible>, busy: Option<Busy> },
        // The request is refused because of its framing.
        Misframed { busy: Option<Busy> },
        // The connection is being closed in favor of another, as if the request had come too late.
        Closing,
    }
}

impl Future for Answering {
    type Output = io::Result<Response<TrackedBody>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (response, busy) = match self.project() {
            AnsweringProjection::Routed { future, busy } => {
                let Ok(response) = ready!(future.poll(context));
                (response, busy.take())
            }
            AnsweringProjection::Misframed { busy } => (misframed(), busy.take()),
            AnsweringProjection::Closing => {
                return Poll::Ready(Err(io::Error::new(
                    io::ErrorKind::ConnectionAborted,
                    "closed to make room for another connection",
                )));
            }
        };
        if let Some(busy) = &busy
            && response.extensions().get::<Unread>().is_some()
        {
            busy.leave_unread();
        }
        Poll::Ready(Ok(response.map(|body| TrackedBody { body, _busy: busy })))
    }
}

/// A response body that keeps the connection busy until it is sent.
pub(super) struct TrackedBody {
    body: Body,
    _busy: Option<Busy>,
}

impl HttpBody for TrackedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_single_chunked_encoding_is_accepted() {
        let framed = |codings: &[&str]| {
            let mut headers = HeaderMap::new();
            for coding in codings {
                headers.append(header::TRANSFER_ENCODING, coding.parse().unwrap());
            }
            is_framed(&headers)
        };
        assert!(framed(&[]) && framed(&["chunked"]) && framed(&["Chunked"]));
        for wrong in [&["chunked, chunked"][..], &["gzip, chunked"], &["chunked", "chunked"], &["identity"], &[""]] {
            assert!(!framed(wrong), "{wrong:?}");
        }
    }
}
