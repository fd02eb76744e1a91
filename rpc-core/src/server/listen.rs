//! What a server can listen on.

use polyrpc_transports::{Endpoint, EndpointError, Listener};

use super::ServeError;

/// What a server listens on: made of a URL, an [`Endpoint`], or a socket that is bound already.
#[derive(Debug)]
pub struct Listen(Source);

#[derive(Debug)]
enum Source {
    Endpoint(Result<Endpoint, EndpointError>),
    Bound(std::io::Result<Box<Listener>>),
}

impl Listen {
    /// Binds it, unless it is bound.
    pub(super) async fn bind(self) -> Result<Listener, ServeError> {
        match self.0 {
            Source::Bound(listener) => match listener {
                Ok(listener) => Ok(*listener),
                Err(error) => Err(ServeError::config(format!("cannot listen on a bound socket: {error}"))),
            },
            Source::Endpoint(endpoint) => {
                let endpoint = endpoint.map_err(ServeError::endpoint)?;
                if let Some(protocol) = endpoint.protocol() {
                    return Err(ServeError::config(format!(
                        "cannot listen on {endpoint}: a listener serves every protocol, so it names none \
                         (without `{protocol}+`)"
                    )));
                }
                Listener::bind(&endpoint).await.map_err(|error| ServeError::bind(&endpoint, error))
            }
        }
    }
}

impl From<&str> for Listen {
    fn from(url: &str) -> Listen {
        Listen(Source::Endpoint(url.parse()))
    }
}

impl From<String> for Listen {
    fn from(url: String) -> Listen {
        Listen::from(url.as_str())
    }
}

impl From<&String> for Listen {
    fn from(url: &String) -> Listen {
        Listen::from(url.as_str())
    }
}

impl From<Endpoint> for Listen {
    fn from(endpoint: Endpoint) -> Listen {
        Listen(Source::Endpoint(Ok(endpoint)))
    }
}

impl From<Listener> for Listen {
    fn from(listener: Listener) -> Listen {
        Listen(Source::Bound(Ok(Box::new(listener))))
    }
}

#[cfg(feature = "tcp")]
impl From<tokio::net::TcpListener> for Listen {
    fn from(listener: tokio::net::TcpListener) -> Listen {
        Listen(Source::Bound(Listener::try_from(listener).map(Box::new)))
    }
}

#[cfg(feature = "unix")]
impl From<tokio::net::UnixListener> for Listen {
    fn from(listener: tokio::net::UnixListener) -> Listen {
        Listen(Source::Bound(Listener::try_from(listener).map(Box::new)))
    }
}

#[cfg(feature = "tcp")]
impl From<std::net::TcpListener> for Listen {
    fn from(listener: std::net::TcpListener) -> Listen {
        Listen(Source::Bound(Listener::try_from(listener).map(Box::new)))
    }
}

#[cfg(feature = "unix")]
impl From<std::os::unix::net::UnixListener> for Listen {
    fn from(listener: std::os::unix::net::UnixListener) -> Listen {
        Listen(Source::Bound(Listener::try_from(listener).map(Box::new)))
    }
}
