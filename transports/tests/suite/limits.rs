//! Every limit of a listener, crossed.

use std::time::{Duration, Instant};

use crate::support::{Served, channel_body, next_frame, request, until};
use bytes::Bytes;
use http::{Request, StatusCode, Version};
use http_body::Frame;
use polyrpc_transports::ServerConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const TCP: &str = "tcp://127.0.0.1:0";
const SHORT: Duration = Duration::from_millis(200);

/// What a raw peer gets for what it says.
async fn say(served: &Served, text: &str) -> String {
    let mut stream = TcpStream::connect(served.address()).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let len = timeout(Duration::from_secs(5), stream.read(&mut answer)).await.unwrap().unwrap();
    String::from_utf8_lossy(&answer[..len]).into_owned()
}

/// An HTTP/2 client that may misbehave.
async fn hostile(served: &Served, builder: &h2::client::Builder) -> h2::client::SendRequest<Bytes> {
    let stream = TcpStream::connect(served.address()).await.unwrap();
    let (send, connection) = builder.handshake::<_, Bytes>(stream).await.unwrap();
    tokio::spawn(async move {
        let _ = connection.await;
    });
    send
}

fn get(path: &str) -> Request<()> {
    Request::get(format!("http://x{path}")).body(()).unwrap()
}

/// How long the server leaves a connection open after these bytes.
async fn open_for(served: &Served, text: &str) -> Duration {
    let mut stream = TcpStream::connect(served.address()).await.unwrap();
    let begun = Instant::now();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.expect("stayed open");
    begun.elapsed()
}

