//! What the suites share: a service that shows what a transport carries, and listeners to call it at.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Version};
use http_body::Frame;
use polyrpc_transports::{Body, BodyError, ClientConfig, Endpoint, HttpClient, Listener, Peer, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Sleep;
use tower_service::Service;

/// What the handlers did.
#[derive(Default)]
pub(crate) struct Seen {
    /// Connections that were made.
    pub(crate) connections: AtomicUsize,
    /// Calls that began.
    pub(crate) begun: AtomicUsize,
    /// Handlers that were dropped before they ended.
    pub(crate) dropped: AtomicUsize,
    /// Bytes that endless replies have yielded.
    pub(crate) poured: AtomicUsize,
}

impl Seen {
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }

    pub(crate) fn poured(&self) -> usize {
        self.poured.load(Ordering::SeqCst)
    }

    pub(crate) fn dropped(&self) -> usize {
        self.dropped.load(Ordering::SeqCst)
    }
}

/// A service of many small paths.
#[derive(Clone)]
pub(crate) struct Show {
    peer: Arc<Peer>,
    seen: Arc<Seen>,
}

impl Service<Request<Body>> for Show {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Self { peer, seen } = self.clone();
        Box::pin(async move { Ok(show(peer, seen, request).await) })
    }
}

async fn show(peer: Arc<Peer>, seen: Arc<Seen>, request: Request<Body>) -> Response<Body> {
    seen.begun.fetch_add(1, Ordering::SeqCst);
    let path = request.uri().path().to_owned();
    match path.as_str() {
        "/echo" => match request.into_body().collect(4 << 20).await {
            Ok(all) => {
                let mut trailers = HeaderMap::new();
                trailers.insert("x-trailer", HeaderValue::from_static("last"));
                trailers.extend(all.trailers.unwrap_or_default());
                Response::new(Body::with_trailers(all.data, trailers))
            }
            Err(error) => refused(&error),
        },
        "/plain" => match request.into_body().collect(4 << 20).await {
            Ok(all) => Response::new(all.data.into()),
            Err(error) => refused(&error),
        },
        "/head" => {
            let uri = request.uri();
            let host = uri.authority().map(ToString::to_string).or_else(|| {
                request.headers().get("host").and_then(|host| host.to_str().ok()).map(str::to_owned)
            });
            let text = format!("{:?} {} {}", request.version(), host.unwrap_or_default(), uri.path());
            Response::new(text.into())
        }
        "/peer" => Response::new(format!("{peer:?}").into()),
        "/teapot" => status(StatusCode::IM_A_TEAPOT, "short and stout"),
        "/panic" => panic!("the handler panics, as the test wants"),
        "/sleep" => {
            let guard = OnDrop(seen.clone());
            tokio::time::sleep(Duration::from_millis(500)).await;
            std::mem::forget(guard);
            Response::new("slept".into())
        }
        "/never" => {
            let _guard = OnDrop(seen.clone());
            std::future::pending().await
        }
        "/panic-later" => Response::new(panics_later()),
        "/lag" => {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let all = request.into_body().collect(8 << 20).await.unwrap();
            Response::new(all.data.len().to_string().into())
        }
        "/mirror" => Response::new(mirror(request.into_body())),
        "/count" => Response::new(count()),
        "/pour" => Response::new(Body::stream(Pour(seen, &[7; 8 * 1024]))),
        "/spin" => Response::new(Body::stream(Pour(seen, &[]))),
        path => match path.strip_prefix("/blob/").and_then(|len| len.parse().ok()) {
            Some(len) => Response::new(vec![7_u8; len].into()),
            None => status(StatusCode::NOT_FOUND, "no such path"),
        },
    }
}

/// Counts a handler that was dropped.
pub(crate) struct OnDrop(pub(crate) Arc<Seen>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

fn status(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
}

fn refused(error: &BodyError) -> Response<Body> {
    let mut response = Response::new(error.to_string().into());
    *response.status_mut() =
        if error.is_too_large() { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::REQUEST_TIMEOUT };
    response
}

/// A body from a channel.
struct ChannelBody(mpsc::Receiver<Frame<Bytes>>);

/// A body and the end into which its frames are put.
pub(crate) fn channel_body() -> (mpsc::Sender<Frame<Bytes>>, Body) {
    let (send, receive) = mpsc::channel(4);
    (send, Body::stream(ChannelBody(receive)))
}

impl http_body::Body for ChannelBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(cx).map(|frame| frame.map(Ok))
    }
}

