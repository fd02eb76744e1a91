//! gRPC-Web: `grpc/web/`, by raw bytes.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Served, flagged, framed, text};

const BINARY: &str = "application/grpc-web+proto";
const TEXT: &str = "application/grpc-web-text";

/// A response over HTTP/1.1: its head in lower case, and the chunks of its body.
struct Answer {
    head: String,
    chunks: Vec<Vec<u8>>,
}

impl Answer {
    fn body(&self) -> Vec<u8> {
        self.chunks.concat()
    }
}

/// A call of a method by HTTP/1.1, in chunks.
async fn call(address: SocketAddr, method: &str, headers: &str, chunks: &[&[u8]]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /wire.v1.Wire/{method} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         transfer-encoding: chunked\r\n{headers}\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for chunk in chunks {
        stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await.unwrap();
        stream.write_all(&[chunk, &b"\r\n"[..]].concat()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let at = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&answer[..at]).to_ascii_lowercase();
    let body = answer.split_off(at + 4);
    let chunks = if head.contains("transfer-encoding: chunked") { unchunked(&body) } else { vec![body] };
    Answer { head, chunks }
}

fn unchunked(mut body: &[u8]) -> Vec<Vec<u8>> {
    let mut chunks = Vec::new();
    loop {
        let line = body.iter().position(|byte| *byte == b'\r').unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&body[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            return chunks;
        }
        chunks.push(body[line + 2..line + 2 + size].to_vec());
        body = &body[line + 4 + size..];
    }
}

fn of(content_type: &str) -> String {
    format!("content-type: {content_type}\r\nx-grpc-web: 1\r\n")
}

const OK: &[u8] = b"grpc-status:0\r\n";

#[tokio::test]
async fn trailers_are_the_last_frame_of_the_body() {
    let served = Served::start().await;
    let answer = call(served.address, "Echo", &of(BINARY), &[&framed(&text("hi"))]).await;
    assert!(answer.head.starts_with("http/1.1 200"), "{}", answer.head);
    assert!(answer.head.contains("content-type: application/grpc-web+proto"), "{}", answer.head);
    assert_eq!(answer.body(), [framed(&text("hi")), flagged(0x80, OK)].concat());
}

#[tokio::test]
async fn a_failure_has_all_in_the_body_where_any_page_may_read_it() {
    let served = Served::start().await;
    let mut arguments = vec![0x08, 10];
    arguments.extend(b"\x12\x02no");
    let answer = call(served.address, "Fail", &of(BINARY), &[&framed(&arguments)]).await;
    assert!(
        answer.head.starts_with("http/1.1 200") && !answer.head.contains("grpc-status"),
        "{}",
        answer.head
    );
    assert_eq!(answer.body(), flagged(0x80, b"grpc-status:10\r\ngrpc-message:no\r\n"));
}

#[tokio::test]
async fn metadata_goes_where_it_goes_in_grpc() {
    let served = Served::start().await;
    let answer = call(served.address, "Decorated", &of(BINARY), &[&framed(b"")]).await;
    assert!(answer.head.contains("x-a: 1\r\nx-a: 2"), "{}", answer.head);
    let body = String::from_utf8_lossy(&answer.body()).into_owned();
    for line in ["x-t:last\r\n", "x-t-bin:/w\r\n", "grpc-status:0\r\n"] {
        assert!(body.contains(line), "{line}: {body}");
    }
}

#[tokio::test]
async fn text_is_base64_whose_pieces_have_padding_of_their_own() {
    let served = Served::start().await;
    let request = framed(&text("hello"));
    let pieces = request.chunks(4).map(|piece| STANDARD.encode(piece)).collect::<String>();
    assert!(pieces.contains("==") && !pieces.ends_with("===="));
    for size in [1, 3, 4, 7, pieces.len()] {
        let chunks: Vec<&[u8]> = pieces.as_bytes().chunks(size).collect();
        let answer = call(served.address, "Echo", &of(TEXT), &chunks).await;
        assert!(answer.head.contains("content-type: application/grpc-web-text+proto"), "{}", answer.head);
        let body = STANDARD.decode(answer.body()).unwrap();
        assert_eq!(body, [framed(&text("hello")), flagged(0x80, OK)].concat(), "in chunks of {size}");
    }
}

#[tokio::test]
async fn what_is_no_base64_is_refused() {
    let served = Served::start().await;
    let expected = flagged(0x80, b"grpc-status:13\r\ngrpc-message:the request is not base64\r\n");
    for method in ["Echo", "Add"] {
        let answer = call(served.address, method, &of(TEXT), &[b"AAAA????"]).await;
        assert_eq!(STANDARD.decode(answer.body()).unwrap(), expected, "{method}");
    }
    // It ends within a group.
    let answer = call(served.address, "Echo", &of(TEXT), &[b"AAAAAAI"]).await;
    assert_eq!(STANDARD.decode(answer.body()).unwrap(), expected);
}

#[tokio::test]
async fn the_answer_has_the_form_that_the_caller_accepts() {
    let served = Served::start().await;
    let headers = format!("{}accept: {TEXT}\r\n", of(BINARY));
    let answer = call(served.address, "Echo", &headers, &[&framed(&text("hi"))]).await;
    assert!(answer.head.contains("content-type: application/grpc-web-text+proto"), "{}", answer.head);
    assert!(STANDARD.decode(answer.body()).unwrap().ends_with(OK));
}

#[tokio::test]
async fn each_piece_of_a_stream_is_whole_groups() {
    let served = Served::start().await;
    let request = STANDARD.encode(framed(&[0x08, 3]));
    let answer = call(served.address, "Count", &of(TEXT), &[request.as_bytes()]).await;
    let pieces: Vec<Vec<u8>> = answer.chunks.iter().map(|chunk| STANDARD.decode(chunk).unwrap()).collect();
    let expected = [framed(b""), framed(&[0x08, 1]), framed(&[0x08, 2]), flagged(0x80, OK)];
    assert_eq!(pieces, expected, "a piece for each item, which came one by one");
}

#[tokio::test]
async fn it_is_served_over_http2_too() {
    let served = Served::start().await;
    let raw = served.raw().await;
    let request = Request::post("http://localhost/wire.v1.Wire/Echo").header("content-type", BINARY);
    let answer = raw.send(request.body(()).unwrap(), &[&framed(&text("hi"))]).await.unwrap();
    assert_eq!(answer.headers["content-type"], BINARY);
    assert_eq!(answer.data[..], [framed(&text("hi")), flagged(0x80, OK)].concat());
    assert!(answer.trailers.is_none());
}

#[tokio::test]
async fn what_cannot_be_called_is_refused() {
    let served = Served::start().await;
    let answer = call(served.address, "Lost", &of(BINARY), &[&framed(b"")]).await;
    assert!(String::from_utf8_lossy(&answer.body()).contains("grpc-status:12\r\n"));
    let json = of("application/grpc-web+json");
    let answer = call(served.address, "Echo", &json, &[&framed(b"{}")]).await;
    assert!(String::from_utf8_lossy(&answer.body()).contains("grpc-status:12\r\n"));

    // A page of somebody else's, on a loopback listener.
    let origin = format!("{}origin: http://evil.example\r\n", of(BINARY));
    let answer = call(served.address, "Echo", &origin, &[&framed(&text("hi"))]).await;
    assert!(answer.head.starts_with("http/1.1 403"), "{}", answer.head);
    assert_eq!(served.seen.begun.load(std::sync::atomic::Ordering::SeqCst), 0);
}
