//! Refuses requests whose body could be framed in two ways.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use cordboard_core::inbound;
use pin_project_lite::pin_project;
use tower::Service;

use crate::response::unread_response;

/// Refuses a request unless its `transfer-encoding` is absent or a single `chunked`. With other values, a proxy and this
/// host could disagree on where the body ends.
#[derive(Clone)]
pub(crate) struct CheckFraming<S> {
    pub inner: S,
}

impl<S, B> Service<Request<B>> for CheckFraming<S>
where
    S: Service<Request<B>, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = CheckFramingFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        CheckFramingFuture { accepted: is_framed(request.headers()).then(|| self.inner.call(request)) }
    }
}

fn is_framed(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => coding.as_bytes().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    }
}

pin_project! {
    /// The future of a response, with the inner one if the request is accepted.
    pub(crate) struct CheckFramingFuture<F> {
        #[pin]
        accepted: Option<F>,
    }
}

impl<F, E> Future for CheckFramingFuture<F>
where
    F: Future<Output = Result<Response, E>>,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().accepted.as_pin_mut() {
            Some(accepted) => accepted.poll(context),
            None => Poll::Ready(Ok(misframed())),
        }
    }
}

fn misframed() -> Response {
    let detail = "unsupported transfer encoding: send a single `transfer-encoding: chunked`, or `content-length`";
    let mut response =
        unread_response(inbound::Response::problem(501, "Transfer encoding not supported", detail).into());
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
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
