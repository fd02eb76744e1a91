//! A service, raw HTTP/2 clients that call it, and raw HTTP/2 servers that our client calls.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use h2::client::SendRequest;
use h2::server::SendResponse;
use h2::{RecvStream, SendStream};
use http::{HeaderMap, Request, Response};
use polyrpc_core::{BoundServer, Channel, ChannelBuilder, Code, Context, Result, Server, Status, Streaming};
use polyrpc_macros::{RpcError, service};
use tokio::net::{TcpListener, TcpStream};

/// Why `typed` fails.
#[derive(Debug, RpcError)]
#[rpc(crate = polyrpc_core)]
pub(crate) enum WireError {
    #[rpc(NotFound, "no order {id}")]
    NoSuchOrder { id: u64 },
    #[rpc(status)]
    Rpc(Status),
}

/// What the tests call.
#[service(package = "wire.v1", crate = polyrpc_core)]
pub(crate) trait Wire {
    async fn echo(&self, value: String) -> Result<String>;
    /// Compresses its reply.
    async fn packed(&self, cx: &Context, value: String) -> Result<String>;
    async fn fail(&self, code: u32, message: String) -> Result<()>;
    async fn typed(&self, id: u64) -> Result<(), WireError>;
    /// The values of a key, and those of a binary one.
    async fn metadata(&self, cx: &Context, key: String) -> Result<Vec<String>>;
    async fn bytes(&self, cx: &Context, key: String) -> Result<Vec<Vec<u8>>>;
    /// Headers and trailers on the reply; fails when told to.
    async fn decorated(&self, cx: &Context, fail: bool) -> Result<()>;
    /// Sets a header that cannot be set.
    async fn reserved(&self, cx: &Context, key: String) -> Result<()>;
    /// Milliseconds until the deadline.
    async fn remaining(&self, cx: &Context) -> Result<Option<u64>>;
    async fn stuck(&self) -> Result<()>;
    async fn blob(&self, len: u64) -> Result<Vec<u8>>;
    /// 0 to `n` - 1, a few milliseconds apart.
    async fn count(&self, n: u64) -> Result<Streaming<u64>>;
    /// So many numbers of as many bytes on the wire, all ready at once.
    async fn flood(&self, n: u64) -> Result<Streaming<u64>>;
    /// The sum.
    async fn add(&self, values: Streaming<u64>) -> Result<u64>;
    #[rpc(oneway)]
    async fn note(&self, text: String) -> Result<()>;
}

/// The least number whose message has eight bytes.
pub(crate) const EIGHT: u64 = 1 << 42;

/// What the handlers did.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) begun: AtomicUsize,
    pub(crate) dropped: AtomicUsize,
    pub(crate) notes: Mutex<Vec<String>>,
}

#[derive(Debug, Default)]
pub(crate) struct Handlers(pub(crate) Arc<Seen>);

