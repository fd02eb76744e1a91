//! One call of the service.

use std::convert::Infallible;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body::Body as _;
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::Body;

/// A service for the calls of one connection.
pub(crate) trait Handler:
    Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
    + Clone
    + Send
    + 'static
{
}

impl<S> Handler for S where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
        + Clone
        + Send
        + 'static
{
}

pin_project! {
    /// A call: waits until the service is ready, runs it, and answers 500 if it panics. The connection and its other
    /// calls know nothing of that.
    #[project = CallProject]
    pub(crate) enum Call<S> where S: Handler {
        Waiting { service: S, request: Option<Request<Body>> },
        Running { #[pin] future: S::Future },
    }
}

impl<S: Handler> Call<S> {
    pub(crate) fn new(service: S, request: Request<Body>) -> Self {
        Self::Waiting { service, request: Some(request) }
    }

    fn poll_response(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response<Body>> {
        loop {
            let future = match self.as_mut().project() {
                CallProject::Running { future } => {
                    let Ok(response) = ready!(future.poll(cx));
                    return Poll::Ready(response);
                }
                CallProject::Waiting { service, request } => {
                    let Ok(()) = ready!(service.poll_ready(cx));
                    // A call that panicked is not polled again, so the request is there.
                    let Some(request) = request.take() else { return Poll::Ready(failed()) };
                    service.call(request)
                }
            };
            self.set(Self::Running { future });
        }
    }
}

impl<S: Handler> Future for Call<S> {
    type Output = Response<Body>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response<Body>> {
        // Nothing of the call is used after a panic, but to drop it.
        catch_unwind(AssertUnwindSafe(|| self.poll_response(cx))).unwrap_or_else(|_| Poll::Ready(failed()))
    }
}

fn failed() -> Response<Body> {
    answer(StatusCode::INTERNAL_SERVER_ERROR, "the handler failed")
}

/// A short answer of the transport's own.
pub(crate) fn answer(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
}

/// Leaves the head of an answer, with the length that its body would have had (RFC 9110, section 9.3.2).
pub(crate) fn head_only(response: &mut Response<Body>) {
    if let Some(length) = response.body().size_hint().exact() {
        response.headers_mut().entry(CONTENT_LENGTH).or_insert_with(|| HeaderValue::from(length));
    }
    *response.body_mut() = Body::Empty;
}
