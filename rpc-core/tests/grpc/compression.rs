//! Compressed messages (compression.md): negotiated, asked for call by call, and refused.

use std::sync::{Arc, Mutex};

use polyrpc_core::{CallExt, Channel, Code, Compression};

use crate::support::{Scripted, Served, Wire, WireClient, drain, flagged, framed, gzip, head, text, zstd};

/// What a server takes, as it says.
const ACCEPTED: &str = "gzip,zstd";

#[tokio::test]
async fn a_compressed_request_is_read() {
    let served = Served::start().await;
    let raw = served.raw().await;
    for (encoding, packed) in [("gzip", gzip(&text("hi"))), ("zstd", zstd(&text("hi")))] {
        let request = crate::support::request("Echo").header("grpc-encoding", encoding).body(()).unwrap();
        let answer = raw.send(request, &[&flagged(1, &packed)]).await.unwrap();
        assert_eq!((answer.code(), answer.data), (Code::Ok, framed(&text("hi")).into()), "{encoding}");
        // An encoding allows compression, and does not ask for it.
        let answer = raw.call("Echo", &[("grpc-encoding", encoding)], &text("hi")).await;
        assert_eq!(answer.code(), Code::Ok);
        // What does not decompress.
        let request = crate::support::request("Echo").header("grpc-encoding", encoding).body(()).unwrap();
        let answer = raw.send(request, &[&flagged(1, b"garbage")]).await.unwrap();
        answer.fails(Code::Internal, "does not decompress");
        let request = crate::support::request("Echo").header("grpc-encoding", encoding).body(()).unwrap();
        let answer = raw.send(request, &[&flagged(1, &packed[..packed.len() - 1])]).await.unwrap();
        answer.fails(Code::Internal, "does not decompress");
    }
}

#[tokio::test]
async fn an_encoding_that_we_lack_is_refused_with_those_that_we_have() {
    let served = Served::start().await;
    let raw = served.raw().await;
    for unknown in ["snappy", "br", "GZIP", "gzip,zstd", ""] {
        let answer = raw.call("Echo", &[("grpc-encoding", unknown)], &text("hi")).await;
        answer.fails(Code::Unimplemented, "only gzip,zstd");
        assert_eq!(answer.headers["grpc-accept-encoding"], ACCEPTED);
    }
    // Not even visible ASCII.
    let request = crate::support::request("Echo").header("grpc-encoding", &b"gz\xff"[..]).body(()).unwrap();
    let answer = raw.send(request, &[&framed(&text("hi"))]).await.unwrap();
    answer.fails(Code::Unimplemented, "gz\\xff");
    // Whatever else is unimplemented is no matter of encodings.
    assert!(!raw.call("Nowhere", &[], b"").await.headers.contains_key("grpc-accept-encoding"));
    let answer = raw.call("Echo", &[("grpc-encoding", "identity")], &text("hi")).await;
    assert_eq!(answer.code(), Code::Ok);
    raw.call("Echo", &[("content-encoding", "gzip")], &text("hi"))
        .await
        .fails(Code::Unimplemented, "content-encoding");
}

#[tokio::test]
async fn a_reply_is_compressed_where_handler_and_caller_agree() {
    let served = Served::start().await;
    let raw = served.raw().await;
    for (accept, expected) in [
        (Some("gzip"), Some("gzip")),
        (Some("identity, deflate ,gzip"), Some("gzip")),
        (Some("zstd,gzip"), Some("zstd")),
        (Some("identity,br"), None),
        (Some(""), None),
        (None, None),
    ] {
        let headers: Vec<_> = accept.iter().map(|list| ("grpc-accept-encoding", *list)).collect();
        let answer = raw.call("Packed", &headers, &text("hi")).await;
        let encoding = answer.headers.get("grpc-encoding").map(|name| name.to_str().unwrap());
        assert_eq!((answer.code(), encoding), (Code::Ok, expected), "{accept:?}");
        assert_eq!(answer.data[0], u8::from(expected.is_some()), "{accept:?}");
        let message = &answer.data[5..];
        match expected {
            None => assert_eq!(message, text("hi")),
            Some("gzip") => {
                let mut out = Vec::new();
                std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(message), &mut out).unwrap();
                assert_eq!(out, text("hi"));
            }
            Some(_) => assert_eq!(message[..4], zstd(b"")[..4]),
        }
        // A handler that does not ask has its reply sent as it is.
        assert_eq!(raw.call("Echo", &headers, &text("hi")).await.data, framed(&text("hi")));
    }
}

