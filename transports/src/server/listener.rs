//! A listener: any transport that calls come in from.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::sync::Arc;

use http::{Request, Response};
use tower_service::Service;

use super::ServerConfig;
use crate::{Body, Endpoint, Peer};

/// A bound endpoint: calls may already be waiting, and are answered once it is [served](Self::serve).
///
/// ```
/// # #[cfg(feature = "mem")] #[tokio::main(flavor = "current_thread")] async fn main() {
/// use polyrpc_transports::{Endpoint, Listener};
/// let endpoint: Endpoint = "mem:doc-listener".parse().unwrap();
/// let listener = Listener::bind(&endpoint).await.unwrap();
/// assert_eq!(listener.endpoint().to_string(), "mem:doc-listener");
/// # }
/// # #[cfg(not(feature = "mem"))] fn main() {}
/// ```
#[derive(Debug)]
pub struct Listener {
    endpoint: Endpoint,
    bound: Bound,
}

#[derive(Debug)]
enum Bound {
    #[cfg(feature = "_stream")]
    Stream(crate::stream::Bound),
    #[cfg(feature = "mem")]
    Mem(crate::message::mem::Bound),
    #[cfg(all(target_os = "linux", feature = "posix-mq"))]
    PosixMq(crate::message::server::Bound<crate::message::posix_mq::PosixMq>),
}

impl Listener {
    /// Binds an endpoint. Port 0 becomes a free port, which [`endpoint`](Self::endpoint) names.
    ///
    /// # Errors
    /// Whatever the system says (address in use, permission denied …), with the endpoint in front; a transport that
    /// one cannot listen on is [`io::ErrorKind::Unsupported`].
    pub async fn bind(endpoint: &Endpoint) -> io::Result<Self> {
        bind(endpoint.clone())
            .await
            .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {endpoint}: {error}")))
    }

    /// The endpoint, with the real port.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Serves until `stop` resolves; then calls in flight may end within the configured drain time. `stdio:` is served
    /// until its one connection ends, too.
    ///
    /// `make` is called once for each connection. Each request gets a clone of the service. The future ends when all
    /// connections have; dropping it drops them, and every handler with them.
    ///
    /// The handlers of one connection share one task. One that computes for long should hand that to another thread.
    #[cfg_attr(
        not(any(feature = "_stream", feature = "_message", feature = "mem")),
        expect(unused_variables, reason = "no transport")
    )]
    pub async fn serve<M, S>(self, make: M, config: ServerConfig, stop: impl Future<Output = ()> + Send)
    where
        M: Fn(&Arc<Peer>) -> S + Send + Sync + 'static,
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send + 'static,
    {
        match self.bound {
            #[cfg(feature = "_stream")]
            Bound::Stream(bound) => crate::stream::http::server::serve(bound, make, config, stop).await,
            #[cfg(feature = "mem")]
            Bound::Mem(bound) => bound.serve(make, config, stop).await,
            #[cfg(all(target_os = "linux", feature = "posix-mq"))]
            Bound::PosixMq(bound) => bound.serve(make, config, stop).await,
        }
    }
}

#[cfg_attr(not(feature = "_stream"), allow(clippy::unused_async))]
async fn bind(endpoint: Endpoint) -> io::Result<Listener> {
    match endpoint.transport() {
        #[cfg(feature = "tcp")]
        "tcp" => {
            let (listener, endpoint) = crate::stream::tcp::bind(endpoint).await?;
            Ok(Listener { endpoint, bound: Bound::Stream(crate::stream::Bound::Tcp(listener)) })
        }
        #[cfg(feature = "tls")]
        "tls" => {
            let (bound, endpoint) = crate::stream::tls::bind(endpoint).await?;
            Ok(Listener { endpoint, bound: Bound::Stream(bound) })
        }
        #[cfg(all(unix, feature = "unix"))]
        "unix" => {
            let bound = crate::stream::unix::bind(&endpoint).await?;
            Ok(Listener { endpoint, bound: Bound::Stream(bound) })
        }
        #[cfg(all(unix, feature = "pipe"))]
        "stdio" => {
            let bound = crate::stream::pipe::bind()?;
            Ok(Listener { endpoint, bound: Bound::Stream(bound) })
        }
        #[cfg(feature = "mem")]
        "mem" => {
            let bound = crate::message::mem::bind(&endpoint)?;
            Ok(Listener { endpoint, bound: Bound::Mem(bound) })
        }
        #[cfg(all(target_os = "linux", feature = "posix-mq"))]
        "posix-mq" => {
            let transport = crate::message::posix_mq::PosixMq::new(&endpoint)?;
            let bound = crate::message::server::bind(transport).await?;
            Ok(Listener { endpoint, bound: Bound::PosixMq(bound) })
        }
        other => Err(io::Error::new(io::ErrorKind::Unsupported, format!("transport {other} cannot listen"))),
    }
}

#[cfg(feature = "tcp")]
impl TryFrom<tokio::net::TcpListener> for Listener {
    type Error = io::Error;

    fn try_from(listener: tokio::net::TcpListener) -> io::Result<Self> {
        let endpoint = Endpoint::tcp(listener.local_addr()?);
        Ok(Self { endpoint, bound: Bound::Stream(crate::stream::Bound::Tcp(listener)) })
    }
}

#[cfg(feature = "tcp")]
impl TryFrom<std::net::TcpListener> for Listener {
    type Error = io::Error;

    fn try_from(listener: std::net::TcpListener) -> io::Result<Self> {
        in_runtime()?;
        listener.set_nonblocking(true)?;
        tokio::net::TcpListener::from_std(listener)?.try_into()
    }
}

#[cfg(all(unix, feature = "unix"))]
impl TryFrom<tokio::net::UnixListener> for Listener {
    type Error = io::Error;

    fn try_from(listener: tokio::net::UnixListener) -> io::Result<Self> {
        let endpoint = Endpoint::unix(&listener.local_addr()?.into());
        let bound = crate::stream::unix::adopt(listener, &endpoint)?;
        Ok(Self { endpoint, bound: Bound::Stream(bound) })
    }
}

#[cfg(all(unix, feature = "unix"))]
impl TryFrom<std::os::unix::net::UnixListener> for Listener {
    type Error = io::Error;

    fn try_from(listener: std::os::unix::net::UnixListener) -> io::Result<Self> {
        in_runtime()?;
        listener.set_nonblocking(true)?;
        tokio::net::UnixListener::from_std(listener)?.try_into()
    }
}

/// A socket of the standard library can join a runtime only inside one.
#[cfg(feature = "_stream")]
fn in_runtime() -> io::Result<()> {
    tokio::runtime::Handle::try_current().map(drop).map_err(io::Error::other)
}
