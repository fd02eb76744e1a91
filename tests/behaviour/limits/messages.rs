//! The size of a message.

use polyrpc::{CallExt, Channel, Code, Compression, Result, Server, Streaming, service};

use crate::support::{
    Answer, PROTOCOLS, Probe, ProbeClient, ProbeServer, Served, Subject, TCP, framed, grpc, post,
};

const MIB: usize = 1 << 20;

#[tokio::test]
async fn a_message_has_four_mebibytes_by_default() {
    let (served, seen) = Served::probe().await;
    for (protocol, client) in served.clients().await {
        // Base64 makes it a third larger in the texts.
        assert_eq!(client.size(vec![7; 3 * MIB - 1000]).await.unwrap(), 3 * MIB as u64 - 1000, "{protocol}");
        let begun = seen.begun();
        let refused = client.size(vec![7; 4 * MIB + 1]).await.unwrap_err();
        assert_eq!(refused.code(), Code::ResourceExhausted, "{protocol}: {refused}");
        assert!(refused.message().contains("4194304"), "{protocol}: {refused}");
        assert_eq!(seen.begun(), begun, "{protocol}: it was executed");
        let refused = client.blob(4 * MIB as u64 + 1).await.unwrap_err();
        assert_eq!(refused.code(), Code::ResourceExhausted, "{protocol}: {refused}");
        assert_eq!(client.add(1, 2).await.unwrap(), 3, "{protocol}: no other call is harmed");
    }
}

async fn limited() -> Served {
    let server = Server::new().service(ProbeServer::new(Subject::new())).message_limit(1000);
    Served::start(server.listen(TCP)).await
}

#[tokio::test]
async fn a_request_over_the_limit_is_answered_in_its_callers_protocol() {
    let served = limited().await;
    let long = "x".repeat(2000);
    let json = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"probe.echo","params":["{long}"]}}"#);
    let Answer { status, head, body } = post(served.address(), "application/json", "", &json).await;
    assert_eq!(status, 413);
    assert!(head.contains("content-type: application/json"), "{head}");
    let error: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(error["error"]["code"], -32008);
    assert!(error["error"]["message"].as_str().unwrap().contains("1000"), "{body}");

    let xml = format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>probe.echo</methodName><params><param><value>{long}\
         </value></param></params></methodCall>"
    );
    let Answer { status, head, body } = post(served.address(), "text/xml", "", &xml).await;
    assert_eq!(status, 413);
    assert!(head.contains("content-type: text/xml"), "{head}");
    assert!(body.contains("<fault>") && body.contains("-32008") && body.contains("1000"), "{body}");

    let message = framed(&[&[10, 0xd0, 0x0f][..], long.as_bytes()].concat());
    let answer = grpc(served.address(), "/behaviour.v1.Probe/Echo", &[], &message).await;
    let (code, text) = answer.outcome();
    assert_eq!((answer.status, code), (200, 8), "{answer:?}");
    assert!(text.contains("1000"), "{answer:?}");
}

#[tokio::test]
async fn the_limit_counts_what_is_decompressed() {
    let served = limited().await;
    let client = served.client("grpc").await;
    // A few dozen bytes on the wire.
    let refused = client.echo("x".repeat(900_000)).compress(true).await.unwrap_err();
    assert_eq!(refused.code(), Code::ResourceExhausted, "{refused}");
    assert!(refused.message().contains("1000"), "{refused}");
    assert_eq!(client.echo("x".repeat(900)).compress(true).await.unwrap().len(), 900);
}

#[tokio::test]
async fn a_length_that_is_only_announced_is_refused_before_anything_is_allocated() {
    let served = limited().await;
    let announced = [0, 0xff, 0xff, 0xff, 0xff, 1, 2];
    let answer = grpc(served.address(), "/behaviour.v1.Probe/Echo", &[], &announced).await;
    assert_eq!(answer.outcome().0, 8, "{answer:?}");
}

#[service(package = "behaviour.v1")]
trait Counting {
    async fn count(&self, to: u32) -> Result<Streaming<u32>>;
}

struct Counter;

impl Counting for Counter {
    async fn count(&self, to: u32) -> Result<Streaming<u32>> {
        Ok(Streaming::from_items(1..=to))
    }
}

#[tokio::test]
async fn the_largest_limit_is_none() {
    let server =
        Server::new().service(ProbeServer::new(Subject::new())).service(CountingServer::new(Counter));
    let served = Served::start(server.message_limit(usize::MAX).listen(TCP)).await;
    for protocol in PROTOCOLS {
        for compression in [Compression::Gzip, Compression::Zstd] {
            let builder = Channel::builder(served.by(protocol)).message_limit(usize::MAX);
            let client = ProbeClient::new(builder.compression(compression).connect().await.unwrap());
            assert_eq!(client.size(vec![7; 5 * MIB]).await.unwrap(), 5 * MIB as u64, "{protocol}");
            assert_eq!(client.blob(5 * MIB as u64).await.unwrap().len(), 5 * MIB, "{protocol}");
            let echoed = client.echo("x".repeat(100_000)).compress(true).await;
            assert_eq!(echoed.unwrap().len(), 100_000, "{protocol}");
        }
    }
    let json = r#"{"jsonrpc":"2.0","id":1,"method":"counting.count","params":[3]}"#;
    let answer = post(served.address(), "application/json", "", json).await;
    assert!(answer.body.contains("[1,2,3]"), "{answer:?}");
}