/// Counts a handler that is dropped before its end.
struct Dropped(Arc<Seen>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

impl Wire for Handlers {
    async fn echo(&self, value: String) -> Result<String> {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        Ok(value)
    }

    async fn packed(&self, cx: &Context, value: String) -> Result<String> {
        cx.reply().compress(true);
        Ok(value)
    }

    async fn fail(&self, code: u32, message: String) -> Result<()> {
        Err(Status::new(Code::from_number(code.into()), message))
    }

    async fn typed(&self, id: u64) -> Result<(), WireError> {
        Err(WireError::NoSuchOrder { id })
    }

    async fn metadata(&self, cx: &Context, key: String) -> Result<Vec<String>> {
        Ok(cx.metadata().get_all(&key).map(str::to_owned).collect())
    }

    async fn bytes(&self, cx: &Context, key: String) -> Result<Vec<Vec<u8>>> {
        Ok(cx.metadata().get_all_bin(&key).map(Vec::from).collect())
    }

    async fn decorated(&self, cx: &Context, fail: bool) -> Result<()> {
        let reply = cx.reply().header("x-a", "1").header("x-a", "2").header_bin("x-bin", b"\0\x01");
        reply.trailer("x-t", "last").trailer_bin("x-t-bin", b"\xff").trailer_bin("x-t-bin", b"");
        if fail { Err(Status::aborted("told to")) } else { Ok(()) }
    }

    async fn reserved(&self, cx: &Context, key: String) -> Result<()> {
        cx.reply().header(&key, "x");
        Ok(())
    }

    async fn remaining(&self, cx: &Context) -> Result<Option<u64>> {
        Ok(cx.remaining().map(|remaining| remaining.as_millis().try_into().unwrap_or(u64::MAX)))
    }

    async fn stuck(&self) -> Result<()> {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        let _dropped = Dropped(self.0.clone());
        std::future::pending().await
    }

    async fn blob(&self, len: u64) -> Result<Vec<u8>> {
        Ok(vec![7; len as usize])
    }

    async fn count(&self, n: u64) -> Result<Streaming<u64>> {
        Ok(Streaming::produce(async move |out| {
            for i in 0..n {
                out.send(i).await;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Ok(())
        }))
    }

    async fn flood(&self, n: u64) -> Result<Streaming<u64>> {
        Ok(Streaming::from_items((0..n).map(|i| EIGHT + i)))
    }

    async fn add(&self, mut values: Streaming<u64>) -> Result<u64> {
        let mut sum = 0;
        while let Some(value) = values.message().await? {
            sum += value;
        }
        Ok(sum)
    }

    async fn note(&self, text: String) -> Result<()> {
        self.0.notes.lock().unwrap().push(text);
        Ok(())
    }
}

/// A server of [`Wire`], for as long as it is held.
pub(crate) struct Served {
    pub(crate) seen: Arc<Seen>,
    pub(crate) address: SocketAddr,
    running: tokio::task::JoinHandle<()>,
}

impl Served {
    pub(crate) async fn start() -> Served {
        Served::with(|server| server).await
    }

    pub(crate) async fn with(options: impl FnOnce(Server) -> Server) -> Served {
        let handlers = Handlers::default();
        let seen = handlers.0.clone();
        let server = options(Server::new().service(WireServer::new(handlers)));
        let server: BoundServer = server.listen("tcp://127.0.0.1:0").bind().await.unwrap();
        let address = server.endpoints()[0].to_string();
        let address = address.strip_prefix("tcp://").unwrap().parse().unwrap();
        let running = tokio::spawn(async move {
            server.run_until(std::future::pending()).await;
        });
        Served { seen, address, running }
    }

    pub(crate) async fn raw(&self) -> Raw {
        Raw::connect(self.address).await
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// A client that sends whatever a test wants.
#[derive(Clone)]
pub(crate) struct Raw(SendRequest<Bytes>);

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) http: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) data: Bytes,
    /// None: the headers were the end.
    pub(crate) trailers: Option<HeaderMap>,
}

impl Raw {
    pub(crate) async fn connect(address: SocketAddr) -> Raw {
        let socket = TcpStream::connect(address).await.unwrap();
        socket.set_nodelay(true).unwrap();
        let (send, connection) = h2::client::handshake(socket).await.unwrap();
        tokio::spawn(connection);
        Raw(send)
    }

    /// Sends a head, with the body to come.
    pub(crate) async fn open(&self, request: Request<()>) -> (h2::client::ResponseFuture, SendStream<Bytes>) {
        self.0.clone().ready().await.unwrap().send_request(request, false).unwrap()
    }

    /// Sends a request whose body is these chunks.
    pub(crate) async fn send(&self, request: Request<()>, chunks: &[&[u8]]) -> Result<Answer, h2::Error> {
        let (response, mut body) = self.open(request).await;
        for chunk in chunks {
            body.send_data(Bytes::copy_from_slice(chunk), false)?;
            // Small chunks must not meet in one frame.
            tokio::task::yield_now().await;
        }
        body.send_data(Bytes::new(), true)?;
        Answer::read(response).await
    }

    /// Calls a method of [`Wire`] with one message.
    pub(crate) async fn call(&self, method: &str, headers: &[(&str, &str)], message: &[u8]) -> Answer {
        let mut request = request(method);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(()).unwrap(), &[&framed(message)]).await.unwrap()
    }
}

impl Answer {
    pub(crate) async fn read(response: h2::client::ResponseFuture) -> Result<Answer, h2::Error> {
        let (head, mut body) = response.await?.into_parts();
        let mut data = Vec::new();
        while let Some(chunk) = body.data().await {
            let chunk = chunk?;
            body.flow_control().release_capacity(chunk.len())?;
            data.extend_from_slice(&chunk);
        }
        let trailers = body.trailers().await?;
        Ok(Answer { http: head.status.as_u16(), headers: head.headers, data: data.into(), trailers })
    }

    /// The headers in which the status stands.
    fn last(&self) -> &HeaderMap {
        self.trailers.as_ref().unwrap_or(&self.headers)
    }

    /// `grpc-status` as a code.
    pub(crate) fn code(&self) -> Code {
        let text = self.last().get("grpc-status").unwrap_or_else(|| panic!("no grpc-status: {self:?}"));
        Code::from_number(text.to_str().unwrap().parse().unwrap())
    }

    /// `grpc-message` as it stands.
    pub(crate) fn message(&self) -> &str {
        self.last().get("grpc-message").map_or("", |text| text.to_str().unwrap())
    }

    /// Whether this is an error that came as trailers alone.
    pub(crate) fn fails(&self, code: Code, message: &str) {
        assert_eq!((self.http, self.code()), (200, code), "{self:?}");
        assert!(self.message().contains(message), "{self:?}");
        assert!(self.data.is_empty() && self.trailers.is_none(), "{self:?}");
        assert_eq!(self.headers["content-type"], "application/grpc");
    }
}

