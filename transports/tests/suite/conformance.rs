//! One suite for every transport and engine. What differs is what the endpoint declares, and the version of HTTP.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Served, channel_body, next_frame, request, until};
use bytes::Bytes;
use http::{StatusCode, Version};
use http_body::Frame;
use polyrpc_test_support::{Certificates, scratch};
use polyrpc_transports::{Body, Endpoint, Listener, Properties, ServerConfig};

/// More than any head of this suite has.
const HEAD: u64 = 1024;

/// One transport with one engine.
struct Case {
    endpoint: String,
    version: Version,
    /// A directory to remove at the end.
    _directory: Option<Directory>,
}

struct Directory(std::path::PathBuf);

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn unique() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn tcp(version: Version) -> Case {
    Case { endpoint: "tcp://127.0.0.1:0".into(), version, _directory: None }
}

fn tls(version: Version) -> Case {
    let folder = scratch("suite");
    let endpoint = Certificates::new().endpoint(&folder);
    Case { endpoint, version, _directory: Some(Directory(folder)) }
}

fn unix(version: Version) -> Case {
    let directory = std::env::temp_dir().join(format!("polyrpc-{}", unique()));
    std::fs::create_dir(&directory).unwrap();
    let endpoint = format!("unix:{}/s.sock", directory.display());
    Case { endpoint, version, _directory: Some(Directory(directory)) }
}

#[cfg(target_os = "linux")]
fn unix_abstract(version: Version) -> Case {
    Case { endpoint: format!("unix:@polyrpc%2F{}", unique()), version, _directory: None }
}

fn mem(version: Version) -> Case {
    Case { endpoint: format!("mem:{}", unique()), version, _directory: None }
}

#[cfg(target_os = "linux")]
fn posix_mq(version: Version) -> Case {
    polyrpc_test_support::room_for_queues();
    let endpoint = format!("posix-mq:/polyrpc-suite-{}?messages=4&size=2048", unique());
    Case { endpoint, version, _directory: None }
}

impl Case {
    async fn start(&self) -> Served {
        Served::start(&self.endpoint, ServerConfig::new()).await
    }

    fn properties(&self) -> Properties {
        self.endpoint.parse::<Endpoint>().unwrap().properties()
    }

    /// Whether a message of so many bytes may travel, with its head.
    fn carries(&self, bytes: usize) -> bool {
        self.properties().largest.is_none_or(|largest| bytes as u64 + HEAD <= largest)
    }
}

async fn bodies_headers_and_trailers_travel(case: Case) {
    let served = case.start().await;
    let client = served.client();
    let response = client.clone().send(request(case.version, "/echo", "hello")).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let all = response.into_body().collect(100).await.unwrap();
    assert_eq!(all.data, "hello");
    if case.version == Version::HTTP_2 {
        assert_eq!(all.trailers.unwrap()["x-trailer"], "last");
    }
    let empty = client.send(request(case.version, "/plain", Body::Empty)).await.unwrap();
    assert_eq!(empty.into_body().collect(0).await.unwrap().data, "");
    served.stop().await;
}

async fn statuses_come_with_their_bodies(case: Case) {
    let served = case.start().await;
    let response = served.client().send(request(case.version, "/teapot", "")).await.unwrap();
    assert_eq!(response.status(), StatusCode::IM_A_TEAPOT);
    assert_eq!(response.into_body().collect(100).await.unwrap().data, "short and stout");
    served.stop().await;
}

async fn large_bodies_travel_both_ways(case: Case) {
    let served = case.start().await;
    let client = served.client();
    let megabyte = Bytes::from(vec![3; 1 << 20]);
    for len in [1_usize, 16_384, 65_536, 1 << 20].into_iter().filter(|len| case.carries(*len)) {
        let response = client.clone().send(request(case.version, "/plain", megabyte.slice(..len))).await;
        let all = response.unwrap().into_body().collect(len).await.unwrap();
        assert_eq!(all.data, megabyte.slice(..len));
    }
    if case.carries(3_000_000) {
        let three = client.send(request(case.version, "/blob/3000000", "")).await.unwrap();
        assert_eq!(three.into_body().collect(3_000_000).await.unwrap().data.len(), 3_000_000);
    }
    served.stop().await;
}

