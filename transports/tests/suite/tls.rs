//! TLS: who is believed to be who, what is said when somebody is not, and certificates that change.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::{Served, request, until};
use http::Version;
use polyrpc_test_support::{Certificates, scratch};
use polyrpc_transports::{ClientConfig, ClientError, Endpoint, HttpClient, Listener, ServerConfig, Tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A folder with certificates.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(scratch("tls"))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn client(endpoint: &str) -> HttpClient {
    let config = ClientConfig::new().backoff(Duration::from_millis(1), Duration::from_millis(1));
    HttpClient::new(&endpoint.parse().unwrap(), config).unwrap()
}

async fn call(client: &HttpClient, path: &str) -> Result<String, ClientError> {
    let response = client.clone().send(request(Version::HTTP_2, path, "")).await?;
    let data = response.into_body().collect(10_000).await.unwrap().data;
    Ok(String::from_utf8_lossy(&data).into_owned())
}

/// All that an error says, with what it comes of.
fn told(error: &ClientError) -> String {
    let chain = std::iter::successors(Some(error as &dyn Error), |error| (*error).source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

async fn refused(client: &HttpClient, words: &str) {
    let error = client.ready(Version::HTTP_2).await.unwrap_err();
    assert!(error.is_connect() && error.never_started(), "{error:?}");
    assert!(told(&error).contains(words), "{}", told(&error));
}

async fn serve(endpoint: &str) -> Served {
    Served::start(endpoint, ServerConfig::new()).await
}

#[tokio::test]
async fn a_certificate_must_be_from_somebody_known_for_the_name_and_of_this_time() {
    let (folder, authority) = (Folder::new(), Certificates::new());
    let served = serve(&authority.endpoint(folder.path())).await;
    let called = served.called().to_string();
    refused(&client(&format!("{called}&server_name=else.example")), "is for another name").await;
    let renamed = client(&format!("{called}&server_name=localhost"));
    assert!(call(&renamed, "/peer").await.unwrap().contains("transport: \"tls\""));
    std::fs::write(folder.path().join("ca.pem"), Certificates::new().authority()).unwrap();
    refused(&client(&called), "is from an unknown issuer").await;
    // The system knows nobody of ours either, or knows nobody at all.
    let system = HttpClient::new(&called.split('?').next().unwrap().parse().unwrap(), ClientConfig::new());
    match system {
        Ok(system) => refused(&system, "is from an unknown issuer").await,
        Err(none) => assert!(told(&none).contains("no root certificates"), "{none:?}"),
    }

    let old = Folder::new();
    let endpoint = authority.endpoint(old.path());
    authority.sign_expired(&["127.0.0.1"]).write(old.path(), "server");
    refused(&client(&serve(&endpoint).await.called().to_string()), "has expired").await;
}

#[tokio::test]
async fn a_client_is_known_by_its_certificate() {
    let (folder, authority) = (Folder::new(), Certificates::new());
    let endpoint = authority.endpoint(folder.path());
    let there = folder.path().display();
    let served = serve(&format!("{endpoint}&client_ca={there}/ca.pem")).await;
    let called = served.called().to_string();
    authority.sign(&["billing.internal", "spiffe://shop/billing"]).write(folder.path(), "client");
    let known = client(&format!("{called}&cert={there}/client.pem&key={there}/client.key"));
    let shown = call(&known, "/peer").await.unwrap();
    for part in ["transport: \"tls\"", "\"billing.internal\"", "\"spiffe://shop/billing\""] {
        assert!(shown.contains(part), "{part}: {shown}");
    }

    // In TLS 1.3 the client has done its part before the server refuses it.
    let nobody = call(&client(&called), "/peer").await.unwrap_err();
    assert!(told(&nobody).contains("CertificateRequired"), "{nobody:?}");
    Certificates::new().sign(&["billing.internal"]).write(folder.path(), "stranger");
    let stranger = client(&format!("{called}&cert={there}/stranger.pem&key={there}/stranger.key"));
    let stranger = call(&stranger, "/peer").await.unwrap_err();
    assert!(stranger.is_connect() || stranger.is_lost(), "{stranger:?}");
    assert_eq!(served.seen.begun(), 1, "nobody else was served");
    assert!(call(&known, "/peer").await.is_ok());
}

#[tokio::test]
async fn a_clients_certificate_may_be_optional() {
    let (folder, authority) = (Folder::new(), Certificates::new());
    let endpoint = authority.endpoint(folder.path());
    let there = folder.path().display();
    let served = serve(&format!("{endpoint}&client_ca={there}/ca.pem&client_auth=optional")).await;
    let called = served.called().to_string();
    assert!(call(&client(&called), "/peer").await.unwrap().contains("tls: None"));
    authority.sign(&["billing.internal"]).write(folder.path(), "client");
    let known = client(&format!("{called}&cert={there}/client.pem&key={there}/client.key"));
    assert!(call(&known, "/peer").await.unwrap().contains("billing.internal"));
    Certificates::new().sign(&["billing.internal"]).write(folder.path(), "client");
    let stranger = client(&format!("{called}&cert={there}/client.pem&key={there}/client.key"));
    call(&stranger, "/peer").await.unwrap_err();
}

#[tokio::test]
async fn certificates_and_keys_are_given_by_code_too_and_not_shown() {
    let authority = Certificates::new();
    let (server, caller) = (authority.sign(&["orders.example"]), authority.sign(&["billing.internal"]));
    let tls = Tls::new().identity(&*server.chain, &*server.key).client_ca(authority.authority());
    let endpoint = "tls://127.0.0.1:0".parse::<Endpoint>().unwrap().with_tls(tls).unwrap();
    for shown in [format!("{endpoint:?}"), format!("{:?}", endpoint.clone()), endpoint.to_string()] {
        assert!(!shown.contains("PRIVATE") && !shown.contains("CERTIFICATE"), "{shown}");
    }
    let served = Served::on(Listener::bind(&endpoint).await.unwrap(), ServerConfig::new());
    let tls = Tls::new()
        .ca(authority.authority())
        .server_name("orders.example")
        .identity(&*caller.chain, &*caller.key);
    let endpoint = format!("tls://{}", served.endpoint.authority()).parse::<Endpoint>().unwrap();
    let client = HttpClient::new(&endpoint.with_tls(tls).unwrap(), ClientConfig::new()).unwrap();
    assert!(call(&client, "/peer").await.unwrap().contains("billing.internal"));
    let error = "tcp://h:1".parse::<Endpoint>().unwrap().with_tls(Tls::new()).unwrap_err();
    assert_eq!(error.to_string(), "bad tcp endpoint: certificates are for tls:// and https:// endpoints");
}

#[tokio::test]
async fn changed_certificates_are_used_without_a_restart() {
    let (folder, authority) = (Folder::new(), Certificates::new());
    let served = serve(&authority.endpoint(folder.path())).await;
    let called = served.called().to_string();
    let old = client(&called);
    assert!(call(&old, "/peer").await.is_ok());

    // A key without its certificate is of no use: the old pair stays.
    let later = authority.sign(&["later.example"]);
    std::fs::write(folder.path().join("server.key"), &later.key).unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert!(call(&client(&called), "/peer").await.is_ok());

    std::fs::write(folder.path().join("server.pem"), &later.chain).unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    refused(&client(&called), "is for another name").await;
    assert!(call(&client(&format!("{called}&server_name=later.example")), "/peer").await.is_ok());
    assert!(call(&old, "/peer").await.is_ok(), "a connection outlives its certificate");
}

#[tokio::test]
async fn who_does_not_speak_tls_is_told_so() {
    let (folder, authority) = (Folder::new(), Certificates::new());
    let served = serve(&authority.endpoint(folder.path())).await;
    let mut plain = TcpStream::connect(served.address()).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    // The rest of the request was never read, so that the end may be a reset.
    let _ = plain.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.ends_with("call it with https://\r\n"), "{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}", body.len())), "{answer}");

    let plaintext = serve("tcp://127.0.0.1:0").await;
    let there = folder.path().display();
    let confused = client(&format!("tls://{}?ca={there}/ca.pem", plaintext.endpoint.authority()));
    refused(&confused, "does not speak TLS").await;
    assert!(call(&served.client(), "/peer").await.is_ok(), "the listener goes on");
    assert!(call(&plaintext.client(), "/peer").await.is_ok(), "the listener goes on");
}

