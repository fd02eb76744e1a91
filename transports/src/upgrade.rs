//! Connections that carry something else than requests and replies.

/// A request that asks its connection to become something else: `upgrade` in HTTP/1.1
/// ([RFC 9110, section 7.8](https://www.rfc-editor.org/rfc/rfc9110#section-7.8)), the extended CONNECT of HTTP/2
/// ([RFC 8441](https://www.rfc-editor.org/rfc/rfc8441)). It stands in the request's extensions, at both ends.
///
/// The body of the request is what the client sends afterwards, and the body of a response that agrees (101 in HTTP/1.1,
/// 200 in HTTP/2) what the server does; the two run at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upgrade(String);

impl Upgrade {
    /// An upgrade to `protocol`, in lower case: `websocket`.
    pub fn to(protocol: impl Into<String>) -> Self {
        let mut protocol = protocol.into();
        protocol.make_ascii_lowercase();
        Self(protocol)
    }

    /// What the connection is to become.
    pub fn protocol(&self) -> &str {
        &self.0
    }
}

/// A request that is its whole connection: nothing of HTTP is written. Its body is what the client sends, and the body of
/// the response what the server does; both run until they end, also when nobody waits for the other any more. It stands
/// in the request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawStream;
