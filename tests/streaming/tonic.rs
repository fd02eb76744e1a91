//! tonic's client streams with our server, and ours with tonic's.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use ::tonic::client::Grpc;
use ::tonic::transport::{Channel, Endpoint};
use futures_util::stream::{self, BoxStream, StreamExt};
use http::uri::PathAndQuery;
use http::{Request, Response};
use polyrpc::{CallExt, Code, Streaming};

use crate::kinds::{Served, serve, soon};
use crate::service::{Line, StreamError, Streams, StreamsClient};
use crate::wire::{Raw, number, value};

async fn client_of(served: &Served) -> Grpc<Channel> {
    let address = served.endpoint.replace("tcp:", "http:");
    let mut client = Grpc::new(Endpoint::from_shared(address).unwrap().connect().await.unwrap());
    client.ready().await.unwrap();
    client
}

fn path(method: &str) -> PathAndQuery {
    format!("/streams.v1.Streams/{method}").parse().unwrap()
}

/// The values of a stream, and how it ended.
async fn values(mut stream: tonic::Streaming<Vec<u8>>) -> (Vec<u64>, Result<(), tonic::Status>) {
    let mut seen = Vec::new();
    loop {
        match stream.message().await {
            Ok(Some(message)) => seen.push(value(&message)),
            Ok(None) => return (seen, Ok(())),
            Err(status) => return (seen, Err(status)),
        }
    }
}

#[tokio::test]
async fn tonics_client_streams_with_our_server() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut client = client_of(&served).await;
    let counting = client.server_streaming(tonic::Request::new(number(100)), path("Count"), Raw).await;
    let (seen, ended) = values(counting.unwrap().into_inner()).await;
    assert!(ended.is_ok() && seen == (0..100).collect::<Vec<_>>(), "{ended:?} {seen:?}");

    client.ready().await.unwrap();
    let upload = tonic::Request::new(stream::iter((1..=100).map(number)));
    let sum = client.client_streaming(upload, path("Sum"), Raw).await.unwrap();
    assert_eq!(value(sum.get_ref()), 5050);

    client.ready().await.unwrap();
    let lines = ["one", "two"].map(|line| [&[0x0a, 3], line.as_bytes()].concat());
    let shouting =
        client.streaming(tonic::Request::new(stream::iter(lines)), path("Shout"), Raw).await.unwrap();
    assert_eq!(shouting.metadata().get("x-mood").unwrap(), "loud");
    let mut shouting = shouting.into_inner();
    assert_eq!(shouting.message().await.unwrap().unwrap(), b"\x0a\x03ONE\x10\x01");
    assert_eq!(shouting.message().await.unwrap().unwrap(), b"\x0a\x03TWO\x10\x02");
    assert_eq!(shouting.message().await.unwrap(), None);
    assert_eq!(shouting.trailers().await.unwrap().unwrap().get("x-count").unwrap(), "2");
}

#[tokio::test]
async fn tonics_client_learns_how_our_streams_fail() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut client = client_of(&served).await;
    let failing = client.server_streaming(tonic::Request::new(number(3)), path("FailAfter"), Raw).await;
    let (seen, ended) = values(failing.unwrap().into_inner()).await;
    let status = ended.unwrap_err();
    assert_eq!((seen, status.code()), (vec![0, 1, 2], tonic::Code::FailedPrecondition));
    assert!(String::from_utf8_lossy(status.details()).contains("streams.v1.StreamError"));

    // A failure while requests are sent.
    client.ready().await.unwrap();
    let endless = stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Some((number(1), ()))
    });
    let failed = client.client_streaming(tonic::Request::new(endless), path("Deaf"), Raw).await.unwrap_err();
    assert_eq!((failed.code(), failed.message()), (tonic::Code::ResourceExhausted, "not listening"));

    client.ready().await.unwrap();
    let mut request = tonic::Request::new([number(1_000_000), vec![0x10, 20]].concat());
    request.set_timeout(Duration::from_millis(300));
    let counting = client.server_streaming(request, path("Count"), Raw).await.unwrap();
    let (seen, ended) = values(counting.into_inner()).await;
    let code = ended.unwrap_err().code();
    assert!(!seen.is_empty() && code == tonic::Code::DeadlineExceeded, "{code} {seen:?}");
    let cancelled = served.sample.clone();
    soon(move || cancelled.cancelled() == 1).await;

    client.ready().await.unwrap();
    let request = tonic::Request::new([number(1_000_000), vec![0x10, 1]].concat());
    let mut counting = client.server_streaming(request, path("Count"), Raw).await.unwrap().into_inner();
    assert!(counting.message().await.unwrap().is_some());
    drop(counting);
    let cancelled = served.sample.clone();
    let took = soon(move || cancelled.cancelled() == 2).await;
    assert!(took < Duration::from_millis(100), "{took:?}");
}

