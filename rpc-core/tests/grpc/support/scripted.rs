//! Raw HTTP/2 servers that our client calls.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use h2::RecvStream;
use h2::server::SendResponse;
use http::{HeaderMap, Request, Response};
use polyrpc_core::{Channel, ChannelBuilder};
use tokio::net::TcpListener;

use super::WireClient;

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
