//! tonic with prost.

use std::future::{Ready, ready};

use http::Request;
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::server::{Grpc, UnaryService};
use tonic::{Response, Status};
use tonic_prost::ProstCodec;

use crate::messages::{Blob, Order, OrderRequest, SmallRequest, SmallResponse};
use crate::tonic::Answer;

pub(super) async fn serve(listener: TcpListener) {
    crate::tonic::serve(listener, dispatch).await;
}

fn dispatch(request: Request<Body>) -> Option<Answer> {
    Some(match request.uri().path() {
        "/bench.v1.Bench/Small" => {
            Box::pin(async move { Ok(Grpc::new(ProstCodec::default()).unary(Small, request).await) })
        }
        "/bench.v1.Bench/Order" => {
            Box::pin(async move { Ok(Grpc::new(ProstCodec::default()).unary(Orders, request).await) })
        }
        "/bench.v1.Bench/Blob" => {
            Box::pin(async move { Ok(Grpc::new(ProstCodec::default()).unary(Blobs, request).await) })
        }
        _ => return None,
    })
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
