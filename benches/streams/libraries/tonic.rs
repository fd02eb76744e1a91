//! tonic with prost: what tonic-prost-build writes for the service and its client, without its comments.

use std::future::{Ready, ready};
use std::pin::Pin;

use ::tonic::body::Body;
use ::tonic::server::ServerStreamingService;
use ::tonic::transport::{Channel, Endpoint};
use ::tonic::{Request, Response, Status};
use futures_util::Stream;
use http::Request as HttpRequest;
use http::uri::PathAndQuery;
use tokio::net::TcpListener;
use tonic_prost::ProstCodec;

use super::messages::{ItemsRequest, ItemsResponse, PATH};
use crate::case::ITEMS;
use crate::tonic::Answer;

pub(super) type Client = ::tonic::client::Grpc<Channel>;

pub(super) async fn serve(listener: TcpListener) {
    crate::tonic::serve(listener, dispatch).await;
}

fn dispatch(request: HttpRequest<Body>) -> Option<Answer> {
    (request.uri().path() == PATH).then(|| -> Answer {
        let mut grpc = ::tonic::server::Grpc::new(ProstCodec::default());
        Box::pin(async move { Ok(grpc.server_streaming(Items, request).await) })
    })
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