#[tokio::test]
async fn http1_heads_have_a_size() {
    let served = Served::start(TCP, ServerConfig::new()).await;
    let long = "x".repeat(16 * 1024);
    let answer = say(&served, &format!("GET /plain HTTP/1.1\r\nhost: x\r\nlong: {long}\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let many = "a: b\r\n".repeat(100);
    let answer = say(&served, &format!("GET /plain HTTP/1.1\r\nhost: x\r\n{many}\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert_eq!(served.seen.begun(), 0);
}

#[tokio::test]
async fn http2_header_lists_have_a_size() {
    let served = Served::start(TCP, ServerConfig::new()).await;
    let mut send = hostile(&served, &h2::client::Builder::new()).await;
    let mut long = get("/plain");
    long.headers_mut().insert("long", "x".repeat(16 * 1024).parse().unwrap());
    let (refused, _) = send.send_request(long, true).unwrap();
    assert_eq!(refused.await.unwrap().status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    let (fine, _) = send.send_request(get("/plain"), true).unwrap();
    assert_eq!(fine.await.unwrap().status(), StatusCode::OK);
    assert_eq!(served.seen.begun(), 1);
}

#[tokio::test]
async fn a_connection_has_so_many_streams() {
    let served = Served::start(TCP, ServerConfig::new().concurrent_streams(4)).await;
    let mut send = hostile(&served, h2::client::Builder::new().initial_max_send_streams(100)).await;
    let calls: Vec<_> = (0..10).map(|_| send.send_request(get("/sleep"), true).unwrap().0).collect();
    let (mut served_well, mut refused) = (0, 0);
    for call in calls {
        match call.await {
            Ok(_) => served_well += 1,
            Err(error) if error.reason() == Some(h2::Reason::REFUSED_STREAM) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((served_well, refused), (4, 6));
}

#[tokio::test]
async fn a_listener_has_so_many_connections() {
    let served = Served::start(TCP, ServerConfig::new().connections(2)).await;
    let first = TcpStream::connect(served.address()).await.unwrap();
    let _second = TcpStream::connect(served.address()).await.unwrap();
    until("two connections", || served.seen.connections() == 2).await;
    let mut third = TcpStream::connect(served.address()).await.unwrap();
    assert_eq!(timeout(SHORT, third.read(&mut [0; 1])).await.unwrap().unwrap_or(0), 0);
    drop(first);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(say(&served, "GET /plain HTTP/1.1\r\nhost: x\r\n\r\n").await.starts_with("HTTP/1.1 200"));
    assert_eq!(served.seen.connections(), 3);
}

#[tokio::test]
async fn a_head_must_come_in_time() {
    let served = Served::start(TCP, ServerConfig::new().head_timeout(SHORT)).await;
    for begun in ["", "PRI * HT", "GET /plain HTTP/1.1\r\nhos"] {
        let open = open_for(&served, begun).await;
        assert!(open >= SHORT - Duration::from_millis(20) && open < 5 * SHORT, "{begun:?}: {open:?}");
    }
    // Nor does it help to send a byte now and then.
    let mut stream = TcpStream::connect(served.address()).await.unwrap();
    let begun = Instant::now();
    for byte in
        b"GET /plain HTTP/1.1\r\nhost: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    {
        if stream.write_all(&[*byte]).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(begun.elapsed() < 5 * SHORT, "dripping kept the connection for {:?}", begun.elapsed());
}

#[tokio::test]
async fn waiting_for_the_next_request_is_no_slow_head() {
    let served = Served::start(TCP, ServerConfig::new().head_timeout(SHORT)).await;
    let mut stream = TcpStream::connect(served.address()).await.unwrap();
    for _ in 0..2 {
        stream.write_all(b"GET /plain HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let len = stream.read(&mut [0; 1024]).await.unwrap();
        assert!(len > 0);
        tokio::time::sleep(2 * SHORT).await;
    }
}

#[tokio::test]
async fn a_stalled_body_is_given_up() {
    let served = Served::start(TCP, ServerConfig::new().stalled_body(SHORT)).await;
    let head = "POST /plain HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc";
    let answer = say(&served, head).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("body stalled"), "{answer}");

    let (sender, body) = channel_body();
    sender.send(Frame::data("abc".into())).await.unwrap();
    let response = served.client().send(request(Version::HTTP_2, "/plain", body)).await.unwrap();
    assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
}

#[tokio::test]
async fn a_caller_that_still_sends_hears_of_a_failure_at_once() {
    let served = Served::start(TCP, ServerConfig::new()).await;
    let begun = Instant::now();
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let (sender, body) = channel_body();
        sender.send(Frame::data("more is to come".into())).await.unwrap();
        let response = served.client().send(request(version, "/nowhere", body)).await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.into_body().collect(100).await.unwrap().data, "no such path");
    }
    // What it sends nevertheless is thrown away, and the connection goes on.
    let mut stream = TcpStream::connect(served.address()).await.unwrap();
    let mut answer = [0; 1024];
    for _ in 0..2 {
        let head = "POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&[b'x'; 500_000]).await.unwrap();
        let len = stream.read(&mut answer).await.unwrap();
        assert!(answer[..len].starts_with(b"HTTP/1.1 404"), "{}", String::from_utf8_lossy(&answer[..len]));
        stream.write_all(&[b'x'; 500_000]).await.unwrap();
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_stream_may_pause() {
    let served = Served::start(TCP, ServerConfig::new().stalled_body(SHORT)).await;
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let (sender, body) = channel_body();
        sender.send(Frame::data("a".into())).await.unwrap();
        let mut reply = served.client().send(request(version, "/mirror", body)).await.unwrap().into_body();
        assert_eq!(next_frame(&mut reply).await.unwrap().unwrap().into_data().unwrap(), "a");
        tokio::time::sleep(3 * SHORT).await;
        sender.send(Frame::data("b".into())).await.unwrap();
        assert_eq!(next_frame(&mut reply).await.unwrap().unwrap().into_data().unwrap(), "b");
    }
}

#[tokio::test]
async fn idle_connections_are_closed_and_busy_ones_are_not() {
    let served = Served::start(TCP, ServerConfig::new().idle(SHORT)).await;
    let open = open_for(&served, "GET /plain HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(open >= SHORT && open < 4 * SHORT, "{open:?}");

    let stream = TcpStream::connect(served.address()).await.unwrap();
    let (_send, connection) = h2::client::handshake(stream).await.unwrap();
    let begun = Instant::now();
    let _ = timeout(Duration::from_secs(5), connection).await.expect("stayed open");
    assert!(begun.elapsed() >= SHORT, "{:?}", begun.elapsed());

    for version in [Version::HTTP_11, Version::HTTP_2] {
        let slept = served.client().send(request(version, "/sleep", "")).await.unwrap();
        assert_eq!(slept.into_body().collect(9).await.unwrap().data, "slept");
    }
}

#[tokio::test]
async fn calls_of_a_peer_that_is_gone_are_dropped() {
    let served = Served::start(TCP, ServerConfig::new().idle(SHORT)).await;
    let stream = TcpStream::connect(served.address()).await.unwrap();
    let (mut send, mut connection) = h2::client::handshake(stream).await.unwrap();
    let (_call, _) = send.send_request(get("/never"), true).unwrap();
    // It asks, and is never heard of again.
    assert!(timeout(Duration::from_millis(20), &mut connection).await.is_err());
    until("the call began", || served.seen.begun() == 1).await;
    let begun = Instant::now();
    until("the handler was dropped", || served.seen.dropped() == 1).await;
    assert!(begun.elapsed() < 4 * SHORT, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_peer_may_listen_for_hours_without_a_word() {
    let config = ServerConfig::new().idle(SHORT).stalled_body(SHORT).head_timeout(SHORT);
    let served = Served::start(TCP, config).await;
    // So much window that it never has to give more of it.
    let mut send = hostile(&served, h2::client::Builder::new().initial_window_size(1 << 30)).await;
    let (silent, _) = send.send_request(get("/never"), true).unwrap();
    let mut http2 = send.send_request(get("/count"), true).unwrap().0.await.unwrap().into_body();
    let mut http1 = served.client().send(request(Version::HTTP_11, "/count", "")).await.unwrap().into_body();
    let begun = Instant::now();
    while begun.elapsed() < 8 * SHORT {
        http2.data().await.unwrap().unwrap();
        next_frame(&mut http1).await.unwrap().unwrap();
    }
    assert_eq!(served.seen.dropped(), 0);
    drop(silent);
}

#[tokio::test]
async fn a_reader_that_does_not_read_holds_little_memory() {
    const MIB: usize = 1 << 20;
    let config = ServerConfig::new().unsent(4 * MIB).stalled_body(2 * SHORT);
    let served = Served::start(TCP, config).await;
    let mut send = hostile(&served, h2::client::Builder::new().initial_window_size(0)).await;
    let path = format!("/blob/{MIB}");
    let calls: Vec<_> = (0..100).map(|_| send.send_request(get(&path), true).unwrap().0).collect();
    until("the handlers wait", || served.seen.begun() == 4).await;
    tokio::time::sleep(SHORT / 2).await;
    assert_eq!(served.seen.begun(), 4, "four replies of 1 MiB fill a limit of 4 MiB");
    // Somebody else is served meanwhile, and the connection is not kept for ever.
    let other = served.client().send(request(Version::HTTP_2, &path, "")).await.unwrap();
    assert_eq!(other.into_body().collect(MIB).await.unwrap().data.len(), MIB);
    // Those that have a head are held: dropping one would give it up, and make room for others.
    let mut held = Vec::new();
    for call in calls {
        held.push(timeout(Duration::from_secs(5), call).await.expect("still open"));
    }
    let late = match send.send_request(get("/plain"), true) {
        Ok((call, _)) => call.await.map(drop),
        Err(error) => Err(error),
    };
    assert!(late.is_err(), "the connection is still there");
}

#[tokio::test]
async fn an_honest_reader_gets_more_than_the_limit() {
    const MIB: usize = 1 << 20;
    let served = Served::start(TCP, ServerConfig::new().unsent(2 * MIB)).await;
    let client = served.client();
    let path = format!("/blob/{MIB}");
    let calls: Vec<_> = (0..32)
        .map(|_| {
            let (client, path) = (client.clone(), path.clone());
            tokio::spawn(async move {
                let response = client.send(request(Version::HTTP_2, &path, "")).await.unwrap();
                assert_eq!(response.into_body().collect(MIB).await.unwrap().data.len(), MIB);
            })
        })
        .collect();
    for call in calls {
        timeout(Duration::from_secs(20), call).await.expect("stuck").unwrap();
    }
}

#[tokio::test]
async fn streams_to_a_reader_that_does_not_read_hold_little_memory() {
    const MIB: usize = 1 << 20;
    let served = Served::start(TCP, ServerConfig::new()).await;
    let stream = TcpStream::connect(served.address()).await.unwrap();
    let mut builder = h2::client::Builder::new();
    builder.initial_window_size(8 << 20).initial_connection_window_size(1 << 30);
    let (mut send, mut connection) = builder.handshake::<_, Bytes>(stream).await.unwrap();
    let calls: Vec<_> = (0..200).map(|_| send.send_request(get("/pour"), true).unwrap()).collect();
    // It asks, and then reads no more than what came at once.
    assert!(timeout(Duration::from_millis(20), &mut connection).await.is_err());
    until("all streams began", || served.seen.begun() == 200).await;
    tokio::time::sleep(SHORT).await;
    let poured = served.seen.poured();
    tokio::time::sleep(SHORT).await;
    assert_eq!(served.seen.poured(), poured, "they go on");
    assert!(poured < 48 * MIB, "{} MiB", poured / MIB);
    drop(calls);
}

#[tokio::test]
async fn streams_that_are_left_unread_hold_up_no_other_call() {
    let served = Served::start(TCP, ServerConfig::new().stalled_body(SHORT)).await;
    let mut send = hostile(&served, h2::client::Builder::new().initial_connection_window_size(1 << 30)).await;
    let mut unread = Vec::new();
    for _ in 0..200 {
        unread.push(send.send_request(get("/pour"), true).unwrap().0.await.unwrap());
    }
    tokio::time::sleep(3 * SHORT).await;
    let (call, _) = send.send_request(get("/plain"), true).unwrap();
    assert_eq!(call.await.unwrap().status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_always_has_more_starves_no_other_call() {
    let served = Served::start(TCP, ServerConfig::new()).await;
    let client = served.client();
    for endless in ["/pour", "/spin"] {
        let call = tokio::spawn(client.clone().send(request(Version::HTTP_2, endless, "")));
        let pouring = call.await.unwrap().unwrap();
        let other = client.clone().send(request(Version::HTTP_2, "/plain", "here"));
        let other = timeout(Duration::from_secs(5), other).await.expect("starved").unwrap();
        assert_eq!(other.into_body().collect(9).await.unwrap().data, "here");
        // Nor does it keep the connection from seeing that its caller has left.
        drop(pouring);
    }
    timeout(Duration::from_secs(5), served.stop()).await.expect("still pouring");
}

#[tokio::test]
async fn a_slow_reader_is_not_taken_for_one_that_does_not_read() {
    const MIB: usize = 1 << 20;
    let config = ServerConfig::new().unsent(4 * MIB).stalled_body(SHORT);
    let served = Served::start(TCP, config).await;
    let mut send = hostile(&served, &h2::client::Builder::new()).await;
    let path = format!("/blob/{MIB}");
    let mut replies = Vec::new();
    for _ in 0..4 {
        replies.push(send.send_request(get(&path), true).unwrap().0.await.unwrap().into_body());
    }
    // A tenth of them, in the course of many times the limit.
    let begun = Instant::now();
    while begun.elapsed() < 8 * SHORT {
        for reply in &mut replies {
            let chunk = timeout(SHORT, reply.data()).await;
            if let Ok(chunk) = chunk.map(|chunk| chunk.unwrap().unwrap()) {
                reply.flow_control().release_capacity(chunk.len()).unwrap();
            }
            tokio::time::sleep(SHORT / 10).await;
        }
    }
}

#[tokio::test]
async fn ten_thousand_cancels_hurt_no_other_call() {
    let served = Served::start(TCP, ServerConfig::new()).await;
    let mut send = hostile(&served, h2::client::Builder::new().initial_max_send_streams(20_000)).await;
    let (other, _) = send.send_request(get("/sleep"), true).unwrap();
    for round in 0..100 {
        // As fast as a client can, many in one packet.
        for _ in 0..100 {
            let (call, mut stream) = send.send_request(get("/never"), true).unwrap();
            stream.send_reset(h2::Reason::CANCEL);
            drop(call);
        }
        if round % 10 == 0 {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(other.await.unwrap().status(), StatusCode::OK);
    let (after, _) = send.send_request(get("/plain"), true).unwrap();
    assert_eq!(after.await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_request_names_one_host() {
    let served = Served::start(TCP, ServerConfig::new()).await;
    for (hosts, wanted) in [
        ("HTTP/1.1\r\n", "HTTP/1.1 400"),
        ("HTTP/1.1\r\nhost: a\r\nhost: a\r\n", "HTTP/1.1 400"),
        ("HTTP/1.0\r\nhost: a\r\nhost: b\r\n", "HTTP/1.0 400"),
        ("HTTP/1.1\r\nhost: a\r\n", "HTTP/1.1 200"),
        ("HTTP/1.0\r\n", "HTTP/1.0 200"),
    ] {
        let answer = say(&served, &format!("GET /plain {hosts}\r\n")).await;
        assert!(answer.starts_with(wanted), "{hosts:?}: {answer}");
    }
    assert_eq!(served.seen.begun(), 2);
}

#[tokio::test]
async fn a_call_at_a_time_waits_for_no_ack() {
    let served = Served::start(TCP, ServerConfig::new()).await;
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let client = served.client();
        let begun = Instant::now();
        for _ in 0..50 {
            let response = client.clone().send(request(version, "/echo", vec![0; 3000])).await.unwrap();
            response.into_body().collect(3000).await.unwrap();
        }
        assert!(begun.elapsed() < Duration::from_secs(1), "{version:?}: {:?}", begun.elapsed());
    }
}
