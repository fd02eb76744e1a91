//! What is not gRPC, or not quite: the HTTP statuses that gRPC's specification names.

use bytes::Bytes;
use http::Request;
use polyrpc_core::Code;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Answer, Served, bare, framed, request, text};

const PATH: &str = "http://localhost/wire.v1.Wire/Echo";

async fn send(served: &Served, request: Request<()>) -> Answer {
    served.raw().await.send(request, &[&framed(&text("hi"))]).await.unwrap()
}

#[tokio::test]
async fn a_call_is_made_by_post() {
    let served = Served::start().await;
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        for content_type in ["application/grpc", "application/json"] {
            let request = Request::builder().method(method).uri(PATH).header("content-type", content_type);
            let answer = send(&served, request.body(()).unwrap()).await;
            assert_eq!(answer.http, 405, "{method} {content_type}");
            assert_eq!(answer.headers["allow"], "POST");
            assert!(!answer.headers.contains_key("grpc-status"));
        }
    }
}

#[tokio::test]
async fn a_foreign_content_type_on_a_grpc_path_is_415() {
    let served = Served::start().await;
    for content_type in ["application/json", "text/xml", "text/plain", "application/grp", ""] {
        let answer = send(&served, bare("Echo").header("content-type", content_type).body(()).unwrap()).await;
        assert_eq!(answer.http, 415, "{content_type}");
        assert!(!answer.headers.contains_key("grpc-status"));
    }
    assert_eq!(send(&served, bare("Echo").body(()).unwrap()).await.http, 415, "no content-type");
}

#[tokio::test]
async fn grpc_content_types_are_read_in_every_spelling() {
    let served = Served::start().await;
    for content_type in ["application/grpc", "application/grpc+proto", "Application/GRPC;charset=utf-8"] {
        let answer = send(&served, bare("Echo").header("content-type", content_type).body(()).unwrap()).await;
        assert_eq!(answer.code(), Code::Ok, "{content_type}");
        assert_eq!(answer.headers["content-type"], "application/grpc");
    }
    let json = bare("Echo").header("content-type", "application/grpc+json").body(()).unwrap();
    send(&served, json).await.fails(Code::Unimplemented, "`json` are not supported, only proto");
}

#[tokio::test]
async fn te_may_be_missing() {
    let served = Served::start().await;
    let answer =
        send(&served, bare("Echo").header("content-type", "application/grpc").body(()).unwrap()).await;
    assert_eq!(answer.code(), Code::Ok);
}

#[tokio::test]
async fn an_unknown_method_is_unimplemented_and_paths_are_exact() {
    let served = Served::start().await;
    let raw = served.raw().await;
    for path in [
        "/wire.v1.Wire/Nowhere",
        "/wire.v1.Wire/echo",
        "/wire.v1.wire/Echo",
        "/wire.v1.Wire/Echo/",
        "/wire.v1.Wire/Echo?x",
        "/wire.v1.Wire.Echo",
        "/wire.echo",
        "/",
        "//wire.v1.Wire/Echo",
    ] {
        let request = Request::post(format!("http://localhost{path}"))
            .header("content-type", "application/grpc")
            .body(())
            .unwrap();
        let answer = raw.send(request, &[&framed(&text("hi"))]).await.unwrap();
        answer.fails(Code::Unimplemented, &format!("unknown method {path}"));
    }
}

#[tokio::test]
async fn a_call_over_http1_is_refused_where_its_status_would_be_lost() {
    let served = Served::start().await;
    let mut socket = TcpStream::connect(served.address).await.unwrap();
    let head = "POST /wire.v1.Wire/Echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/grpc\r\n\
                te: trailers\r\nconnection: close\r\ncontent-length: 9\r\n\r\n\0\0\0\0\x04\n\x02hi";
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 505 "), "{answer}");
    assert!(answer.ends_with("gRPC needs HTTP/2\n"), "{answer}");
}

#[tokio::test]
async fn an_answer_before_the_request_has_ended_lets_the_caller_stop() {
    let served = Served::start().await;
    let raw = served.raw().await;
    let request = request("Echo").header("grpc-encoding", "snappy").body(()).unwrap();
    let (response, mut body) = raw.open(request).await;
    Answer::read(response).await.unwrap().fails(Code::Unimplemented, "snappy");
    let reset = std::future::poll_fn(|cx| body.poll_reset(cx)).await.unwrap();
    assert_eq!(reset, h2::Reason::NO_ERROR);
    assert!(body.send_data(Bytes::new(), true).is_err());
}

#[tokio::test]
async fn padded_data_and_continued_headers_are_read() {
    use crate::frames::{CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PADDED, PREFACE, frame};
    let served = Served::start().await;
    let mut socket = TcpStream::connect(served.address).await.unwrap();
    let block = crate::frames::headers(&[
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/wire.v1.Wire/Echo"),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
    ]);
    let (first, second) = block.split_at(20);
    let mut bytes = PREFACE.to_vec();
    bytes.extend_from_slice(&frame(4, 0, 0, b""));
    bytes.extend_from_slice(&frame(HEADERS, 0, 1, first));
    bytes.extend_from_slice(&frame(CONTINUATION, END_HEADERS, 1, second));
    let message = framed(&text("hi"));
    for (part, flags) in [(&message[..3], 0), (&[], 0), (&message[3..], END_STREAM)] {
        let mut padded = vec![5];
        padded.extend_from_slice(part);
        padded.extend_from_slice(&[0; 5]);
        bytes.extend_from_slice(&frame(DATA, PADDED | flags, 1, &padded));
    }
    socket.write_all(&bytes).await.unwrap();
    let mut seen = Vec::new();
    loop {
        let (kind, flags, stream, payload) = crate::frames::read(&mut socket).await;
        if stream == 1 {
            if kind == DATA {
                seen.extend_from_slice(&payload);
            }
            if flags & END_STREAM != 0 {
                break;
            }
        }
    }
    assert_eq!(seen, message);
}
