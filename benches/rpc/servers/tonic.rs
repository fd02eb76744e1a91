//! tonic with prost: what tonic-prost-build writes for the service, without its comments.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response as HttpResponse};
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Response, Status};
use tonic_prost::ProstCodec;

use crate::messages::{Blob, Order, OrderRequest, SmallRequest, SmallResponse};

pub(super) async fn serve(listener: TcpListener) {
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Server::builder().add_service(Bench).serve_with_incoming(incoming).await.expect("tonic serves");
}

/// The service and its dispatcher.
#[derive(Clone, Copy)]
struct Bench;

impl NamedService for Bench {
    const NAME: &'static str = "bench.v1.Bench";
}

type Answer = Pin<Box<dyn Future<Output = Result<HttpResponse<Body>, Infallible>> + Send>>;

impl tower_service::Service<Request<Body>> for Bench {
    type Response = HttpResponse<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        match request.uri().path() {
            "/bench.v1.Bench/Small" => {
                Box::pin(async move { Ok(Grpc::new(ProstCodec::default()).unary(Small, request).await) })
            }
            "/bench.v1.Bench/Order" => {
                Box::pin(async move { Ok(Grpc::new(ProstCodec::default()).unary(Orders, request).await) })
            }
            "/bench.v1.Bench/Blob" => {
                Box::pin(async move { Ok(Grpc::new(ProstCodec::default()).unary(Blobs, request).await) })
            }
            _ => Box::pin(async move { Ok(Status::unimplemented("unknown method").into_http()) }),
        }
    }
}

struct Small;

impl UnaryService<SmallRequest> for Small {
    type Response = SmallResponse;
    type Future = Ready<Result<Response<SmallResponse>, Status>>;

    fn call(&mut self, request: tonic::Request<SmallRequest>) -> Self::Future {
        let SmallRequest { a, b } = request.into_inner();
        ready(Ok(Response::new(SmallResponse { result: a + b })))
    }
}

struct Orders;

impl UnaryService<OrderRequest> for Orders {
    type Response = Order;
    type Future = Ready<Result<Response<Order>, Status>>;

    fn call(&mut self, request: tonic::Request<OrderRequest>) -> Self::Future {
        let order = request.into_inner().order;
        ready(order.map(Response::new).ok_or_else(|| Status::invalid_argument("no order")))
    }
}

struct Blobs;

impl UnaryService<Blob> for Blobs {
    type Response = Blob;
    type Future = Ready<Result<Response<Blob>, Status>>;

    fn call(&mut self, request: tonic::Request<Blob>) -> Self::Future {
        ready(Ok(Response::new(request.into_inner())))
    }
}
