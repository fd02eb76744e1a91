//! The client: how it reads streams, from our server and from servers without cursors.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use polyrpc_core::{Channel, Code, Server, Streaming};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::feed::{Feed, FeedClient, FeedError, Source, server};

async fn served(server: Server) -> FeedClient {
    let server = server.listen("tcp://127.0.0.1:0").bind().await.unwrap();
    let endpoint = format!("xmlrpc+{}", server.endpoints()[0]);
    tokio::spawn(server.run_until(std::future::pending()));
    FeedClient::connect(&endpoint).await.unwrap()
}

#[tokio::test]
async fn it_reads_through_a_cursor_which_has_no_limit() {
    let client = served(server(&Source::default()).message_limit(1000)).await;
    let mut stream = client.count(5000, None).await.unwrap();
    for expected in 0..5000 {
        assert_eq!(stream.message().await.unwrap(), Some(expected));
    }
    assert_eq!(stream.message().await.unwrap(), None);
}

#[tokio::test]
async fn it_closes_what_it_does_not_read_to_the_end() {
    let source = Source::default();
    let client = served(server(&source)).await;
    let mut stream = client.count(1_000_000, None).await.unwrap();
    assert_eq!(stream.message().await.unwrap(), Some(0));
    drop(stream);
    // While it waits, too.
    let mut waiting = client.count(9, Some(3_600_000)).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(30), waiting.message()).await.is_err());
    drop(waiting);
    let start = std::time::Instant::now();
    while source.dropped() < 2 {
        assert!(start.elapsed() < Duration::from_millis(100), "{} were dropped", source.dropped());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_typed_failure_arrives_behind_the_items() {
    let client = served(server(&Source::default())).await;
    let mut stream = client.fail_after(1).await.unwrap();
    assert_eq!(stream.message().await.unwrap(), Some(0));
    assert!(matches!(stream.message().await, Err(FeedError::Ended { count: 1 })));
    assert!(matches!(client.refuse().await, Err(FeedError::Ended { count: 0 })));
}

#[tokio::test]
async fn what_it_streams_has_a_limit_for_it_goes_in_one_document() {
    let source = Source::default();
    let server = server(&source).listen("tcp://127.0.0.1:0").bind().await.unwrap();
    let endpoint = format!("xmlrpc+{}", server.endpoints()[0]);
    tokio::spawn(server.run_until(std::future::pending()));
    let client = FeedClient::new(Channel::builder(endpoint).message_limit(1000).lazy().unwrap());
    let endless = Streaming::from_items(std::iter::repeat_with(|| "a".to_owned()));
    let status = client.join(endless).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    assert!(status.message().contains("1000 bytes"), "{status}");
}

/// A server without cursors: the names of the methods that it was asked for, and how it says that it lacks one.
async fn foreign(fault: &'static str) -> (FeedClient, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("xmlrpc+tcp://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (mut request, mut buffer) = (String::new(), [0; 4096]);
            while !request.ends_with("</methodCall>") {
                let length = stream.read(&mut buffer).await.unwrap();
                request.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
            }
            let name = request.split("<methodName>").nth(1).unwrap().split('<').next().unwrap().to_owned();
            let body = match &*name {
                "feed.count" => {
                    "<methodResponse><params><param><value><array><data><value><int>4</int></value>\
                     <value><i4>5</i4></value></data></array></value></param></params></methodResponse>"
                }
                "feed.fail_after" => {
                    "<methodResponse><params><param><value>none</value></param></params></methodResponse>"
                }
                _ => fault,
            };
            log.lock().unwrap().push(name);
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\nconnection: close";
            let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (FeedClient::new(Channel::builder(endpoint).lazy().unwrap()), asked)
}

#[tokio::test]
async fn without_cursors_it_takes_the_array_and_asks_no_more() {
    let faults = [
        "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>-32601</int></value></member>\
         <member><name>faultString</name><value>none</value></member></struct></value></fault></methodResponse>",
        "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>1</int></value></member>\
         <member><name>faultString</name><value>what?</value></member></struct></value></fault></methodResponse>",
    ];
    for fault in faults {
        let (client, asked) = foreign(fault).await;
        for _ in 0..2 {
            let mut stream = client.count(2, None).await.unwrap();
            let mut items = Vec::new();
            while let Some(item) = stream.message().await.unwrap() {
                items.push(item);
            }
            assert_eq!(items, [4, 5]);
        }
        assert_eq!(*asked.lock().unwrap(), ["system.stream.open", "feed.count", "feed.count"]);
        let status = client.shout(Streaming::from_items(["a".to_owned()])).await.unwrap_err();
        assert_ne!(status.code(), Code::Internal, "{status}");
        let Err(FeedError::Rpc(status)) = client.fail_after(1).await else { panic!() };
        let text = "the result is not an array of the stream's items: expected an array, found a string";
        assert!(status.message().starts_with(text), "{status}");
    }
}
