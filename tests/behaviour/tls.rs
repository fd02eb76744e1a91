//! TLS as services and their callers see it.

use std::path::PathBuf;

use polyrpc::{Channel, ClientConfig, Code, Context, Endpoint, Listener, Server, Status, Tls, service};
use polyrpc_test_support::{Certificates, scratch};

use crate::support::{PROTOCOLS, Served};

#[service(package = "tls.v1")]
trait Who {
    /// How the caller came, and by which names its certificate knows it.
    async fn am_i(&self) -> Result<Vec<String>, Status>;
}

struct Doorman;

impl Who for Doorman {
    async fn am_i(&self) -> Result<Vec<String>, Status> {
        let cx = Context::current();
        let peer = cx.peer().ok_or_else(|| Status::internal("nobody called"))?;
        let names = peer.tls().map(|tls| tls.dns_names().to_vec()).unwrap_or_default();
        Ok([peer.transport().to_owned()].into_iter().chain(names).collect())
    }
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn serve(endpoint: Endpoint) -> Served {
    let listener = Listener::bind(&endpoint).await.unwrap();
    Served::start(Server::new().service(WhoServer::new(Doorman)).listen(listener)).await
}

#[tokio::test]
async fn a_handler_knows_its_caller_by_its_certificate_in_every_protocol() {
    let authority = Certificates::new();
    let (server, caller) = (authority.sign(&["localhost"]), authority.sign(&["billing.internal"]));
    let tls = Tls::new().identity(server.chain, server.key).client_ca(authority.authority());
    let endpoint = "tls://127.0.0.1:0".parse::<Endpoint>().unwrap().with_tls(tls.client_optional()).unwrap();
    let served = serve(endpoint).await;
    let port = served.address().port();
    for protocol in PROTOCOLS {
        for scheme in ["tls", "https"] {
            let url = format!("{protocol}+{scheme}://localhost:{port}");
            let plain = Tls::new().ca(authority.authority());
            let known = plain.clone().identity(&*caller.chain, &*caller.key);
            for (tls, names) in [(plain, &["tls"][..]), (known, &["tls", "billing.internal"])] {
                let endpoint = url.parse::<Endpoint>().unwrap().with_tls(tls).unwrap();
                let client = WhoClient::connect(endpoint).await.unwrap();
                assert_eq!(client.am_i().await.unwrap(), names, "{url}");
            }
        }
    }
}

#[tokio::test]
async fn who_is_not_believed_is_unavailable_for_a_reason() {
    let folder = Folder(scratch("tls"));
    let authority = Certificates::new();
    let there = folder.0.display();
    let served = serve(authority.endpoint(&folder.0).parse().unwrap()).await;
    let port = served.address().port();
    let plain = serve("tcp://127.0.0.1:0".parse().unwrap()).await;
    let plain = plain.address().port();
    let old = Folder(scratch("tls"));
    let old_endpoint = authority.endpoint(&old.0);
    authority.sign_expired(&["127.0.0.1"]).write(&old.0, "server");
    let old = serve(old_endpoint.parse().unwrap()).await;
    let old = old.address().port();
    std::fs::write(folder.0.join("other.pem"), Certificates::new().authority()).unwrap();
    for protocol in PROTOCOLS {
        for (url, reason) in [
            (format!("tls://127.0.0.1:{port}?ca={there}/other.pem"), "unknown issuer"),
            (format!("tls://127.0.0.1:{port}?ca={there}/ca.pem&server_name=else.example"), "another name"),
            (format!("tls://127.0.0.1:{old}?ca={there}/ca.pem"), "expired"),
            (format!("tls://127.0.0.1:{plain}?ca={there}/ca.pem"), "does not speak TLS"),
        ] {
            let url = format!("{protocol}+{url}");
            let eager = Channel::connect(&url).await.unwrap_err();
            let lazy = Channel::builder(&url).connections(ClientConfig::new()).lazy().unwrap();
            let called = WhoClient::new(lazy).am_i().await.unwrap_err();
            for failed in [eager, called] {
                assert_eq!(failed.code(), Code::Unavailable, "{url}: {failed}");
                assert!(failed.message().contains(reason), "{url}: {failed}");
                // Who reads the message need not know where the other end is.
                assert!(!failed.message().contains("127.0.0.1:"), "{url}: {failed}");
            }
        }
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_the_callers_mistake() {
    let failed = Channel::builder("tls://localhost:1?ca=/no/such.pem").lazy().unwrap_err();
    assert_eq!(failed.code(), Code::InvalidArgument);
    assert!(failed.message().contains("/no/such.pem: No such file"), "{failed}");
}
