//! Channels whose server goes away and comes back.

use std::os::unix::net::UnixListener;
use std::time::Duration;

use polyrpc::{Channel, ClientConfig, Code, Endpoint, Server};
use tokio::time::{Instant, advance};

use crate::support::{Folder, PROTOCOLS, Probe, ProbeClient, ProbeServer, Served, Subject};

async fn serve(endpoint: &str) -> Served {
    Served::start(Server::new().service(ProbeServer::new(Subject::new())).listen(endpoint)).await
}

#[tokio::test]
async fn a_channel_connects_again_when_its_server_is_back() {
    for protocol in PROTOCOLS {
        let folder = Folder::new();
        let endpoint = folder.socket();
        let config = ClientConfig::new().backoff(Duration::from_millis(20), Duration::from_millis(20));
        let builder = Channel::builder(format!("{protocol}+{endpoint}")).connections(config);
        let first = serve(&endpoint).await;
        let client = ProbeClient::new(builder.connect().await.unwrap());
        assert_eq!(client.add(1, 2).await.unwrap(), 3, "{protocol}");
        first.kill().await;
        let gone = client.add(1, 2).await.unwrap_err();
        assert_eq!(gone.code(), Code::Unavailable, "{protocol}: {gone}");
        let _second = serve(&endpoint).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(client.add(1, 2).await.unwrap(), 3, "{protocol}");
    }
}

#[tokio::test]
async fn a_restart_between_two_calls_goes_unnoticed() {
    for protocol in PROTOCOLS {
        let folder = Folder::new();
        let first = serve(&folder.socket()).await;
        let client = first.client(protocol).await;
        assert_eq!(client.add(1, 2).await.unwrap(), 3, "{protocol}");
        first.kill().await;
        let _second = serve(&folder.socket()).await;
        // The old connection's end has reached the client by now.
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(client.add(1, 2).await.unwrap(), 3, "{protocol}");
    }
}

/// A socket's path that fails now of one reason and now of another, so that each attempt can be told.
struct Failing {
    folder: Folder,
    refused: bool,
}

impl Failing {
    /// Lets the next attempt fail of another reason than the last one.
    fn alter(&mut self) {
        let path = self.folder.0.join("s");
        match self.refused {
            true => std::fs::remove_file(path).unwrap(),
            // Its file stays when it is closed.
            false => drop(UnixListener::bind(path).unwrap()),
        }
        self.refused = !self.refused;
    }
}

/// The pauses before the second and further attempts, in seconds, found in steps of a hundredth of them.
async fn pauses(config: Option<ClientConfig>, count: usize) -> Vec<f64> {
    let mut failing = Failing { folder: Folder::new(), refused: false };
    let mut builder = Channel::builder(format!("jsonrpc+{}", failing.folder.socket()));
    if let Some(config) = config {
        builder = builder.connections(config);
    }
    let client = ProbeClient::new(builder.lazy().unwrap());
    let failure = async || {
        let failed = client.add(1, 2).await.unwrap_err();
        assert_eq!(failed.code(), Code::Unavailable);
        let sources = std::iter::successors(std::error::Error::source(&failed), |error| error.source());
        sources.last().map(ToString::to_string).expect("the failure says why there is no connection")
    };
    let mut pauses = Vec::new();
    let mut last = failure().await;
    while pauses.len() < count {
        failing.alter();
        let (began, step) = (Instant::now(), Duration::from_millis(10).max(unit(&pauses) / 100));
        loop {
            advance(step).await;
            let now = failure().await;
            if now != last {
                last = now;
                break;
            }
        }
        pauses.push(began.elapsed().as_secs_f64());
    }
    pauses
}

fn unit(pauses: &[f64]) -> Duration {
    pauses.last().map_or(Duration::from_secs(1), |last| Duration::from_secs_f64(*last))
}

#[tokio::test(start_paused = true)]
async fn attempts_back_off_by_the_factor_1_6_with_a_jitter_of_a_fifth_up_to_120_seconds() {
    let found = pauses(None, 14).await;
    for (index, pause) in found.iter().enumerate() {
        let plain = 1.6_f64.powi(index as i32).min(120.0);
        let allowed = plain * 0.8 - 0.01..plain * 1.2 + plain * 0.02 + 0.02;
        assert!(allowed.contains(pause), "pause {index} is {pause} s, about {plain} s is wanted: {found:?}");
    }
    let exact = (0..).zip(&found).filter(|(index, pause)| (1.6_f64.powi(*index) - **pause).abs() < 0.005);
    assert!(exact.count() < found.len() / 2, "there is no jitter: {found:?}");
}

#[tokio::test(start_paused = true)]
async fn the_backoff_can_be_set() {
    let config = ClientConfig::new().backoff(Duration::from_secs(10), Duration::from_secs(12));
    let found = pauses(Some(config), 4).await;
    assert!((8.0..12.2).contains(&found[0]), "{found:?}");
    assert!(found[1..].iter().all(|pause| (9.5..14.8).contains(pause)), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_made_ends_the_backoff() {
    let folder = Folder::new();
    let endpoint: Endpoint = folder.socket().parse().unwrap();
    let client = ProbeClient::new(Channel::builder(format!("jsonrpc+{endpoint}")).lazy().unwrap());
    for _ in 0..5 {
        client.add(1, 2).await.unwrap_err();
        advance(Duration::from_secs(200)).await;
    }
    let served = serve(&folder.socket()).await;
    assert_eq!(client.add(1, 2).await.unwrap(), 3);
    served.kill().await;
    // The first failure after a success is followed by the first pause again.
    client.add(1, 2).await.unwrap_err();
    client.add(1, 2).await.unwrap_err();
    let _served = serve(&folder.socket()).await;
    advance(Duration::from_millis(1300)).await;
    assert_eq!(client.add(1, 2).await.unwrap(), 3);
}
