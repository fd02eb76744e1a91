//! A raw HTTP/2 client that calls it.

use std::net::SocketAddr;

use bytes::Bytes;
use h2::SendStream;
use h2::client::SendRequest;
use http::{HeaderMap, Request};
use polyrpc_core::{Code, Result};
use tokio::net::TcpStream;

use super::{framed, request};

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