/// tonic's server of the same methods, as its generator would write it.
#[derive(Clone, Default)]
struct Theirs {
    dropped: Arc<AtomicUsize>,
}

impl tonic::server::NamedService for Theirs {
    const NAME: &'static str = "streams.v1.Streams";
}

type Answer<T> = Pin<Box<dyn Future<Output = Result<tonic::Response<T>, tonic::Status>> + Send>>;
type Items = BoxStream<'static, Result<Vec<u8>, tonic::Status>>;

/// Counts the streams that were dropped.
struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

struct Count(Arc<AtomicUsize>);

impl tonic::server::ServerStreamingService<Vec<u8>> for Count {
    type Response = Vec<u8>;
    type ResponseStream = Items;
    type Future = Answer<Items>;

    fn call(&mut self, request: tonic::Request<Vec<u8>>) -> Self::Future {
        // { 1: n } of one byte, or { 1: n, 2: pause }: then the stream stays open.
        let message = request.into_inner();
        let n = message.get(1).copied().map_or(0, u64::from);
        let open = (message.len() > 2).then(|| Dropped(self.0.clone()));
        let items = stream::iter((0..n).map(|i| Ok(number(i))));
        let rest = stream::once(async move {
            if let Some(_open) = open {
                std::future::pending::<()>().await;
            }
        });
        let items = items.chain(rest.filter_map(|()| async { None })).boxed();
        Box::pin(async { Ok(tonic::Response::new(items)) })
    }
}

struct Sum;

impl tonic::server::ClientStreamingService<Vec<u8>> for Sum {
    type Response = Vec<u8>;
    type Future = Answer<Vec<u8>>;

    fn call(&mut self, request: tonic::Request<tonic::Streaming<Vec<u8>>>) -> Self::Future {
        Box::pin(async {
            let (seen, ended) = values(request.into_inner()).await;
            ended?;
            Ok(tonic::Response::new(number(seen.iter().sum())))
        })
    }
}

struct Deaf;

impl tonic::server::ClientStreamingService<Vec<u8>> for Deaf {
    type Response = Vec<u8>;
    type Future = Answer<Vec<u8>>;

    fn call(&mut self, _: tonic::Request<tonic::Streaming<Vec<u8>>>) -> Self::Future {
        Box::pin(async { Err(tonic::Status::resource_exhausted("not listening")) })
    }
}

/// Returns the lines as they come.
struct Shout;

impl tonic::server::StreamingService<Vec<u8>> for Shout {
    type Response = Vec<u8>;
    type ResponseStream = Items;
    type Future = Answer<Items>;

    fn call(&mut self, request: tonic::Request<tonic::Streaming<Vec<u8>>>) -> Self::Future {
        Box::pin(async { Ok(tonic::Response::new(request.into_inner().boxed())) })
    }
}

struct FailAfter;

impl tonic::server::ServerStreamingService<Vec<u8>> for FailAfter {
    type Response = Vec<u8>;
    type ResponseStream = Items;
    type Future = Answer<Items>;

    fn call(&mut self, request: tonic::Request<Vec<u8>>) -> Self::Future {
        let items = (0..value(request.get_ref())).map(|i| Ok(number(i)));
        let failure = tonic::Status::data_loss("the disk");
        Box::pin(async { Ok(tonic::Response::new(stream::iter(items.chain([Err(failure)])).boxed())) })
    }
}

