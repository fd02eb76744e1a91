//! Servers of one answer, for our client.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::page::HttpMessage;

/// A server that gives one answer, its `tcp://` endpoint, and the request that it gets. `head` is what stands behind
/// `HTTP/1.1`.
pub async fn canned(head: &str, body: &str) -> (String, JoinHandle<HttpMessage>) {
    canned_bytes(format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())).await
}

/// A server that writes these bytes once it has a request, and hangs up.
pub async fn canned_bytes(answer: String) -> (String, JoinHandle<HttpMessage>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let endpoint = format!("tcp://{}", listener.local_addr().expect("a bound socket has an address"));
    let request = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client connects");
        let request = read(&mut stream).await;
        stream.write_all(answer.as_bytes()).await.expect("the client reads");
        request
    });
    (endpoint, request)
}

async fn read(stream: &mut TcpStream) -> HttpMessage {
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    loop {
        let length = stream.read(&mut buffer).await.expect("the client writes");
        assert!(length > 0, "{text}");
        text.push_str(std::str::from_utf8(&buffer[..length]).expect("the client writes text"));
        let message = HttpMessage::parse(&text.replace("\r\n", "\n"));
        let announced = message.header("content-length").and_then(|length| length.parse().ok());
        if announced == Some(message.body.len()) {
            return message;
        }
    }
}
