//! Where to listen, or whom to call: `[protocol+]transport:address[?options]`.

mod error;
mod name;
mod parse;
mod percent;
mod properties;
mod registry;
#[cfg(feature = "tls")]
mod tls;

use std::fmt;
use std::path::Path;
use std::str::FromStr;
#[cfg(feature = "tls")]
use std::sync::Arc;

pub use self::error::EndpointError;
#[cfg(all(target_os = "linux", feature = "posix-mq"))]
pub(crate) use self::name::{QUEUE_MOST, check_queue};
pub use self::properties::{Callers, Properties};
#[cfg(feature = "tls")]
pub use self::tls::Tls;

/// Where to listen, or whom to call, as a URL: `[protocol+]transport:address[?options]`.
///
/// `tcp://host:port`, `tls://host:port`, `unix:/path`, `unix:relative.sock`, `unix:@abstract`, `stdio:`,
/// `exec:program?arg=…`, `posix-mq:/name`, `mem:name`; `http://host[:port]/path` is TCP with a request path, `https://host[:port]/path` TLS
/// with one. Values of options, and a program's path, may be percent-encoded. The protocol in front is not looked at here.
/// Neither `Display` nor `Debug` shows secrets: a user name or password, and the variables of `env=`; but for those,
/// `Display` writes what was read.
///
/// The name of a Unix socket has at most 107 bytes, and may be percent-encoded: `%3F` for a question mark, which begins
/// the options otherwise. Its options:
///
/// | option | at the server | at the client |
/// | --- | --- | --- |
/// | `mode=660` | who may connect to the file; 0600 unless given, 0666 with `allow_uid` | |
/// | `allow_uid=1000,0` or `any` | whose calls are taken, beside those of the server's own user | whom a server may run as, beside the client's own user |
///
/// Users are told apart by what the system says of the process (`SO_PEERCRED`), by effective user id. Without
/// `allow_uid`, an abstract name is for one user alone, at both ends; a file is for whom its mode lets in, and the
/// client takes a server there that runs as root, too. Others are not talked to: the server closes their connections, and
/// the client makes none.
///
/// The name of a message queue is a slash and at most 254 bytes, none of which is a slash. Its options are `messages` and
/// `size` (how many messages the queue that is made at this end holds, and the bytes of the largest), `priority` (of calls
/// whose method says nothing of one), `mode` and `allow_uid`; `docs/transports.md` has them in a table.
///
/// ```
/// # #[cfg(feature = "tcp")] {
/// use polyrpc_transports::Endpoint;
/// let endpoint: Endpoint = "jsonrpc+http://node.example:8545/v3/key".parse().unwrap();
/// assert_eq!(endpoint.protocol(), Some("jsonrpc"));
/// assert_eq!(endpoint.transport(), "tcp");
/// assert_eq!(endpoint.authority(), "node.example:8545");
/// assert_eq!(endpoint.path(), "/v3/key");
///
/// let error = "localhost:50051".parse::<Endpoint>().unwrap_err();
/// assert!(error.to_string().ends_with("did you mean tcp://localhost:50051?"));
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    protocol: Option<String>,
    scheme: &'static str,
    transport: &'static str,
    address: Address,
    /// Request path and query, as it was written; empty if there was none.
    path: String,
    user: Option<String>,
    options: Vec<(String, String)>,
    #[cfg(feature = "tls")]
    tls: Option<Arc<Tls>>,
}

/// What a transport needs to find the other end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Address {
    /// A host name or address, without brackets, and a port.
    Host { host: String, port: u16, default_port: Option<u16> },
    /// A file: as it was written, and what that stands for.
    Path { text: String, path: String },
    /// A socket's name that no file has: as it was written, with its `@`, and what that stands for.
    Abstract { text: String, name: Vec<u8> },
    /// The name of a message queue: as it was written, and what that stands for, both with their slash.
    Queue { text: String, name: String },
    /// A name.
    Name(String),
    /// A program.
    Program(String),
}

impl Endpoint {
    /// The protocol that stands before the `+`, if one does.
    pub fn protocol(&self) -> Option<&str> {
        self.protocol.as_deref()
    }