impl tower_service::Service<Request<tonic::body::Body>> for Theirs {
    type Response = Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<tonic::body::Body>) -> Self::Future {
        let dropped = self.dropped.clone();
        Box::pin(async move {
            let mut grpc = tonic::server::Grpc::new(Raw);
            Ok(match request.uri().path().rsplit('/').next() {
                Some("Count") => grpc.server_streaming(Count(dropped), request).await,
                Some("Sum") => grpc.client_streaming(Sum, request).await,
                Some("Deaf") => grpc.client_streaming(Deaf, request).await,
                Some("Shout") => grpc.streaming(Shout, request).await,
                Some("FailAfter") => grpc.server_streaming(FailAfter, request).await,
                _ => tonic::Status::unimplemented("no such method").into_http(),
            })
        })
    }
}

/// Where tonic listens.
async fn theirs(service: Theirs) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
    let incoming = tonic::transport::server::TcpIncoming::from(listener);
    tokio::spawn(tonic::transport::Server::builder().add_service(service).serve_with_incoming(incoming));
    endpoint
}

fn line(text: &str) -> Line {
    Line { text: text.to_owned(), number: None }
}

#[tokio::test]
async fn our_client_streams_with_tonics_server() {
    let client = StreamsClient::connect(theirs(Theirs::default()).await).await.unwrap();
    let mut counting = client.count(100, None).await.unwrap();
    for expected in 0..100 {
        assert_eq!(counting.message().await.unwrap(), Some(expected));
    }
    assert_eq!(counting.message().await.unwrap(), None);
    assert_eq!(client.sum(Streaming::from_items(1..=100)).await.unwrap(), 5050);

    let (sender, lines) = Streaming::channel(1);
    let mut echo = client.shout(&polyrpc::Context::current(), lines).await.unwrap();
    for text in ["one", "", "two"] {
        sender.send(line(text)).await.unwrap();
        assert_eq!(echo.message().await.unwrap(), Some(line(text)));
    }
    drop(sender);
    assert_eq!(echo.message().await.unwrap(), None);

    let mut failing = client.fail_after(2).await.unwrap();
    assert_eq!(failing.message().await.unwrap(), Some(0));
    assert_eq!(failing.message().await.unwrap(), Some(1));
    match failing.message().await.unwrap_err() {
        StreamError::Rpc(status) => {
            assert_eq!((status.code(), status.message()), (Code::DataLoss, "the disk"))
        }
        other => panic!("{other:?}"),
    }

    let endless = Streaming::produce(async |out| {
        loop {
            out.send(1).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let failed = client.deaf(endless).await.unwrap_err();
    assert_eq!((failed.code(), failed.message()), (Code::ResourceExhausted, "not listening"));

    let mut counting = client.count(1, Some(1)).within(Duration::from_millis(100)).await.unwrap();
    assert_eq!(counting.message().await.unwrap(), Some(0));
    assert_eq!(counting.message().await.unwrap_err().code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn ten_thousand_cancels_of_our_client_harm_no_other_call_of_its() {
    let service = Theirs::default();
    let dropped = service.dropped.clone();
    let client = StreamsClient::connect(theirs(service).await).await.unwrap();
    let (sender, lines) = Streaming::channel(1);
    let mut echo = client.shout(&polyrpc::Context::current(), lines).await.unwrap();
    for number in 0..10_000 {
        let mut counting = client.count(1, Some(1)).await.unwrap();
        assert_eq!(counting.message().await.unwrap(), Some(0));
        drop(counting);
        if number % 100 == 0 {
            sender.send(line("still here")).await.unwrap();
            assert_eq!(echo.message().await.unwrap(), Some(line("still here")));
        }
    }
    soon(move || dropped.load(Ordering::SeqCst) == 10_000).await;
    drop(sender);
    assert_eq!(echo.message().await.unwrap(), None);
}