/// A request for a method of [`Wire`], with the headers that each has.
pub(crate) fn request(method: &str) -> http::request::Builder {
    bare(method).header("content-type", "application/grpc").header("te", "trailers")
}

/// A request for a method of [`Wire`] without headers.
pub(crate) fn bare(method: &str) -> http::request::Builder {
    Request::post(format!("http://localhost/wire.v1.Wire/{method}"))
}

/// A message in its frame.
pub(crate) fn framed(message: &[u8]) -> Vec<u8> {
    flagged(0, message)
}

/// A message in a frame with this flag.
pub(crate) fn flagged(flag: u8, message: &[u8]) -> Vec<u8> {
    let mut out = vec![flag];
    out.extend_from_slice(&(message.len() as u32).to_be_bytes());
    out.extend_from_slice(message);
    out
}

/// `{ 1: text }` in proto.
pub(crate) fn text(text: &str) -> Vec<u8> {
    let mut out = vec![0x0a, u8::try_from(text.len()).unwrap()];
    out.extend_from_slice(text.as_bytes());
    out
}

/// A server that answers each request as a test says.
pub(crate) struct Scripted {
    pub(crate) address: SocketAddr,
    running: tokio::task::JoinHandle<()>,
}

impl Scripted {
    pub(crate) async fn start<F, Fut>(script: F) -> Scripted
    where
        F: Fn(Request<RecvStream>, SendResponse<Bytes>) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let running = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                let script = script.clone();
                connections.spawn(async move {
                    let mut connection = h2::server::handshake(socket).await.unwrap();
                    while let Some(Ok((request, respond))) = connection.accept().await {
                        tokio::spawn(script(request, respond));
                    }
                });
            }
        });
        Scripted { address, running }
    }

    /// A server that answers all with this head, these chunks and these trailers.
    pub(crate) async fn answering(
        head: Response<()>,
        chunks: &[&[u8]],
        trailers: Option<&[(&'static str, &str)]>,
    ) -> Scripted {
        let chunks: Vec<Bytes> = chunks.iter().map(|chunk| Bytes::copy_from_slice(chunk)).collect();
        let trailers = trailers.map(|pairs| {
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
        });
        Scripted::start(move |request, respond| {
            respond_with(request, respond, head.clone(), chunks.clone(), trailers.clone())
        })
        .await
    }

    pub(crate) async fn client(&self) -> WireClient {
        self.client_with(|builder| builder).await
    }

    pub(crate) async fn client_with(
        &self,
        options: impl FnOnce(ChannelBuilder) -> ChannelBuilder,
    ) -> WireClient {
        let builder = Channel::builder(format!("grpc+tcp://{}", self.address));
        WireClient::new(options(builder).connect().await.unwrap())
    }

    /// Severs all connections.
    pub(crate) fn sever(&self) {
        self.running.abort();
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn respond_with(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    head: Response<()>,
    chunks: Vec<Bytes>,
    trailers: Option<HeaderMap>,
) {
    drain(request.into_body()).await;
    if chunks.is_empty() && trailers.is_none() {
        respond.send_response(head, true).unwrap();
        return;
    }
    let mut body = respond.send_response(head, false).unwrap();
    let last = chunks.len();
    for (chunk, number) in chunks.into_iter().zip(1..) {
        body.send_data(chunk, number == last && trailers.is_none()).unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    if let Some(trailers) = trailers {
        body.send_trailers(trailers).unwrap();
    }
}

/// Reads a request to its end.
pub(crate) async fn drain(mut body: RecvStream) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(Ok(chunk)) = body.data().await {
        all.extend_from_slice(&chunk);
        body.flow_control().release_capacity(chunk.len()).unwrap();
    }
    all
}

/// The head of a gRPC response.
pub(crate) fn head(headers: &[(&str, &str)]) -> Response<()> {
    let head = Response::builder().header("content-type", "application/grpc");
    headers.iter().fold(head, |head, (name, value)| head.header(*name, *value)).body(()).unwrap()
}

/// A gzip stream of a message.
pub(crate) fn gzip(message: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(message).unwrap();
    encoder.finish().unwrap()
}

/// A Zstandard frame of a message, by nobody's encoder: one block, as it is.
pub(crate) fn zstd(message: &[u8]) -> Vec<u8> {
    let mut frame = b"\x28\xb5\x2f\xfd\x20".to_vec();
    frame.push(u8::try_from(message.len()).unwrap());
    let header = (message.len() as u32) << 3 | 1;
    frame.extend_from_slice(&header.to_le_bytes()[..3]);
    frame.extend_from_slice(message);
    frame
}
