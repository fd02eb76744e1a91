//! Metadata both ways: text and bytes, repeated and joined, and the names that are not the users'.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyrpc_core::{CallExt, Channel, Code, Context};

use crate::support::{Answer, Raw, Scripted, Served, Wire, WireClient, drain, framed, head, request, text};

/// Lists of strings or bytes, `{ 1: repeated }` in proto.
fn list(items: &[&[u8]]) -> Vec<u8> {
    let fields = items.iter().flat_map(|item| [&[0x0a, item.len() as u8][..], *item].concat());
    framed(&fields.collect::<Vec<u8>>())
}

async fn sent(raw: &Raw, method: &str, key: &str, values: &[&str]) -> Answer {
    let head = values.iter().fold(request(method), |head, value| head.header(key, *value));
    raw.send(head.body(()).unwrap(), &[&framed(&text(key))]).await.unwrap()
}

#[tokio::test]
async fn a_handler_sees_text_as_it_was_sent() {
    let served = Served::start().await;
    let raw = served.raw().await;
    let answer = sent(&raw, "Metadata", "x-a", &["1", "2, 3", "\"~ !"]).await;
    assert_eq!(answer.data, list(&[b"1", b"2, 3", b"\"~ !"]));
    for hidden in ["content-type", "te", "grpc-accept-encoding", "user-agent"] {
        let answer = raw.call("Metadata", &[("grpc-accept-encoding", "br")], &text(hidden)).await;
        assert_eq!(answer.data, framed(b""), "{hidden}");
    }
}

#[tokio::test]
async fn a_handler_sees_bytes_padded_or_not_joined_or_not() {
    let served = Served::start().await;
    let raw = served.raw().await;
    for values in [&["AAE", "/w"][..], &["AAE=", "/w=="], &["AAE,/w=="], &["AAE=, /w"]] {
        let answer = sent(&raw, "Bytes", "x-bin", values).await;
        assert_eq!(answer.data, list(&[b"\0\x01", b"\xff"]), "{values:?}");
    }
    // What is no base64 is thrown away, and harms nothing else.
    let answer = sent(&raw, "Bytes", "x-bin", &["?", "AAE"]).await;
    assert_eq!(answer.data, list(&[b"\0\x01"]));
}

#[tokio::test]
async fn a_reply_carries_headers_and_trailers_also_when_it_fails() {
    let served = Served::start().await;
    let raw = served.raw().await;
    let all = |headers: &http::HeaderMap, key: &str| -> Vec<String> {
        headers.get_all(key).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    };
    let answer = raw.call("Decorated", &[], b"").await;
    let trailers = answer.trailers.as_ref().unwrap();
    assert_eq!(all(&answer.headers, "x-a"), ["1", "2"]);
    assert_eq!(all(&answer.headers, "x-bin"), ["AAE"]);
    assert_eq!(all(trailers, "x-t"), ["last"]);
    assert_eq!(all(trailers, "x-t-bin"), ["/w", ""]);
    let answer = raw.call("Decorated", &[], b"\x08\x01").await;
    answer.fails(Code::Aborted, "told to");
    assert_eq!((all(&answer.headers, "x-a").len(), all(&answer.headers, "x-t").len()), (2, 1));
}

#[tokio::test]
async fn a_client_reads_what_the_reply_carried() {
    let served = Served::start().await;
    let channel = Channel::connect(format!("tcp://{}", served.address)).await.unwrap();
    let client = WireClient::new(channel);
    let cx = Context::current();
    for fail in [false, true] {
        let (result, reply) = client.decorated(&cx, fail).with_reply().await;
        assert_eq!(result.is_err(), fail);
        // Trailers alone are trailers.
        let headers = if fail { &reply.trailers } else { &reply.headers };
        assert_eq!(headers.get_all("x-a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(headers.get_bin("x-bin").as_deref(), Some(&b"\0\x01"[..]));
        assert_eq!(reply.trailers.get("x-t"), Some("last"));
        assert_eq!(reply.trailers.get_all_bin("x-t-bin").collect::<Vec<_>>(), [&b"\xff"[..], b""]);
        assert_eq!(reply.trailers.get("grpc-status"), None);
    }
}

#[tokio::test]
async fn a_client_reads_bytes_padded_and_joined() {
    let padded = STANDARD.encode(b"\0\x01");
    let joined = format!("{padded},/w");
    let trailers: &[(&str, &str)] = &[("grpc-status", "5"), ("x-t-bin", &joined)];
    let scripted = Scripted::answering(head(&[("x-bin", &padded)]), &[], Some(trailers)).await;
    let (result, reply) = scripted.client().await.echo("x".into()).with_reply().await;
    assert_eq!(result.unwrap_err().code(), Code::NotFound);
    assert_eq!(reply.headers.get_bin("x-bin").as_deref(), Some(&b"\0\x01"[..]));
    assert_eq!(reply.trailers.get_all_bin("x-t-bin").collect::<Vec<_>>(), [&b"\0\x01"[..], b"\xff"]);
}

/// Names that belong to the protocol.
const RESERVED: [&str; 9] = [
    "content-type",
    "Grpc-Timeout",
    "grpc-encoding",
    "grpc-anything",
    "te",
    "user-agent",
    "connection",
    "content-length",
    "host",
];

#[tokio::test]
async fn reserved_names_cannot_be_set_at_either_end() {
    let served = Served::start().await;
    let channel = Channel::connect(format!("tcp://{}", served.address)).await.unwrap();
    let client = WireClient::new(channel);
    for name in RESERVED {
        let status = client.echo("x".into()).header(name, "x").await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{name}");
        let status = client.reserved(&Context::current(), name.into()).await.unwrap_err();
        assert_eq!(status.code(), Code::Internal, "{name}");
        assert!(status.message().contains(name), "{status}");
    }
    for (key, value) in [("x-bin", "text"), ("x", "é"), ("x y", "1"), (":path", "/")] {
        assert!(client.echo("x".into()).header(key, value).await.is_err(), "{key}");
    }
}

#[tokio::test]
async fn a_request_has_the_headers_of_the_specification() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = seen.clone();
    let scripted = Scripted::start(move |request, mut respond| {
        let kept = kept.clone();
        async move {
            let mut lines = vec![format!("{} {} {:?}", request.method(), request.uri(), request.version())];
            let headers = request.headers().iter();
            lines.extend(headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())));
            drain(request.into_body()).await;
            *kept.lock().unwrap() = lines;
            respond.send_response(head(&[("grpc-status", "12")]), true).unwrap();
        }
    })
    .await;
    let client = scripted.client_with(|channel| channel.metadata("x-all", "every").no_deadline()).await;
    let _ = client.echo("x".into()).header("x-a", "1").header_bin("x-bin", b"\0\x01").await;
    let mut lines = seen.lock().unwrap().clone();
    lines[1..].sort();
    let version = env!("CARGO_PKG_VERSION");
    let expected = [
        &format!("POST http://{}/wire.v1.Wire/Echo HTTP/2.0", scripted.address),
        "content-type: application/grpc",
        "grpc-accept-encoding: gzip,zstd",
        "te: trailers",
        &format!("user-agent: grpc-rust-polyrpc/{version}"),
        "x-a: 1",
        "x-all: every",
        "x-bin: AAE",
    ];
    assert_eq!(lines, expected);
}
