//! A gRPC service as tonic's generator writes them, on bare messages.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, BufMut};
use http::{Request, Response};
use tonic::Status;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::{Grpc, NamedService, UnaryService};
use tower_service::Service;

/// tonic's codec for messages as they stand on the wire.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bare;

impl Codec for Bare {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Bare;
    type Decoder = Bare;

    fn encoder(&mut self) -> Bare {
        Bare
    }

    fn decoder(&mut self) -> Bare {
        Bare
    }
}

impl Encoder for Bare {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        out.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Bare {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, input: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        Ok(Some(input.copy_to_bytes(input.remaining()).to_vec()))
    }
}

/// tonic's service `mixed.v1.Greeter`: its method `Hello` returns the message that it gets, and fails on an empty one
/// with INVALID_ARGUMENT, `nobody` and a detail of type `a.B`.
#[derive(Clone, Copy, Debug)]
pub struct Greeter;

/// `google.rpc.Status { code: 3, details: [Any { type_url: "type.googleapis.com/a.B" }] }`
const DETAILS: &[u8] = b"\x08\x03\x1a\x19\x0a\x17type.googleapis.com/a.B";

impl NamedService for Greeter {
    const NAME: &'static str = "mixed.v1.Greeter";
}

impl Service<Request<Body>> for Greeter {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(async move {
            match request.uri().path() {
                "/mixed.v1.Greeter/Hello" => Ok(Grpc::new(Bare).unary(Hello, request).await),
                _ => Ok(Status::unimplemented("no such method").into_http()),
            }
        })
    }
}

struct Hello;

impl UnaryService<Vec<u8>> for Hello {
    type Response = Vec<u8>;
    type Future = Ready<Result<tonic::Response<Vec<u8>>, Status>>;

    fn call(&mut self, request: tonic::Request<Vec<u8>>) -> Self::Future {
        ready(match request.into_inner() {
            message if message.is_empty() => {
                Err(Status::with_details(tonic::Code::InvalidArgument, "nobody", DETAILS.into()))
            }
            message => Ok(tonic::Response::new(message)),
        })
    }
}
