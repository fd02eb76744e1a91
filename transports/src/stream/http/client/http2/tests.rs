use ::http::Version;
use tokio::io::duplex;

use super::exchange::not_sent;
use super::*;

/// The handle of a connection, and the connection itself.
async fn connection() -> (SendRequest<Bytes>, impl Future<Output = Result<(), h2::Error>>) {
    let (near, far) = duplex(1024);
    let (client, server) = tokio::join!(h2::client::handshake(near), h2::server::handshake(far));
    let (send, connection) = client.unwrap();
    let server: h2::server::Connection<_, Bytes> = server.unwrap();
    (send, async move {
        let _server = server;
        connection.await
    })
}

#[tokio::test]
async fn what_a_connection_refuses_is_its_own_fault_when_it_takes_no_more_requests() {
    // The engine blames the request when it is out of stream ids, 2³⁰ calls from here, as it does for a request
    // without a host.
    let (alive, _connection) = connection().await;
    let refused = || {
        let hostless = Request::builder().version(Version::HTTP_2).body(()).unwrap();
        alive.clone().send_request(hostless, true).map(drop).unwrap_err()
    };
    let (first, second) = (refused(), refused());
    assert!(!first.is_io() && !first.is_go_away());
    let error = not_sent(first, alive.clone()).await;
    assert!(error.is_request() && !error.never_started(), "{error:?}");
    let (over, connection) = connection().await;
    drop(connection);
    let error = not_sent(second, over).await;
    assert!(error.is_lost() && error.never_started(), "{error:?}");
}
