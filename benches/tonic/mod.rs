//! tonic's server around one function: what tonic-prost-build writes for a service, without its comments.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tokio::net::TcpListener;
use tonic::Status;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

/// An answer on its way.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

/// Answers a request by its path; none for a method that is not known.
pub(crate) type Dispatch = fn(Request<Body>) -> Option<Answer>;

/// Serves until the process ends.
pub(crate) async fn serve(listener: TcpListener, dispatch: Dispatch) {
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let served = Server::builder().add_service(Bench(dispatch)).serve_with_incoming(incoming).await;
    served.expect("tonic serves");
}

#[derive(Clone, Copy)]
struct Bench(Dispatch);

impl NamedService for Bench {
    const NAME: &'static str = "bench.v1.Bench";
}

impl tower_service::Service<Request<Body>> for Bench {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        let unknown =
            || Box::pin(async { Ok(Status::unimplemented("unknown method").into_http()) }) as Answer;
        (self.0)(request).unwrap_or_else(unknown)
    }
}