#[tokio::test]
async fn garbage_ends_its_own_connection_alone() {
    let (folder, authority) = (Folder::new(), Certificates::new());
    let served = serve(&authority.endpoint(folder.path())).await;
    for garbage in [&b"\x16\x03\x01\xff\xff garbage"[..], b"\x80\x00\x00", b"\x16"] {
        let mut stream = TcpStream::connect(served.address()).await.unwrap();
        stream.write_all(garbage).await.unwrap();
        stream.shutdown().await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    }
    assert!(call(&served.client(), "/peer").await.is_ok());
}

#[tokio::test]
async fn a_slow_handshake_holds_up_nobody_and_has_an_end() {
    let (folder, authority) = (Folder::new(), Certificates::new());
    let config = ServerConfig::new().head_timeout(Duration::from_millis(500));
    let served = Served::start(&authority.endpoint(folder.path()), config).await;
    let begun = Instant::now();
    let mut silent = TcpStream::connect(served.address()).await.unwrap();
    let mut slow = TcpStream::connect(served.address()).await.unwrap();
    slow.write_all(b"\x16\x03").await.unwrap();
    assert!(call(&served.client(), "/peer").await.is_ok());
    assert!(begun.elapsed() < Duration::from_millis(450), "it waited for the others");
    for stream in [&mut silent, &mut slow] {
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap_or(0), 0);
    }
    assert!(begun.elapsed() >= Duration::from_millis(500));
    served.stop().await;
}