    /// The transport: `tcp`, `tls`, `unix`, `stdio`, `exec`, `posix-mq`, `mem`; `http://` too is `tcp`, `https://` is `tls`.
    pub fn transport(&self) -> &'static str {
        self.transport
    }

    /// What its transport promises: order, streams, the largest message, and so on.
    pub fn properties(&self) -> Properties {
        let properties = registry::find(self.scheme).map_or(Properties::NONE, |entry| entry.properties);
        match self.address {
            // The system forgets such a name with the last who has it.
            Address::Abstract { .. } => properties.with_remains(false),
            _ => properties,
        }
    }

    /// The path (and query) of requests to this endpoint; `/` unless one was given.
    pub fn path(&self) -> &str {
        self.path_or("/")
    }

    /// The path (and query) of requests to this endpoint; `default` unless one was given.
    ///
    /// ```
    /// # #[cfg(feature = "tcp")] {
    /// use polyrpc_transports::Endpoint;
    /// let path = |text: &str| text.parse::<Endpoint>().unwrap().path_or("/RPC2").to_owned();
    /// assert_eq!(path("tcp://legacy:8080"), "/RPC2");
    /// assert_eq!(path("tcp://legacy:8080/"), "/");
    /// # }
    /// ```
    pub fn path_or<'a>(&'a self, default: &'a str) -> &'a str {
        if self.path.is_empty() { default } else { &self.path }
    }

    /// What requests carry as their host: `host:port`, or `localhost` where there is no network.
    pub fn authority(&self) -> String {
        match &self.address {
            Address::Host { host, port, default_port } if Some(*port) == *default_port => bracketed(host),
            Address::Host { host, port, .. } => format!("{}:{port}", bracketed(host)),
            Address::Path { .. }
            | Address::Abstract { .. }
            | Address::Queue { .. }
            | Address::Name(_)
            | Address::Program(_) => "localhost".to_owned(),
        }
    }

    /// The host of a network endpoint, without the brackets of an IPv6 address.
    pub fn host(&self) -> Option<&str> {
        match &self.address {
            Address::Host { host, .. } => Some(host),
            _ => None,
        }
    }

    /// The port of a network endpoint.
    pub fn port(&self) -> Option<u16> {
        match &self.address {
            Address::Host { port, .. } => Some(*port),
            _ => None,
        }
    }

    /// The file of an endpoint that has one in the file system.
    pub fn file(&self) -> Option<&Path> {
        match &self.address {
            Address::Path { path, .. } => Some(Path::new(path)),
            _ => None,
        }
    }

    /// The name of an abstract Unix socket, without its `@`: any bytes.
    ///
    /// ```
    /// # #[cfg(all(unix, feature = "unix"))] {
    /// use polyrpc_transports::Endpoint;
    /// let endpoint: Endpoint = "unix:@my%20shop".parse().unwrap();
    /// assert_eq!(endpoint.abstract_name(), Some(&b"my shop"[..]));
    /// # }
    /// ```
    pub fn abstract_name(&self) -> Option<&[u8]> {
        match &self.address {
            Address::Abstract { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The name of a message queue, with its slash.
    pub fn queue(&self) -> Option<&str> {
        match &self.address {
            Address::Queue { name, .. } => Some(name),
            _ => None,
        }
    }

    /// `user:password`, where the URL had one: a secret.
    pub fn user_info(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The value of an option, the first where there are several. `ws:` and `wss:` mean `framing=websocket`.
    pub fn option(&self, name: &str) -> Option<&str> {
        let implied = (name == "framing" && matches!(self.scheme, "ws" | "wss")).then_some("websocket");
        self.options.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).or(implied)
    }

    /// The same endpoint at another port: what port 0 became.
    #[cfg(all(feature = "tcp", feature = "server"))]
    pub(crate) fn with_port(mut self, real: u16) -> Self {
        if let Address::Host { port, .. } = &mut self.address {
            *port = real;
        }
        self
    }

    /// The program of an `exec:` endpoint.
    pub fn program(&self) -> Option<&str> {
        match &self.address {
            Address::Program(program) => Some(program),
            _ => None,
        }
    }

    /// All values of an option that may be given more than once, in their order.
    #[cfg(all(unix, feature = "pipe", feature = "client"))]
    pub(crate) fn options<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.options.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The same endpoint with certificates and keys that are given by code. They go before those in the options.
    ///
    /// ```
    /// use polyrpc_transports::{Endpoint, Tls};
    /// # fn pem_from_the_vault() -> (Vec<u8>, Vec<u8>) { (b"chain".to_vec(), b"secret".to_vec()) }
    /// let (chain, key) = pem_from_the_vault();
    /// let endpoint: Endpoint = "tls://0.0.0.0:443".parse().unwrap();
    /// let endpoint = endpoint.with_tls(Tls::new().identity(chain, key)).unwrap();
    /// assert_eq!(format!("{endpoint:?}"), "Endpoint(tls://0.0.0.0:443)");
    /// ```
    ///
    /// # Errors
    /// The endpoint is none of `tls://` or `https://`.
    #[cfg(feature = "tls")]
    pub fn with_tls(mut self, tls: Tls) -> Result<Self, EndpointError> {
        if self.transport != "tls" {
            return Err(EndpointError::no_tls(self.scheme));
        }
        self.tls = Some(Arc::new(tls));
        Ok(self)
    }

    /// What was given by code.
    #[cfg(feature = "tls")]
    pub(crate) fn tls(&self) -> Option<&Tls> {
        self.tls.as_deref()
    }

    /// An endpoint of TCP.
    #[cfg(all(feature = "tcp", feature = "server"))]
    pub(crate) fn tcp(address: std::net::SocketAddr) -> Self {
        let host = address.ip().to_string();
        Self::new("tcp", "tcp", Address::Host { host, port: address.port(), default_port: None })
    }

    /// An endpoint of a Unix socket.
    #[cfg(all(unix, feature = "unix", feature = "server"))]
    pub(crate) fn unix(address: &std::os::unix::net::SocketAddr) -> Self {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if let Some(name) = std::os::linux::net::SocketAddrExt::as_abstract_name(address) {
            let text = format!("@{}", percent::encode(name));
            return Self::new("unix", "unix", Address::Abstract { text, name: name.to_owned() });
        }
        let path = address.as_pathname().unwrap_or("unnamed".as_ref()).to_string_lossy().into_owned();
        Self::new("unix", "unix", Address::Path { text: name::encode_path(path.as_bytes()), path })
    }

    fn new(scheme: &'static str, transport: &'static str, address: Address) -> Self {
        Self {
            protocol: None,
            scheme,
            transport,
            address,
            path: String::new(),
            user: None,
            options: Vec::new(),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    #[cfg(feature = "mem")]
    pub(crate) fn name(&self) -> Option<&str> {
        match &self.address {
            Address::Name(name) => Some(name),
            _ => None,
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, with_query: bool) -> fmt::Result {
        if let Some(protocol) = &self.protocol {
            write!(f, "{protocol}+")?;
        }
        write!(f, "{}:", self.scheme)?;
        match &self.address {
            Address::Host { .. } => write!(f, "//{}", self.authority())?,
            Address::Path { text, .. }
            | Address::Abstract { text, .. }
            | Address::Queue { text, .. }
            | Address::Name(text) => f.write_str(text)?,
            Address::Program(program) => f.write_str(&percent::encode(program.as_bytes()))?,
        }
        match self.path.split_once('?') {
            Some((path, _)) if !with_query => write!(f, "{path}?…")?,
            _ => f.write_str(&self.path)?,
        }
        let hidden = registry::find(self.scheme).map_or(&[][..], |entry| entry.hidden);
        for (index, (key, value)) in self.options.iter().enumerate() {
            let value =
                if hidden.contains(&key.as_str()) { "…" } else { &percent::encode(value.as_bytes()) };
            write!(f, "{}{key}={value}", if index == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, true)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Endpoint(")?;
        self.write(f, false)?;
        f.write_str(")")
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        parse::endpoint(text)
    }
}

impl TryFrom<&str> for Endpoint {
    type Error = EndpointError;

    fn try_from(text: &str) -> Result<Self, EndpointError> {
        parse::endpoint(text)
    }
}

impl TryFrom<String> for Endpoint {
    type Error = EndpointError;

    fn try_from(text: String) -> Result<Self, EndpointError> {
        parse::endpoint(&text)
    }
}

impl TryFrom<&String> for Endpoint {
    type Error = EndpointError;

    fn try_from(text: &String) -> Result<Self, EndpointError> {
        parse::endpoint(text)
    }
}

impl TryFrom<&Endpoint> for Endpoint {
    type Error = EndpointError;

    fn try_from(endpoint: &Endpoint) -> Result<Self, EndpointError> {
        Ok(endpoint.clone())
    }
}

#[cfg(all(
    test,
    unix,
    feature = "tcp",
    feature = "unix",
    feature = "pipe",
    feature = "mem",
    feature = "client"
))]
mod tests;
