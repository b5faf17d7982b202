//! Keeps a connection busy from a request's head to the end of its response, so that it is not closed to make room.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use http_body::{Body as HttpBody, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower::Service;

use crate::response::Unread;

use super::activity::{Activity, Busy};

/// Marks a connection as busy with a request. If the connection is already being closed in favor of another, the request
/// fails as if it had come too late.
#[derive(Clone)]
pub(crate) struct KeepBusy<S> {
    pub inner: S,
    pub activity: Arc<Activity>,
}

impl<S, B> Service<Request<B>> for KeepBusy<S>
where
    S: Service<Request<B>, Response = Response, Error = Infallible>,
{
    type Response = Response<BusyBody>;
    type Error = io::Error;
    type Future = KeepBusyFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.poll_ready(context).map_err(|never| match never {})
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match self.activity.begin() {
            Some(busy) => KeepBusyFuture::Answering { future: self.inner.call(request), busy: Some(busy) },
            None => KeepBusyFuture::Closing,
        }
    }
}

pin_project! {
    /// The future of a response.
    #[project = KeepBusyProjection]
    pub(crate) enum KeepBusyFuture<F> {
        Answering { #[pin] future: F, busy: Option<Busy> },
        Closing,
    }
}

impl<F> Future for KeepBusyFuture<F>
where
    F: Future<Output = Result<Response, Infallible>>,
{
    type Output = io::Result<Response<BusyBody>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let KeepBusyProjection::Answering { future, busy } = self.project() else {
            let closing = "closed to make room for another connection";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::ConnectionAborted, closing)));
        };
        let Ok(response) = ready!(future.poll(context));
        let busy = busy.take();
        if let Some(busy) = &busy
            && response.extensions().get::<Unread>().is_some()
        {
            busy.leave_unread();
        }
        Poll::Ready(Ok(response.map(|body| BusyBody { body, _busy: busy })))
    }
}

/// A response body that keeps the connection busy until it is sent.
pub(crate) struct BusyBody {
    body: Body,
    _busy: Option<Busy>,
}

impl HttpBody for BusyBody {
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