#[tokio::test]
async fn a_listener_that_stops_waits_for_no_handshake() {
    let (folder, authority) = (Folder::new(), Certificates::new());
    let served = serve(&authority.endpoint(folder.path())).await;
    let _silent = TcpStream::connect(served.address()).await.unwrap();
    assert!(call(&served.client(), "/peer").await.is_ok());
    let begun = Instant::now();
    served.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_server_that_leaves_in_the_handshake_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let left = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 2048]).await;
    });
    let (folder, authority) = (Folder::new(), Certificates::new());
    authority.endpoint(folder.path());
    let there = folder.path().display();
    refused(
        &client(&format!("tls://{address}?ca={there}/ca.pem")),
        "left in the middle of the TLS handshake",
    )
    .await;
    left.await.unwrap();
}

#[tokio::test]
async fn requests_know_that_they_are_secure() {
    let (folder, authority) = (Folder::new(), Certificates::new());
    let served = serve(&authority.endpoint(folder.path())).await;
    let response = served.client().send(request(Version::HTTP_2, "/scheme", "")).await.unwrap();
    assert_eq!(response.into_body().collect(100).await.unwrap().data, "https");
}

#[tokio::test]
async fn an_endpoint_without_its_certificates_says_what_is_missing() {
    let (folder, authority) = (Folder::new(), Certificates::new());
    authority.endpoint(folder.path());
    let there = folder.path().display();
    let pair = format!("cert={there}/server.pem&key={there}/server.key");
    for (options, words) in [
        (String::new(), "cert=FILE.pem&key=FILE.pem"),
        (format!("?cert={there}/server.pem"), "cert and key go together"),
        (format!("?{pair}&ca={there}/ca.pem"), "a listener takes client_ca"),
        (format!("?{pair}&client_auth=optional"), "client_auth needs client_ca"),
        (format!("?{pair}&client_ca={there}/ca.pem&client_auth=maybe"), "required or optional"),
        (format!("?cert={there}/none.pem&key={there}/server.key"), "none.pem: No such file"),
        (format!("?cert={there}/server.key&key={there}/server.key"), "no certificates in"),
        (format!("?cert={there}/server.pem&key={there}/ca.pem"), "no private key in"),
    ] {
        let endpoint: Endpoint = format!("tls://127.0.0.1:0{options}").parse().unwrap();
        let error = Listener::bind(&endpoint).await.unwrap_err().to_string();
        assert!(error.contains(words), "{options}: {error}");
    }
    let endpoint: Endpoint = format!("tls://h:1?client_ca={there}/ca.pem").parse().unwrap();
    let error = HttpClient::new(&endpoint, ClientConfig::new()).unwrap_err();
    assert!(told(&error).contains("a client takes ca"), "{error:?}");
}

#[tokio::test]
async fn an_eager_client_keeps_its_connection_for_its_first_call() {
    let (folder, authority) = (Folder::new(), Certificates::new());
    let served = serve(&authority.endpoint(folder.path())).await;
    for (count, version) in [(1, Version::HTTP_11), (2, Version::HTTP_2)] {
        let client = served.client();
        client.ready(version).await.unwrap();
        client.send(request(version, "/plain", "x")).await.unwrap();
        until("the connection was counted", || served.seen.connections() == count).await;
    }
}
