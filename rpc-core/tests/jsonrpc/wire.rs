//! Servers of one answer, for our client.

use polyrpc_test_support::HttpMessage;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A server that gives one answer, and the request that it gets. `head` is what stands behind `HTTP/1.1`.
pub(crate) async fn canned(head: &str, body: &str) -> (String, JoinHandle<HttpMessage>) {
    let answer = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    raw(answer).await
}

/// A server that writes these bytes once it has a request, and hangs up.
pub(crate) async fn raw(answer: String) -> (String, JoinHandle<HttpMessage>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("jsonrpc+tcp://{}", listener.local_addr().unwrap());
    let request = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read(&mut stream).await;
        stream.write_all(answer.as_bytes()).await.unwrap();
        request
    });
    (endpoint, request)
}

async fn read(stream: &mut TcpStream) -> HttpMessage {
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    loop {
        let length = stream.read(&mut buffer).await.unwrap();
        assert!(length > 0, "{text}");
        text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
        let message = HttpMessage::parse(&text.replace("\r\n", "\n"));
        let announced = message.header("content-length").and_then(|length| length.parse().ok());
        if announced == Some(message.body.len()) {
            return message;
        }
    }
}
