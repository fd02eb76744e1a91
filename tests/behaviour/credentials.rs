//! Who calls over a Unix socket, as the handler sees it: by what the system says of the process.

use polyrpc::{Context, Server, Status, service};

use crate::support::{Folder, PROTOCOLS, Served, unique};

#[service(package = "credentials.v1")]
trait Who {
    /// The caller's user, group and process.
    async fn am_i(&self, cx: &Context) -> Result<Vec<u32>, Status>;
}

struct Doorman;

impl Who for Doorman {
    async fn am_i(&self, cx: &Context) -> Result<Vec<u32>, Status> {
        let peer = cx.peer().and_then(|peer| peer.unix()).ok_or_else(|| Status::internal("nobody called"))?;
        Ok(vec![peer.uid, peer.gid, peer.pid.unwrap_or_default() as u32])
    }
}

#[tokio::test]
async fn a_handler_knows_the_process_that_calls_in_every_protocol() {
    use std::os::unix::fs::MetadataExt;

    let process = std::fs::metadata("/proc/self").unwrap();
    let expected = [process.uid(), process.gid(), std::process::id()];
    let folder = Folder::new();
    for endpoint in [folder.socket(), format!("unix:@{}", unique("credentials"))] {
        // One that is listed beside others is known as well.
        for list in [String::new(), format!("?allow_uid={},4242", process.uid())] {
            let server = Server::new().service(WhoServer::new(Doorman)).listen(&*format!("{endpoint}{list}"));
            let served = Served::start(server).await;
            for protocol in PROTOCOLS {
                let client = WhoClient::connect(format!("{protocol}+{endpoint}")).await.unwrap();
                assert_eq!(client.am_i(&Context::current()).await.unwrap(), expected, "{protocol} {list}");
            }
            served.kill().await;
        }
    }
}
