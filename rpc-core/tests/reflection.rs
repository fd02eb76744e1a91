//! gRPC's server reflection, as a stream: each request is answered when it arrives.
#![cfg(all(feature = "server", feature = "grpc"))]

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::Body as _;
use polyrpc_core::codec::proto::{Reader, Writer, file_descriptor};
use polyrpc_core::schema::proto::{files, well_known_files};
use polyrpc_core::{Result, Server};
use polyrpc_macros::{Message, service};
use polyrpc_test_support::sent_body;
use polyrpc_transports::Body;
use tokio::sync::mpsc;
use tower_service::Service;

/// When, and how long.
#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct Event {
    at: std::time::SystemTime,
    inner: Option<Box<Event>>,
}

#[service(package = "diary.v1", crate = polyrpc_core)]
trait Diary {
    async fn last(&self) -> Result<Event>;
}

struct Empty;

impl Diary for Empty {
    async fn last(&self) -> Result<Event> {
        Err(polyrpc_core::Status::not_found("nothing happened"))
    }
}

const V1: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const V1ALPHA: &str = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

/// A call of reflection.
struct Stream {
    requests: Option<mpsc::UnboundedSender<Bytes>>,
    response: Response<Body>,
}

impl Stream {
    async fn open(server: Server, path: &str, headers: &[(&'static str, &str)]) -> Stream {
        let (requests, body) = sent_body();
        let mut request =
            Request::post(path).version(http::Version::HTTP_2).header("content-type", "application/grpc");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).unwrap();
        let Ok(response) = server.into_service().unwrap().call(request).await;
        Stream { requests: Some(requests), response }
    }

    fn send(&self, bytes: impl Into<Bytes>) {
        self.requests.as_ref().unwrap().send(bytes.into()).unwrap();
    }

    /// The next answer without its frame, or the trailers.
    async fn next(&mut self) -> Result<Vec<u8>, HeaderMap> {
        let body = self.response.body_mut();
        let frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await.unwrap().unwrap();
        frame.into_data().map(|data| data[5..].to_vec()).map_err(|frame| frame.into_trailers().unwrap())
    }
}

fn server() -> Server {
    Server::new().service(DiaryServer::new(Empty))
}

/// A framed request that asks by the field `tag`.
fn request(tag: u32, text: &str) -> Vec<u8> {
    let mut message = Vec::new();
    Writer::new(&mut message).bytes(tag, text.as_bytes());
    let mut frame = vec![0, 0, 0, 0, message.len() as u8];
    frame.extend(message);
    frame
}

/// The field `tag` of an answer, its list in field 1.
fn list(answer: &[u8], tag: u32) -> Vec<Vec<u8>> {
    let mut answer = Reader::new(answer);
    while let Some(key) = answer.next().unwrap() {
        if key.tag != tag {
            answer.skip(key).unwrap();
            continue;
        }
        let (mut content, mut list) = (answer.message(key).unwrap(), Vec::new());
        while let Some(key) = content.next().unwrap() {
            match key.tag {
                1 if key.expect(polyrpc_core::schema::Wire::Length).is_ok() => {
                    list.push(content.bytes(key).unwrap().to_vec());
                }
                1 => list.push(vec![content.varint().unwrap() as u8]),
                _ => content.skip(key).unwrap(),
            }
        }
        return list;
    }
    panic!("no field {tag}");
}

#[tokio::test]
async fn each_request_is_answered_when_it_arrives() {
    for path in [V1, V1ALPHA] {
        let mut stream = Stream::open(server(), path, &[]).await;
        assert_eq!(stream.response.headers()["content-type"], "application/grpc");
        let whole = request(7, "");
        stream.send(whole[..3].to_vec());
        tokio::time::timeout(Duration::from_millis(20), stream.next()).await.unwrap_err();
        stream.send(whole[3..].to_vec());
        let names = list(&stream.next().await.unwrap(), 6).into_iter();
        let names: Vec<String> = names.map(|name| String::from_utf8(name[2..].to_vec()).unwrap()).collect();
        let reflection = ["v1", "v1alpha"].map(|v| format!("grpc.reflection.{v}.ServerReflection"));
        assert_eq!(names, ["diary.v1.Diary", &reflection[0], &reflection[1]]);

        // Two in one piece.
        stream.send([request(4, "diary.v1.Diary.Last"), request(3, "diary/v1.proto")].concat());
        let expected = file_descriptor(&files(&[DiaryServer::SCHEMA]).unwrap()[0]);
        let timestamp = file_descriptor(&well_known_files()[0]);
        assert_eq!(list(&stream.next().await.unwrap(), 4), [expected.clone(), timestamp]);
        // What was sent is not sent again, but for what was asked for.
        assert_eq!(list(&stream.next().await.unwrap(), 4), [expected]);

        drop(stream.requests.take());
        assert_eq!(stream.next().await.unwrap_err()["grpc-status"], "0");
    }
}

#[tokio::test]
async fn every_kind_of_symbol_is_found_and_nothing_else() {
    let mut stream = Stream::open(server(), V1, &[]).await;
    let known = [
        "diary.v1.Diary",
        "diary.v1.Diary.Last",
        "diary.v1.Event",
        "diary.v1.Event.at",
        "diary.v1.DiaryLastRequest",
        "google.protobuf.Value.kind",
        "google.protobuf.NULL_VALUE",
        "google.protobuf.Struct.FieldsEntry",
        "grpc.reflection.v1alpha.ErrorResponse.error_code",
    ];
    for name in known {
        stream.send(request(4, name));
        assert!(!list(&stream.next().await.unwrap(), 4).is_empty(), "{name}");
    }
    const NOT_FOUND: u8 = 5;
    for (tag, name) in
        [(4, "diary.v1"), (4, ".diary.v1.Diary"), (4, ""), (3, "diary.proto"), (6, "diary.v1.Diary")]
    {
        stream.send(request(tag, name));
        assert_eq!(list(&stream.next().await.unwrap(), 7), [[NOT_FOUND]], "{tag} {name}");
    }
    // An extension; and the extensions of a message, of which there are none.
    stream.send(request(5, "\n\x0ediary.v1.Event\x10\x07"));
    assert_eq!(list(&stream.next().await.unwrap(), 7), [[NOT_FOUND]]);
    stream.send(request(6, "diary.v1.Event"));
    assert_eq!(list(&stream.next().await.unwrap(), 5), [b"diary.v1.Event"]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_answered_ends_the_stream() {
    // Nothing asked; no message; a torn frame; a compressed one without grpc-encoding; one over the limit.
    for (bytes, code) in [
        (&b"\0\0\0\0\0"[..], "3"),
        (b"\0\0\0\0\x01\xff", "13"),
        (b"\0\0\0\0\x05abc", "13"),
        (b"\x01\0\0\0\0", "13"),
        (b"\0\xff\0\0\0", "8"),
    ] {
        let mut stream = Stream::open(server(), V1, &[]).await;
        stream.send(bytes);
        drop(stream.requests.take());
        assert_eq!(stream.next().await.unwrap_err()["grpc-status"], code, "{bytes:?}");
        assert!(stream.response.body().is_end_stream());
    }
    let mut stream = Stream::open(server(), V1, &[("grpc-timeout", "5S")]).await;
    assert_eq!(stream.next().await.unwrap_err()["grpc-status"], "4");
    let stream = Stream::open(server(), V1, &[("grpc-encoding", "snappy")]).await;
    assert_eq!(stream.response.headers()["grpc-status"], "12");
}

#[tokio::test]
async fn it_can_be_left_out() {
    let stream = Stream::open(server().reflection(false), V1, &[]).await;
    assert_eq!(stream.response.headers()["grpc-status"], "12");
    let mut on = server().into_service().unwrap();
    let mut off = server().reflection(false).into_service().unwrap();
    let get = || Request::get(V1).body(Body::Empty).unwrap();
    let (Ok(on), Ok(off)) = (on.call(get()).await, off.call(get()).await);
    assert_eq!((on.status().as_u16(), off.status().as_u16()), (405, 404));
}

mod other {
    #[derive(super::Message)]
    #[rpc(crate = polyrpc_core)]
    pub(super) struct Event {
        id: u64,
    }
}

#[service(package = "diary.v1", crate = polyrpc_core)]
trait Calendar {
    async fn next(&self, event: other::Event) -> Result<()>;
}

impl Calendar for Empty {
    async fn next(&self, _: other::Event) -> Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn two_types_of_one_name_do_not_start() {
    let error = server().service(CalendarServer::new(Empty)).bind().await.unwrap_err().to_string();
    assert!(error.contains("reflection::Event (named by diary.v1.Diary/Last)"), "{error}");
    assert!(error.contains("reflection::other::Event (named by diary.v1.Calendar/Next)"), "{error}");
}
