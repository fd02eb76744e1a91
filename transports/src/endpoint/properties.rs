//! What a transport promises.

/// What a transport promises to whoever calls or serves over it. `docs/transports.md` has them all in one table.
///
/// None of it is about speed, and a protocol may keep less: XML-RPC reads a stream through a cursor on every transport.
/// On all of them a call is executed at most once.
///
/// ```
/// # #[cfg(feature = "mem")] {
/// use polyrpc_transports::Endpoint;
/// let endpoint: Endpoint = "mem:shop".parse().unwrap();
/// let properties = endpoint.properties();
/// assert!(properties.streams && properties.largest.is_none() && !properties.connections);
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Properties {
    /// Bytes of one direction of a call come in the order in which they were sent.
    pub ordered: bool,
    /// What is sent arrives, or the call fails as soon as the other end is known to be gone. Elsewhere a call may be lost
    /// without a word, and its deadline alone ends it.
    pub reliable: bool,
    /// The bytes of the largest request or response, its head and all of its body; `None` where there is no limit but
    /// those of `docs/limits.md`.
    pub largest: Option<u64>,
    /// A request or response may come piece by piece, for as long as it likes, and both at once.
    pub streams: bool,
    /// Client and server have a connection of their own, of whose end each of them learns at once, and on which JSON-RPC
    /// may have a session (`framing=`). Elsewhere they have addresses.
    pub connections: bool,
    /// A call of higher priority may overtake others on its way.
    pub priorities: bool,
    /// Who may call.
    pub callers: Callers,
    /// A process that is killed may leave a name in the system, which the next to listen there takes over.
    pub remains: bool,
}

/// Who may call over a transport, before any layer or handler is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Callers {
    /// Whoever reaches the address.
    Anyone,
    /// Whoever reaches the address and, where the listener asks for one, has a certificate.
    Certified,
    /// Users of this machine, by the options `mode` and `allow_uid`; its own user alone unless they say otherwise.
    Users,
    /// The process that has started this one.
    Parent,
    /// This process.
    Process,
}

impl Properties {
    /// Of a transport that nobody has built.
    pub(super) const NONE: Self = Self {
        ordered: false,
        reliable: false,
        largest: Some(0),
        streams: false,
        connections: false,
        priorities: false,
        callers: Callers::Process,
        remains: false,
    };

    /// Of a stream of bytes, with HTTP on it.
    pub(super) const fn stream(callers: Callers) -> Self {
        let carried = Self { ordered: true, reliable: true, largest: None, streams: true, ..Self::NONE };
        Self { connections: true, callers, ..carried }
    }

    /// Of messages from address to address, on which requests and responses of any size are put together.
    pub(super) const fn messages(callers: Callers) -> Self {
        Self { connections: false, ..Self::stream(callers) }
    }

    pub(super) const fn with_priorities(self) -> Self {
        Self { priorities: true, ..self }
    }

    pub(super) const fn with_remains(self, remains: bool) -> Self {
        Self { remains, ..self }
    }
}
