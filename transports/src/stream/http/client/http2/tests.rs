use http::Version;
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::Endpoint;
use crate::stream::Socket;

/// Answers every call of every connection.
async fn server() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(stream).await.unwrap();
                while let Some(Ok((_, mut respond))) = connection.accept().await {
                    respond.send_response(Response::new(()), true).unwrap();
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn a_connection_without_stream_ids_is_replaced() {
    let address = server().await;
    let config = ClientConfig::new();
    let dialer = Arc::new(Dialer::new(Endpoint::tcp(address), config.clone()).unwrap());
    let client = Multiplexed::new(dialer, config.clone());
    let socket = Socket::Tcp(TcpStream::connect(address).await.unwrap());
    let io = Io::new(socket, Bytes::new(), Arc::default());
    // One call is left to it.
    let (send, connection) = builder(&config).initial_stream_id((1 << 31) - 1).handshake(io).await.unwrap();
    tokio::spawn(drive(connection, Arc::downgrade(&client), 0));
    client.state().link = Link::Present(Connected { send, generation: 0 });
    for connection in [0, 1, 1] {
        let request = Request::post("http://x/").version(Version::HTTP_2).body(Body::from("x")).unwrap();
        client.send(request).await.unwrap();
        assert_eq!(client.state().generation, connection);
    }
}
