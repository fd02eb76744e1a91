//! tonic with prost: what tonic-prost-build writes for the service and its client, without its comments.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use ::tonic::body::Body;
use ::tonic::server::{NamedService, ServerStreamingService};
use ::tonic::transport::server::TcpIncoming;
use ::tonic::transport::{Channel, Endpoint, Server};
use ::tonic::{Request, Response, Status};
use futures_util::Stream;
use http::uri::PathAndQuery;
use http::{Request as HttpRequest, Response as HttpResponse};
use tokio::net::TcpListener;
use tonic_prost::ProstCodec;

use super::messages::{ItemsRequest, ItemsResponse, PATH};
use crate::case::ITEMS;

pub(super) type Client = ::tonic::client::Grpc<Channel>;

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

impl tower_service::Service<HttpRequest<Body>> for Bench {
    type Response = HttpResponse<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequest<Body>) -> Answer {
        match request.uri().path() {
            PATH => Box::pin(async move {
                let mut grpc = ::tonic::server::Grpc::new(ProstCodec::default());
                Ok(grpc.server_streaming(Items, request).await)
            }),
            _ => Box::pin(async move { Ok(Status::unimplemented("unknown method").into_http()) }),
        }
    }
}

struct Items;

impl ServerStreamingService<ItemsRequest> for Items {
    type Response = ItemsResponse;
    type ResponseStream = Pin<Box<dyn Stream<Item = Result<ItemsResponse, Status>> + Send>>;
    type Future = Ready<Result<Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: Request<ItemsRequest>) -> Self::Future {
        let items = (0..request.into_inner().count).map(|result| Ok(ItemsResponse { result }));
        ready(Ok(Response::new(Box::pin(futures_util::stream::iter(items)))))
    }
}

pub(super) async fn connect(address: &str) -> Result<Client, ::tonic::transport::Error> {
    let channel = Endpoint::from_shared(format!("http://{address}"))?.connect().await?;
    Ok(::tonic::client::Grpc::new(channel))
}

pub(super) async fn items(client: &mut Client) -> Result<i64, Status> {
    client.ready().await.map_err(|error| Status::unknown(error.to_string()))?;
    let codec: ProstCodec<ItemsRequest, ItemsResponse> = ProstCodec::default();
    let request = Request::new(ItemsRequest { count: ITEMS });
    let response = client.server_streaming(request, PathAndQuery::from_static(PATH), codec).await?;
    let mut items = response.into_inner();
    let mut sum = 0;
    while let Some(item) = items.message().await? {
        sum += item.result;
    }
    Ok(sum)
}
