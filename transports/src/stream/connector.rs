//! What makes connections to an endpoint, behind one type.

use std::io;

use tokio::time::Instant;

use super::{Engine, Socket};
use crate::Endpoint;

/// Makes connections to one endpoint.
#[derive(Debug)]
pub(crate) enum Connector {
    #[cfg(feature = "tcp")]
    Tcp(Endpoint),
    #[cfg(feature = "tls")]
    Tls(Box<super::tls::Connector>),
    #[cfg(all(unix, feature = "unix"))]
    Unix(Endpoint),
    #[cfg(all(unix, feature = "pipe"))]
    Exec(super::pipe::Program),
}

/// What became of the last connection that was made.
#[derive(Debug)]
pub(crate) enum Proof {
    /// There is an other end.
    Good,
    /// It has said nothing yet.
    Open,
    /// It ended before it said anything: it was as good as none, and was made at that time.
    Failed(Instant, io::Error),
}

impl Connector {
    /// Nothing is connected yet, but what the endpoint names is read.
    pub(crate) fn new(endpoint: &Endpoint) -> io::Result<Self> {
        match endpoint.transport() {
            #[cfg(feature = "tcp")]
            "tcp" => Ok(Self::Tcp(endpoint.clone())),
            #[cfg(feature = "tls")]
            "tls" => super::tls::Connector::new(endpoint).map(Box::new).map(Self::Tls),
            #[cfg(all(unix, feature = "unix"))]
            "unix" => Ok(Self::Unix(endpoint.clone())),
            #[cfg(all(unix, feature = "pipe"))]
            "exec" => super::pipe::Program::new(endpoint).map(Self::Exec),
            other => {
                Err(io::Error::new(io::ErrorKind::Unsupported, format!("transport {other} cannot be called")))
            }
        }
    }

    /// A connection on which `engine` will speak.
    pub(crate) async fn connect(&self, engine: Engine) -> io::Result<Socket> {
        match self {
            #[cfg(feature = "tcp")]
            Self::Tcp(endpoint) => super::tcp::connect(endpoint).await.map(Socket::Tcp),
            #[cfg(feature = "tls")]
            Self::Tls(connector) => connector.connect(engine).await,
            #[cfg(all(unix, feature = "unix"))]
            Self::Unix(endpoint) => super::unix::connect(endpoint).await,
            #[cfg(all(unix, feature = "pipe"))]
            Self::Exec(program) => program.start(),
        }
    }

    /// What became of the last connection. A failure is told once.
    pub(crate) fn proof(&self) -> Proof {
        match self {
            #[cfg(all(unix, feature = "pipe"))]
            Self::Exec(program) => program.proof(),
            _ => Proof::Good,
        }
    }

    /// Whether all calls must share one connection, because each is a process.
    pub(crate) fn is_shared(&self) -> bool {
        match self {
            #[cfg(all(unix, feature = "pipe"))]
            Self::Exec(_) => true,
            _ => false,
        }
    }
}