#[tokio::test]
async fn a_client_reads_what_is_compressed_and_refuses_what_it_did_not_accept() {
    for (encoding, packed, expected) in [
        ("gzip", gzip(&text("hi")), Ok("hi")),
        ("zstd", zstd(&text("hi")), Ok("hi")),
        ("gzip", b"garbage".to_vec(), Err("does not decompress")),
        ("snappy", b"x".to_vec(), Err("`snappy` is not supported, only gzip,zstd")),
        ("identity", b"x".to_vec(), Err("names no grpc-encoding")),
    ] {
        let status: &[_] = &[("grpc-status", "0")];
        let head = head(&[("grpc-encoding", encoding)]);
        let scripted = Scripted::answering(head, &[&flagged(1, &packed)], Some(status)).await;
        match (scripted.client().await.echo("x".into()).await, expected) {
            (Ok(text), expected) => assert_eq!(Ok(&*text), expected, "{encoding}"),
            (Err(status), Ok(_)) => panic!("{encoding}: {status}"),
            (Err(status), Err(why)) => {
                assert_eq!(status.code(), Code::Internal, "{encoding}");
                assert!(status.message().contains(why), "{status}");
            }
        }
    }
}

/// A server that keeps what it got: `grpc-encoding`, `grpc-accept-encoding`, and the flag of the message.
type Got = Arc<Mutex<Vec<(Option<String>, String, u8)>>>;

async fn keeping() -> (Scripted, Got) {
    let got = Got::default();
    let kept = got.clone();
    let scripted = Scripted::start(move |request, mut respond| {
        let kept = kept.clone();
        async move {
            let header =
                |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            let (encoding, accepted) = (header("grpc-encoding"), header("grpc-accept-encoding").unwrap());
            let flag = drain(request.into_body()).await[0];
            kept.lock().unwrap().push((encoding, accepted, flag));
            respond.send_response(head(&[("grpc-status", "12")]), true).unwrap();
        }
    })
    .await;
    (scripted, got)
}

#[tokio::test]
async fn requests_are_compressed_as_channel_and_call_say() {
    let (scripted, got) = keeping().await;
    let plain = scripted.client().await;
    let packed = scripted.client_with(|channel| channel.compress(true)).await;
    let zstd = scripted.client_with(|channel| channel.compression(Compression::Zstd)).await;
    let _ = plain.echo("x".into()).await;
    let _ = plain.echo("x".into()).compress(true).await;
    let _ = packed.echo("x".into()).await;
    let _ = packed.echo("x".into()).compress(false).await;
    let _ = zstd.echo("x".into()).await;
    let _ = zstd.echo("x".into()).compress(true).await;
    let expected = [None, Some("gzip"), Some("gzip"), None, None, Some("zstd")]
        .map(|encoding| (encoding.map(str::to_owned), ACCEPTED.to_owned(), u8::from(encoding.is_some())));
    assert_eq!(*got.lock().unwrap(), expected);
}

#[tokio::test]
async fn both_ends_agree_on_both_encodings() {
    let served = Served::start().await;
    for compression in [Compression::Gzip, Compression::Zstd] {
        let channel = Channel::builder(format!("tcp://{}", served.address));
        let channel = channel.compress(true).compression(compression).connect().await.unwrap();
        let client = WireClient::new(channel);
        for text in ["", "short", &"long ".repeat(50_000)] {
            assert_eq!(client.echo(text.into()).await.unwrap(), text, "{compression:?}");
            assert_eq!(client.packed(&polyrpc_core::Context::current(), text.into()).await.unwrap(), text);
        }
    }
}
