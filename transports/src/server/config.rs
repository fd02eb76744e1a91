//! The limits of a listener.

use std::time::Duration;

/// The limits of a listener, each with a default that suits a server on the open network.
///
/// ```
/// use polyrpc_transports::ServerConfig;
/// use std::time::Duration;
/// let config = ServerConfig::new().connections(100).drain(Duration::from_secs(5));
/// assert_eq!(config.get_drain(), Duration::from_secs(5));
/// ```
#[derive(Debug, Clone)]
pub struct ServerConfig {
    pub(crate) header_list: u32,
    pub(crate) headers: usize,
    pub(crate) concurrent_streams: u32,
    pub(crate) connections: usize,
    pub(crate) head_timeout: Duration,
    pub(crate) stalled_body: Duration,
    pub(crate) idle: Duration,
    pub(crate) unsent: usize,
    pub(crate) drain: Duration,
    pub(crate) stream_window: u32,
    pub(crate) connection_window: u32,
    pub(crate) raw: Vec<(&'static [u8], &'static str)>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            header_list: 16 * 1024,
            headers: 100,
            concurrent_streams: 256,
            connections: 10_000,
            head_timeout: Duration::from_secs(10),
            stalled_body: Duration::from_secs(30),
            idle: Duration::from_secs(300),
            unsent: 16 * 1024 * 1024,
            drain: Duration::from_secs(30),
            stream_window: 2 * 1024 * 1024,
            connection_window: 4 * 1024 * 1024,
            raw: Vec::new(),
        }
    }
}

impl ServerConfig {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes of a request's head: request line and headers in HTTP/1, the header list in HTTP/2. Default 16 KiB; above
    /// it, the answer is 431.
    pub fn header_list(mut self, bytes: u32) -> Self {
        self.header_list = bytes;
        self
    }

    /// Headers of an HTTP/1 request. Default 100; above it, the answer is 431.
    pub fn headers(mut self, count: usize) -> Self {
        self.headers = count;
        self
    }

    /// Calls that one HTTP/2 connection may have open. Default 256; one more is refused with REFUSED_STREAM, so that
    /// its caller knows that it never started.
    pub fn concurrent_streams(mut self, count: u32) -> Self {
        self.concurrent_streams = count;
        self
    }

    /// Connections that the listener holds. Default 10 000; one more is closed as soon as it is accepted.
    pub fn connections(mut self, count: usize) -> Self {
        self.connections = count;
        self
    }

    /// The time in which a request's head must arrive once its first byte has come, and the first byte of a new
    /// connection. Default 10 s; then the connection is closed.
    pub fn head_timeout(mut self, time: Duration) -> Self {
        self.head_timeout = time;
        self
    }

    /// How long a request body that a handler waits for as a whole may pause. Default 30 s; then the handler gets an
    /// error that says so. Bodies that are read as streams may pause.
    pub fn stalled_body(mut self, time: Duration) -> Self {
        self.stalled_body = time;
        self
    }

    /// How long a connection without calls stays open, and one whose peer does not read its replies, or is silent while
    /// calls are open and does not answer an HTTP/2 PING. Default 5 min; it is closed within twice that time. A connection
    /// that has become a WebSocket, or is a raw stream, may be silent for as long as it likes: either end may call.
    pub fn idle(mut self, time: Duration) -> Self {
        self.idle = time;
        self
    }

    /// Bytes of replies that one HTTP/2 connection may hold for a peer that does not read them. Default 16 MiB; above
    /// it the connection's handlers and streams wait, and if nothing moves for the time of [`stalled_body`](Self::stalled_body),
    /// the connection is closed.
    pub fn unsent(mut self, bytes: usize) -> Self {
        self.unsent = bytes;
        self
    }

    /// How long calls in flight may take to end once the listener stops. Default 30 s; then they are dropped.
    pub fn drain(mut self, time: Duration) -> Self {
        self.drain = time;
        self
    }

    /// HTTP/2 flow-control windows in bytes: what a peer may send ahead in one call, and in all together. Default
    /// 2 MiB and 4 MiB, so that a body of 1 MiB comes in one go. At most 2³¹ - 1.
    pub fn windows(mut self, stream: u32, connection: u32) -> Self {
        self.stream_window = stream.clamp(1, i32::MAX as u32);
        self.connection_window = connection.clamp(65_535, i32::MAX as u32);
        self
    }

    /// Takes a connection that begins with `prefix` as one request, a POST of this content-type: its body is what arrives,
    /// and the body of its reply is what is sent, while more arrives. Without any, all connections are HTTP.
    ///
    /// ```
    /// # use polyrpc_transports::ServerConfig;
    /// let config = ServerConfig::new().raw_stream(b"{", "application/x-ndjson");
    /// ```
    pub fn raw_stream(mut self, prefix: &'static [u8], content_type: &'static str) -> Self {
        self.raw.push((prefix, content_type));
        self
    }

    /// The drain time.
    pub fn get_drain(&self) -> Duration {
        self.drain
    }
}