async fn too_large_a_body_is_the_handlers_to_refuse(case: Case) {
    if !case.carries((4 << 20) + 1) {
        return;
    }
    let served = case.start().await;
    let response =
        served.client().send(request(case.version, "/plain", vec![0; (4 << 20) + 1])).await.unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    served.stop().await;
}

async fn both_bodies_stream_at_once(case: Case) {
    if !case.properties().streams {
        return;
    }
    let served = case.start().await;
    let (send, body) = channel_body();
    send.send(Frame::data("one".into())).await.unwrap();
    let response = served.client().send(request(case.version, "/mirror", body)).await.unwrap();
    let mut reply = response.into_body();
    for word in ["one", "two", "three"] {
        let frame = next_frame(&mut reply).await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), word);
        let next = if word == "one" { "two" } else { "three" };
        if word != "three" {
            send.send(Frame::data(next.into())).await.unwrap();
        }
    }
    drop(send);
    assert!(next_frame(&mut reply).await.is_none());
    served.stop().await;
}

async fn many_calls_share_a_client(case: Case) {
    let served = case.start().await;
    let client = served.client();
    let calls = (0..200).map(|number| {
        let client = client.clone();
        let version = case.version;
        tokio::spawn(async move {
            let response = client.send(request(version, "/echo", number.to_string())).await.unwrap();
            let data = response.into_body().collect(100).await.unwrap().data;
            assert_eq!(data, number.to_string());
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    if case.version == Version::HTTP_2 {
        assert_eq!(served.seen.connections(), 1);
    }
    served.stop().await;
}

async fn a_connection_serves_call_after_call(case: Case) {
    let served = case.start().await;
    let client = served.client();
    for _ in 0..20 {
        let response = client.clone().send(request(case.version, "/plain", "again")).await.unwrap();
        assert_eq!(response.into_body().collect(5).await.unwrap().data, "again");
    }
    assert_eq!(served.seen.connections(), 1);
    served.stop().await;
}

async fn a_panic_is_a_500_and_harms_nobody_else(case: Case) {
    let served = case.start().await;
    let client = served.client();
    let slow = tokio::spawn(client.clone().send(request(case.version, "/sleep", "")));
    let response = client.send(request(case.version, "/panic", "")).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(slow.await.unwrap().unwrap().into_body().collect(9).await.unwrap().data, "slept");
    served.stop().await;
}

async fn a_panic_in_a_reply_ends_that_reply_alone(case: Case) {
    if !case.properties().streams {
        return;
    }
    let served = case.start().await;
    let client = served.client();
    let slow = tokio::spawn(client.clone().send(request(case.version, "/sleep", "")));
    until("the slow call began", || served.seen.begun() == 1).await;
    let torn = client.send(request(case.version, "/panic-later", "")).await;
    let torn = torn.unwrap().into_body().collect(100).await.unwrap_err();
    assert!(torn.is_lost() || torn.reset_code() == Some(2), "{torn:?}");
    assert_eq!(slow.await.unwrap().unwrap().into_body().collect(9).await.unwrap().data, "slept");
    served.stop().await;
}

async fn a_dropped_call_drops_its_handler(case: Case) {
    let served = case.start().await;
    let client = served.client();
    let call = tokio::spawn(client.clone().send(request(case.version, "/never", "")));
    until("the call began", || served.seen.begun() == 1).await;
    call.abort();
    until("the handler was dropped", || served.seen.dropped() == 1).await;
    client.send(request(case.version, "/plain", "still here")).await.unwrap();
    served.stop().await;
}

async fn a_dropped_reply_ends_its_stream(case: Case) {
    if !case.properties().streams {
        return;
    }
    let served = case.start().await;
    let client = served.client();
    let mut reply = client.clone().send(request(case.version, "/count", "")).await.unwrap().into_body();
    assert_eq!(next_frame(&mut reply).await.unwrap().unwrap().into_data().unwrap(), "0");
    drop(reply);
    let begun = Instant::now();
    served.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(5), "the stream kept the listener from its end");
}

async fn calls_in_flight_end_before_the_listener_does(case: Case) {
    let mut served = case.start().await;
    let client = served.client();
    let call = tokio::spawn(client.clone().send(request(case.version, "/sleep", "")));
    until("the call began", || served.seen.begun() == 1).await;
    served.begin_stop();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let late = client.send(request(case.version, "/plain", "late")).await;
    assert!(late.is_err_and(|error| error.is_connect() || error.is_lost()));
    assert_eq!(call.await.unwrap().unwrap().into_body().collect(9).await.unwrap().data, "slept");
    served.stop().await;
}

async fn draining_has_an_end(case: Case) {
    let mut served =
        Served::start(&case.endpoint, ServerConfig::new().drain(Duration::from_millis(200))).await;
    let call = tokio::spawn(served.client().send(request(case.version, "/never", "")));
    until("the call began", || served.seen.begun() == 1).await;
    served.begin_stop();
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_lost(), "{error:?}");
    assert_eq!(served.seen.dropped(), 1);
    served.stop().await;
}

async fn nobody_there_is_said_at_once(case: Case) {
    let served = case.start().await;
    let client = served.client();
    served.stop().await;
    let error = client.clone().send(request(case.version, "/plain", "")).await.unwrap_err();
    assert!(error.is_connect() && error.never_started(), "{error:?}");
    assert!(client.ready(case.version).await.unwrap_err().is_connect());
}

async fn eager_clients_prove_a_connection(case: Case) {
    let served = case.start().await;
    let client = served.client();
    client.ready(case.version).await.unwrap();
    if case.properties().connections {
        until("a connection was made", || served.seen.connections() == 1).await;
    }
    client.send(request(case.version, "/plain", "x")).await.unwrap();
    assert_eq!(served.seen.connections(), 1);
    served.stop().await;
}

async fn an_endpoint_is_taken_once(case: Case) {
    let served = case.start().await;
    let error = Listener::bind(&served.endpoint).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    assert!(error.to_string().starts_with(&format!("cannot listen on {}: ", served.endpoint)), "{error}");
    let endpoint: Endpoint = served.endpoint.clone();
    served.stop().await;
    Served::on(Listener::bind(&endpoint).await.unwrap(), ServerConfig::new()).stop().await;
}

macro_rules! suite {
    ($($test:ident),* $(,)?) => {
        suite! { @case tcp_http1 tcp HTTP_11; $($test)* }
        suite! { @case tcp_http2 tcp HTTP_2; $($test)* }
        suite! { @case tls_http1 tls HTTP_11; $($test)* }
        suite! { @case tls_http2 tls HTTP_2; $($test)* }
        suite! { @case unix_http1 unix HTTP_11; $($test)* }
        suite! { @case unix_http2 unix HTTP_2; $($test)* }
        #[cfg(target_os = "linux")]
        suite! { @case unix_abstract_http1 unix_abstract HTTP_11; $($test)* }
        #[cfg(target_os = "linux")]
        suite! { @case unix_abstract_http2 unix_abstract HTTP_2; $($test)* }
        suite! { @case mem_http2 mem HTTP_2; $($test)* }
        #[cfg(target_os = "linux")]
        suite! { @case posix_mq posix_mq HTTP_2; $($test)* }
    };
    (@case $name:ident $make:ident $version:ident; $($test:ident)*) => {
        mod $name {
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test(super::$make(http::Version::$version)).await;
                }
            )*
        }
    };
}

suite! {
    bodies_headers_and_trailers_travel,
    statuses_come_with_their_bodies,
    large_bodies_travel_both_ways,
    too_large_a_body_is_the_handlers_to_refuse,
    both_bodies_stream_at_once,
    many_calls_share_a_client,
    a_connection_serves_call_after_call,
    a_panic_is_a_500_and_harms_nobody_else,
    a_panic_in_a_reply_ends_that_reply_alone,
    a_dropped_call_drops_its_handler,
    a_dropped_reply_ends_its_stream,
    calls_in_flight_end_before_the_listener_does,
    draining_has_an_end,
    nobody_there_is_said_at_once,
    eager_clients_prove_a_connection,
    an_endpoint_is_taken_once,
}
