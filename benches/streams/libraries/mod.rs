//! The libraries that are measured, each with its server and its client: ours, the peers, and bare loops.

mod h2;
mod jsonrpsee;
mod lines;
mod messages;
mod ours;
mod tarpc;
mod tonic;

use std::io;

use ::tokio::net::{TcpListener, UnixListener};

use crate::case::{ITEMS, Link};

/// A library that is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Library {
    Ours,
    Tonic,
    Jsonrpsee,
    Tarpc,
    /// The bare limit of gRPC: HTTP/2 that answers the right bytes.
    H2,
    /// The bare limit of JSON-RPC: a loop that reads lines and answers all that have come at once.
    Lines,
}

impl Library {
    pub(crate) const PEERS: [Library; 5] =
        [Library::Tonic, Library::Jsonrpsee, Library::Tarpc, Library::H2, Library::Lines];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Library::Ours => "polyrpc",
            Library::Tonic => "tonic",
            Library::Jsonrpsee => "jsonrpsee",
            Library::Tarpc => "tarpc",
            Library::H2 => "h2",
            Library::Lines => "bare",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Library> {
        [Library::Ours].into_iter().chain(Library::PEERS).find(|library| library.name() == name)
    }

    /// What it is served on, where ours is called over `link`.
    pub(crate) fn socket(self, link: Link) -> Socket {
        match (self, link) {
            (Library::Ours | Library::Tarpc | Library::Lines, Link::Unix) => Socket::Unix,
            _ => Socket::Tcp,
        }
    }

    /// The address of its server, and what serves there until the process ends.
    pub(crate) async fn bound(self, socket: Socket) -> io::Result<(String, impl Future<Output = ()> + Send)> {
        let (address, listener) = socket.bind().await?;
        Ok((address, self.serve(listener)))
    }

    async fn serve(self, listener: Listener) {
        match (self, listener) {
            (Library::Ours, Listener::Tcp(listener)) => ours::serve(listener).await,
            (Library::Ours, Listener::Unix(listener)) => ours::serve(listener).await,
            (Library::Tonic, Listener::Tcp(listener)) => tonic::serve(listener).await,
            (Library::Jsonrpsee, Listener::Tcp(listener)) => jsonrpsee::serve(listener).await,
            (Library::Tarpc, Listener::Unix(listener)) => tarpc::serve(listener).await,
            (Library::H2, Listener::Tcp(listener)) => h2::serve(listener).await,
            (Library::Lines, Listener::Tcp(listener)) => lines::serve_tcp(listener).await,
            (Library::Lines, Listener::Unix(listener)) => lines::serve_unix(listener).await,
            (library, _) => panic!("{} is not measured there", library.name()),
        }
    }
}

/// What a server listens on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Socket {
    Tcp,
    Unix,
}

enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Socket {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Socket::Tcp => "tcp",
            Socket::Unix => "unix",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Socket> {
        [Socket::Tcp, Socket::Unix].into_iter().find(|socket| socket.name() == name)
    }

    async fn bind(self) -> io::Result<(String, Listener)> {
        match self {
            Socket::Tcp => {
                let listener = TcpListener::bind("127.0.0.1:0").await?;
                Ok((listener.local_addr()?.to_string(), Listener::Tcp(listener)))
            }
            Socket::Unix => {
                let path = std::env::temp_dir().join(format!("polyrpc-streams.{}", std::process::id()));
                let listener = UnixListener::bind(&path)?;
                Ok((path.display().to_string(), Listener::Unix(listener)))
            }
        }
    }
}

/// A library's own client, on one connection.
#[derive(Clone)]
pub(crate) enum Client {
    Ours(ours::Client),
    Tonic(tonic::Client),
    Jsonrpsee(jsonrpsee::Client),
    Tarpc(tarpc::Client),
    H2(h2::Client),
    Lines(lines::Client),
}

impl Client {
    pub(crate) async fn connect(library: Library, link: Link, address: &str) -> io::Result<Client> {
        Ok(match library {
            Library::Ours => Client::Ours(ours::connect(link, address).await.map_err(io::Error::other)?),
            Library::Tonic => Client::Tonic(tonic::connect(address).await.map_err(io::Error::other)?),
            Library::Jsonrpsee => {
                Client::Jsonrpsee(jsonrpsee::connect(address).await.map_err(io::Error::other)?)
            }
            Library::Tarpc => Client::Tarpc(tarpc::connect(address).await?),
            Library::H2 => Client::H2(h2::connect(address).await?),
            Library::Lines => Client::Lines(lines::connect(link, address).await?),
        })
    }

    /// The answer of `small`.
    pub(crate) async fn small(&mut self) -> io::Result<i64> {
        match self {
            Client::Ours(client) => ours::small(client).await.map_err(io::Error::other),
            Client::Jsonrpsee(client) => jsonrpsee::small(client).await.map_err(io::Error::other),
            Client::Tarpc(client) => tarpc::small(client).await.map_err(io::Error::other),
            Client::Tonic(_) | Client::H2(_) | Client::Lines(_) => {
                Err(io::Error::other("its unary calls are not measured here"))
            }
        }
    }

    /// Reads all items of a stream, and sees to it that they are the right ones.
    pub(crate) async fn items(&mut self) -> io::Result<()> {
        let sum = match self {
            Client::Ours(client) => ours::items(client).await.map_err(io::Error::other)?,
            Client::Tonic(client) => tonic::items(client).await.map_err(io::Error::other)?,
            Client::Jsonrpsee(client) => jsonrpsee::items(client).await.map_err(io::Error::other)?,
            Client::H2(client) => return client.items().await,
            Client::Lines(client) => return client.items().await,
            Client::Tarpc(_) => return Err(io::Error::other("tarpc has no streams")),
        };
        match sum == ITEMS * (ITEMS - 1) / 2 {
            true => Ok(()),
            false => Err(io::Error::other(format!("the items were not the right ones: their sum is {sum}"))),
        }
    }
}
