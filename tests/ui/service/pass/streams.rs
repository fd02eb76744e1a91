//! Every kind of stream, with and without a context and errors of its own.

use polyrpc::{Context, Message, RpcError, Status, Streaming, service};

#[derive(Message)]
struct Line {
    text: String,
}

#[derive(Debug, RpcError)]
enum LineError {
    #[rpc(DataLoss, "torn")]
    Torn,
    #[rpc(status)]
    Rpc(Status),
}

type Answer<T> = Result<T, LineError>;

#[service(package = "test.v1")]
trait Lines {
    async fn read(&self, name: &str) -> Answer<Streaming<Line, LineError>>;
    async fn write(&self, cx: &Context, lines: Streaming<Line>) -> polyrpc::Result<u64>;
    async fn chat(
        &self,
        lines: polyrpc::Streaming<Line, LineError>,
    ) -> polyrpc::Result<Streaming<Vec<Option<u8>>>>;
    async fn empty(&self) -> Answer<Streaming<(), Status>> {
        Ok(Streaming::from_items([]))
    }
}

struct Nothing;

impl Lines for Nothing {
    async fn read(&self, name: &str) -> Answer<Streaming<Line, LineError>> {
        Ok(Streaming::from_items([Line { text: name.to_owned() }]))
    }

    async fn write(&self, _: &Context, mut lines: Streaming<Line>) -> polyrpc::Result<u64> {
        let mut count = 0;
        while lines.message().await?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    async fn chat(&self, lines: Streaming<Line, LineError>) -> polyrpc::Result<Streaming<Vec<Option<u8>>>> {
        drop(lines);
        let (sender, stream) = Streaming::channel(4);
        drop(sender);
        Ok(stream)
    }
}

fn main() {
    let _ = (LinesServer::new(Nothing), LinesClient::local(Nothing));
}
