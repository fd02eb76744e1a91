//! A caller on a connection that many share, with HTTP/2 and nothing above it.

use std::io;

use bytes::Bytes;
use h2::client::{Builder, SendRequest};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, TE};
use http::{HeaderMap, Method, Request, Uri};
use tokio::net::TcpStream;

/// A handle on the connection, and the request.
#[derive(Clone)]
pub(crate) struct Caller {
    send: SendRequest<Bytes>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");

impl Caller {
    pub(super) async fn connect(address: &str, path: &str, body: Bytes) -> io::Result<Caller> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        let mut builder = Builder::new();
        // So large that the client never holds a server up.
        builder.initial_window_size(4 << 20).initial_connection_window_size(256 << 20);
        let (send, connection) = builder.handshake(socket).await.map_err(io::Error::other)?;
        tokio::spawn(connection);
        let uri = format!("http://{address}{path}").parse().map_err(io::Error::other)?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        headers.insert(TE, HeaderValue::from_static("trailers"));
        Ok(Caller { send, uri, headers, body })
    }

    /// Makes the call, hands over what comes, and says how much it was.
    pub(super) async fn call(&mut self, mut take: impl FnMut(&[u8])) -> io::Result<usize> {
        self.exchange(&mut take).await.map_err(io::Error::other)?
    }

    async fn exchange(&mut self, take: &mut impl FnMut(&[u8])) -> Result<io::Result<usize>, h2::Error> {
        let mut request = Request::new(());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        let (response, mut body) = self.send.send_request(request, false)?;
        body.send_data(self.body.clone(), true)?;
        let (head, mut body) = response.await?.into_parts();
        let mut length = 0;
        while let Some(data) = body.data().await {
            let data = data?;
            take(&data);
            length += data.len();
            body.flow_control().release_capacity(data.len())?;
        }
        let trailers = body.trailers().await?;
        let status = trailers.as_ref().unwrap_or(&head.headers).get(GRPC_STATUS);
        Ok(match status {
            Some(status) if status == "0" => Ok(length),
            _ => Err(io::Error::other(format!("{head:?} {trailers:?}"))),
        })
    }
}
