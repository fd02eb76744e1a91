//! Requests as a foreign peer may send them, well formed or not.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);

/// An answer over HTTP/1.1.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// What a server answers to these bytes, until it closes the connection.
pub(crate) async fn say(address: SocketAddr, text: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that refuses a head need not read the body.
    let _ = stream.write_all(text).await;
    let mut raw = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut raw)).await.expect("no end of the answer");
    let raw = String::from_utf8_lossy(&raw).into_owned();
    let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((&raw, ""));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Answer {
        status: status.unwrap_or_else(|| panic!("no answer but {raw:?}")),
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}

/// A POST, with more headers if need be (each ends in CRLF).
pub(crate) async fn post(address: SocketAddr, content_type: &str, headers: &str, body: &str) -> Answer {
    let request = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: {content_type}\r\n\
         content-length: {}\r\n{headers}\r\n{body}",
        body.len()
    );
    say(address, request.as_bytes()).await
}

/// An answer over HTTP/2.
#[derive(Debug)]
pub(crate) struct GrpcAnswer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) trailers: HeaderMap,
}

impl GrpcAnswer {
    /// `grpc-status` and `grpc-message`, wherever they stand.
    pub(crate) fn outcome(&self) -> (u32, String) {
        let find = |key| {
            let value = self.trailers.get(key).or_else(|| self.headers.get(key));
            value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        (find("grpc-status").parse().unwrap(), find("grpc-message"))
    }
}

/// A gRPC request whose body is these bytes.
pub(crate) async fn grpc(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> GrpcAnswer {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut send, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut request = Request::post(format!("http://{address}{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (key, value) in headers {
        request = request.header(*key, *value);
    }
    let (response, mut stream) = send.send_request(request.body(()).unwrap(), false).unwrap();
    stream.send_data(Bytes::copy_from_slice(body), true).unwrap();
    let (head, mut incoming) = timeout(PATIENCE, response).await.expect("no answer").unwrap().into_parts();
    let mut body = Vec::new();
    while let Some(data) = incoming.data().await {
        let data = data.unwrap();
        let _ = incoming.flow_control().release_capacity(data.len());
        body.extend_from_slice(&data);
    }
    let trailers = incoming.trailers().await.unwrap().unwrap_or_default();
    connection.abort();
    GrpcAnswer { status: head.status.as_u16(), headers: head.headers, body, trailers }
}

/// A gRPC message of these bytes.
pub(crate) fn framed(message: &[u8]) -> Vec<u8> {
    let mut frame = vec![0];
    frame.extend((message.len() as u32).to_be_bytes());
    frame.extend(message);
    frame
}