/// Sends every chunk back as it comes.
fn mirror(mut body: Body) -> Body {
    let (send, out) = channel_body();
    tokio::spawn(async move {
        while let Some(Ok(frame)) = next_frame(&mut body).await {
            if send.send(frame).await.is_err() {
                return;
            }
        }
    });
    out
}

/// A word, and then a panic.
fn panics_later() -> Body {
    struct PanicsLater(Option<Pin<Box<Sleep>>>);

    impl http_body::Body for PanicsLater {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            if let Some(sleep) = &mut self.0 {
                std::task::ready!(sleep.as_mut().poll(cx));
                panic!("the reply panics, as the test wants");
            }
            self.0 = Some(Box::pin(tokio::time::sleep(Duration::from_millis(20))));
            Poll::Ready(Some(Ok(Frame::data("word".into()))))
        }
    }

    Body::stream(PanicsLater(None))
}

/// The same bytes again and again, as fast as they are taken.
pub(crate) struct Pour(pub(crate) Arc<Seen>, pub(crate) &'static [u8]);

impl http_body::Body for Pour {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poured.fetch_add(self.1.len(), Ordering::SeqCst);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(self.1)))))
    }
}

/// A number each 20 ms, for ever.
fn count() -> Body {
    let (send, out) = channel_body();
    tokio::spawn(async move {
        for number in 0_u64.. {
            if send.send(Frame::data(number.to_string().into())).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    out
}

pub(crate) async fn next_frame(body: &mut Body) -> Option<Result<Frame<Bytes>, BodyError>> {
    std::future::poll_fn(|cx| http_body::Body::poll_frame(Pin::new(&mut *body), cx)).await
}

/// A served listener.
pub(crate) struct Served {
    pub(crate) endpoint: Endpoint,
    pub(crate) seen: Arc<Seen>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Served {
    pub(crate) async fn start(endpoint: &str, config: ServerConfig) -> Self {
        let endpoint: Endpoint = endpoint.parse().unwrap();
        Self::on(Listener::bind(&endpoint).await.unwrap(), config)
    }

    pub(crate) fn on(listener: Listener, config: ServerConfig) -> Self {
        let seen = Arc::new(Seen::default());
        let endpoint = listener.endpoint().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let counted = seen.clone();
        let make = move |peer: &Arc<Peer>| {
            counted.connections.fetch_add(1, Ordering::SeqCst);
            Show { peer: peer.clone(), seen: counted.clone() }
        };
        let task = tokio::spawn(listener.serve(make, config, async move {
            let _ = stopped.await;
        }));
        Self { endpoint, seen, stop: Some(stop), task }
    }

    pub(crate) fn client(&self) -> HttpClient {
        HttpClient::new(&self.endpoint, ClientConfig::new()).unwrap()
    }

    /// Where TCP listens.
    pub(crate) fn address(&self) -> SocketAddr {
        let host = self.endpoint.host().unwrap();
        SocketAddr::new(host.parse().unwrap(), self.endpoint.port().unwrap())
    }

    /// Begins to stop.
    pub(crate) fn begin_stop(&mut self) {
        self.stop.take();
    }

    /// Stops and waits for the end.
    pub(crate) async fn stop(mut self) {
        self.begin_stop();
        (&mut self.task).await.unwrap();
    }

    /// Drops the listener and its connections as if the process died.
    pub(crate) async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

pub(crate) fn request(version: Version, path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path).version(version).body(body.into()).unwrap()
}

/// Waits until it holds, for at most five seconds.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never came true: {what}");
}

pub(crate) fn endpoint_of(address: SocketAddr) -> Endpoint {
    format!("tcp://{address}").parse().unwrap()
}

/// A frame of HTTP/2 (RFC 9113, section 4.1), as it is sent.
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A frame of HTTP/2, as it was read.
pub(crate) struct RawFrame {
    pub(crate) kind: u8,
    pub(crate) stream: u32,
    pub(crate) payload: Vec<u8>,
}

impl RawFrame {
    /// Reads what a client begins with.
    pub(crate) async fn preface(from: &mut (impl AsyncRead + Unpin)) {
        from.read_exact(&mut [0; 24]).await.unwrap();
    }

    /// The next one, while the peer is there.
    pub(crate) async fn read(from: &mut (impl AsyncRead + Unpin)) -> Option<Self> {
        let mut head = [0; 9];
        from.read_exact(&mut head).await.ok()?;
        let [a, b, c, kind, _, stream @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        from.read_exact(&mut payload).await.ok()?;
        Some(Self { kind, stream: u32::from_be_bytes(stream), payload })
    }
}
