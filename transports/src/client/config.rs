//! The limits of a client.

use std::time::Duration;

/// The limits of a client.
///
/// ```
/// use polyrpc_transports::ClientConfig;
/// use std::time::Duration;
/// let config = ClientConfig::new().connect_timeout(Duration::from_secs(3)).idle_connections(8);
/// ```
#[derive(Debug, Clone)]
pub struct ClientConfig {
    pub(crate) connect_timeout: Duration,
    pub(crate) backoff_first: Duration,
    pub(crate) backoff_most: Duration,
    pub(crate) idle_connections: usize,
    pub(crate) idle: Duration,
    pub(crate) header_list: u32,
    pub(crate) stream_window: u32,
    pub(crate) connection_window: u32,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(20),
            backoff_first: Duration::from_secs(1),
            backoff_most: Duration::from_secs(120),
            idle_connections: 256,
            idle: Duration::from_secs(240),
            header_list: 64 * 1024,
            stream_window: 2 * 1024 * 1024,
            connection_window: 16 * 1024 * 1024,
        }
    }
}

impl ClientConfig {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long a connection may take to be made. Default 20 s.
    pub fn connect_timeout(mut self, time: Duration) -> Self {
        self.connect_timeout = time;
        self
    }

    /// The pause after a first failed connection and the longest one; each is 1.6 times the one before, give or take
    /// a fifth. Default 1 s and 120 s. Calls made in a pause fail at once with the last error.
    pub fn backoff(mut self, first: Duration, most: Duration) -> Self {
        self.backoff_first = first;
        self.backoff_most = most;
        self
    }

    /// HTTP/1.1 connections that are kept while no call uses them. Default 256.
    pub fn idle_connections(mut self, count: usize) -> Self {
        self.idle_connections = count;
        self
    }

    /// How long an HTTP/1.1 connection is kept while no call uses it. Default 4 min, which is less than our servers
    /// wait for the next call; it is closed within twice that time.
    pub fn idle(mut self, time: Duration) -> Self {
        self.idle = time;
        self
    }

    /// Bytes of a response's head. Default 64 KiB.
    pub fn header_list(mut self, bytes: u32) -> Self {
        self.header_list = bytes;
        self
    }

    /// HTTP/2 flow-control windows in bytes: what the server may send ahead in one call, and in all together. Default
    /// 2 MiB and 16 MiB. At most 2³¹ - 1.
    pub fn windows(mut self, stream: u32, connection: u32) -> Self {
        self.stream_window = stream.clamp(1, i32::MAX as u32);
        self.connection_window = connection.clamp(65_535, i32::MAX as u32);
        self
    }
}
