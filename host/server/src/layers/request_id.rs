//! Gives each request an id, which its log lines and its response have.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use pin_project_lite::pin_project;
use tokio::task::futures::TaskLocalFuture;
use tower::Service;

use cordboard_bridge::flow::RequestId;

static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Accepts the id in `x-request-id` or generates one, makes it the current one, and adds it to the response.
#[derive(Clone)]
pub(crate) struct AssignRequestId<S> {
    pub inner: S,
}

impl<S, B> Service<Request<B>> for AssignRequestId<S>
where
    S: Service<Request<B>, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = AssignRequestIdFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let sent = request.headers().get(&X_REQUEST_ID).and_then(|id| RequestId::parse(id.as_bytes()));
        let id = sent.unwrap_or_else(RequestId::generate);
        AssignRequestIdFuture { future: id.scope(self.inner.call(request)), id }
    }
}

pin_project! {
    /// The future of a response with an id.
    pub(crate) struct AssignRequestIdFuture<F> {
        #[pin]
        future: TaskLocalFuture<RequestId, F>,
        id: RequestId,
    }
}

impl<F, E> Future for AssignRequestIdFuture<F>
where
    F: Future<Output = Result<Response, E>>,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.future.poll(context))?;
        if let Ok(id) = HeaderValue::from_str(this.id.as_str()) {
            response.headers_mut().insert(&X_REQUEST_ID, id);
        }
        Poll::Ready(Ok(response))
    }
}
