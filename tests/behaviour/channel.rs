//! Channels: shared, eager or lazy, with options.

use std::time::Duration;

use polyrpc::{CallExt, Channel, Code, Context, Endpoint, Result, Server, service};

use crate::support::{
    Folder, PROTOCOLS, Probe, ProbeClient, ProbeServer, Served, Subject, TCP, unique, until,
};

/// A second service beside the probe.
#[service(package = "behaviour.v1")]
trait Clock {
    async fn hour(&self) -> Result<u32>;
}

struct Noon;

impl Clock for Noon {
    async fn hour(&self) -> Result<u32> {
        Ok(12)
    }
}

#[tokio::test]
async fn many_clients_share_one_channel() {
    let server = Server::new()
        .service(ProbeServer::new(Subject::new()))
        .service(ClockServer::new(Noon))
        .listen(TCP)
        .listen(format!("mem:{}", unique("shared")));
    let served = Served::start(server).await;
    for endpoint in served.endpoints() {
        for protocol in PROTOCOLS {
            let channel = Channel::connect(format!("{protocol}+{endpoint}")).await.unwrap();
            let probes: Vec<_> = (0..20).map(|_| ProbeClient::new(channel.clone())).collect();
            let clock = ClockClient::new(channel);
            let calls = probes.iter().enumerate().map(|(n, probe)| probe.add(n as i64, 1));
            let (sums, hour) = tokio::join!(futures_util::future::join_all(calls), clock.hour());
            let sums: Vec<_> = sums.into_iter().map(Result::unwrap).collect();
            assert_eq!((sums, hour.unwrap()), ((1..=20).collect(), 12), "{protocol}+{endpoint}");
        }
    }
}

#[tokio::test]
async fn a_clone_shares_the_connection_of_the_channel() {
    let (served, _) = Served::probe().await;
    let client = served.client("grpc").await;
    let before = descriptors();
    let clones: Vec<_> = (0..500).map(|_| client.clone()).collect();
    for clone in &clones {
        assert_eq!(clone.add(1, 2).await.unwrap(), 3);
    }
    assert!(descriptors() < before + 100, "every clone opened a connection");
    assert_eq!(size_of::<ProbeClient>(), size_of::<usize>(), "a client is one pointer");
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// An endpoint of TCP where nobody listens.
async fn nobody() -> Endpoint {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap()
}

#[tokio::test]
async fn an_eager_channel_fails_unavailable_when_nobody_answers() {
    let folder = Folder::new();
    for endpoint in [nobody().await.to_string(), folder.socket(), format!("mem:{}", unique("nobody"))] {
        for protocol in PROTOCOLS {
            let refused = Channel::connect(format!("{protocol}+{endpoint}")).await.unwrap_err();
            assert_eq!(refused.code(), Code::Unavailable, "{refused}");
            let refused = ProbeClient::connect(format!("{protocol}+{endpoint}")).await.unwrap_err();
            assert_eq!(refused.code(), Code::Unavailable, "{refused}");
        }
    }
}

#[tokio::test]
async fn a_lazy_channel_connects_at_its_first_call() {
    let folder = Folder::new();
    for endpoint in [folder.socket(), format!("mem:{}", unique("lazy"))] {
        let channels = PROTOCOLS.map(|protocol| Channel::builder(format!("{protocol}+{endpoint}")).lazy());
        let server = Server::new().service(ProbeServer::new(Subject::new())).listen(&endpoint);
        let _served = Served::start(server).await;
        for channel in channels {
            assert_eq!(ProbeClient::new(channel.unwrap()).add(1, 2).await.unwrap(), 3, "{endpoint}");
        }
    }
    let unreachable = Channel::builder(nobody().await.to_string()).lazy().unwrap();
    let failed = ProbeClient::new(unreachable).add(1, 2).await.unwrap_err();
    assert_eq!(failed.code(), Code::Unavailable, "{failed}");
}

#[tokio::test]
async fn an_endpoint_or_option_that_means_nothing_is_refused_when_the_channel_is_made() {
    for endpoint in ["", "localhost:50051", "smtp+tcp://localhost:1", "carrier-pigeon:home"] {
        let refused = Channel::builder(endpoint).lazy().unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{endpoint}: {refused}");
    }
    let refused = Channel::builder("tcp://localhost:1").metadata("no key", "x").lazy().unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(refused.message().contains("no key"), "{refused}");
}

#[tokio::test]
async fn the_builder_sets_a_default_deadline() {
    let (served, _) = Served::probe().await;
    let cx = Context::current();
    for protocol in PROTOCOLS {
        let builder = || Channel::builder(served.by(protocol));
        let hour = ProbeClient::new(builder().deadline(Duration::from_secs(3600)).connect().await.unwrap());
        let left = hour.remaining(&cx).await.unwrap().unwrap();
        assert!((3_590_000..=3_600_000).contains(&left), "{protocol}: {left}");
        // What the call says itself, and what the trait says of the method, comes before it.
        let left = hour.remaining(&cx).within(Duration::from_secs(60)).await.unwrap().unwrap();
        assert!((50_000..=60_000).contains(&left), "{protocol}: {left}");
        let endless = ProbeClient::new(builder().no_deadline().connect().await.unwrap());
        assert_eq!(endless.remaining(&cx).await.unwrap(), None, "{protocol}");
        let short = ProbeClient::new(builder().deadline(Duration::from_millis(80)).connect().await.unwrap());
        assert_eq!(short.hang().await.unwrap_err().code(), Code::DeadlineExceeded, "{protocol}");
    }
}

#[tokio::test]
async fn the_builder_sets_default_metadata() {
    let (served, _) = Served::probe().await;
    let cx = Context::current();
    for protocol in PROTOCOLS {
        let builder = Channel::builder(served.by(protocol)).metadata("x-tenant", "7");
        let client = ProbeClient::new(builder.connect().await.unwrap());
        let seen = client.metadata(&cx).header("x-more", "8").await.unwrap();
        assert_eq!((seen["x-tenant"].as_str(), seen["x-more"].as_str()), ("7", "8"), "{protocol}");
    }
}

#[tokio::test]
async fn the_builder_limits_concurrency() {
    for protocol in PROTOCOLS {
        let (served, seen) = Served::probe().await;
        let builder = Channel::builder(served.by(protocol)).concurrency(3);
        let client = ProbeClient::new(builder.connect().await.unwrap());
        let calls: Vec<_> = (0..10)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.hold().await })
            })
            .collect();
        until("three calls are at the server", || seen.begun() == 3).await;
        tokio::time::sleep(Duration::from_millis(30)).await;
        assert_eq!(seen.begun(), 3, "{protocol}: a fourth call went out");
        seen.release(10);
        for call in calls {
            call.await.unwrap().unwrap();
        }
        assert_eq!(seen.begun(), 10);
    }
}

#[tokio::test]
async fn a_call_that_waits_for_its_turn_keeps_its_deadline() {
    let (served, seen) = Served::probe().await;
    let client =
        ProbeClient::new(Channel::builder(served.by("grpc")).concurrency(1).connect().await.unwrap());
    let first = client.clone();
    let first = tokio::spawn(async move { first.hold().await });
    until("the first call is at the server", || seen.begun() == 1).await;
    let late = client.add(1, 2).within(Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(late.code(), Code::DeadlineExceeded);
    seen.release(1);
    first.await.unwrap().unwrap();
    assert_eq!(client.add(1, 2).await.unwrap(), 3);
}

#[tokio::test]
async fn the_builder_limits_the_message_that_is_read() {
    let (served, _) = Served::probe().await;
    for protocol in PROTOCOLS {
        let builder = Channel::builder(served.by(protocol)).message_limit(10_000);
        let client = ProbeClient::new(builder.connect().await.unwrap());
        assert_eq!(client.blob(5_000).await.unwrap().len(), 5_000, "{protocol}");
        let refused = client.blob(20_000).await.unwrap_err();
        assert_eq!(refused.code(), Code::ResourceExhausted, "{protocol}: {refused}");
        assert!(refused.message().contains("10000"), "{protocol}: {refused}");
        assert_eq!(client.add(1, 2).await.unwrap(), 3, "{protocol}: the channel lives on");
    }
}
