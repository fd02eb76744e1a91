//! What is measured, beside whom, and what is aimed at.

use crate::libraries::Library;
use crate::measure::Options;

/// What ours speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// gRPC over TCP.
    Grpc,
    /// JSON-RPC over a WebSocket over TCP.
    WebSocket,
    /// JSON-RPC in lines over a Unix socket.
    Unix,
}

impl Link {
    const ALL: [Link; 3] = [Link::Grpc, Link::WebSocket, Link::Unix];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Link::Grpc => "grpc",
            Link::WebSocket => "websocket",
            Link::Unix => "unix",
        }
    }
}

/// What is called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Workload {
    /// Two integers, answered by their sum.
    Small,
    /// A number, answered by a stream of so many integers.
    Items,
}

impl Workload {
    const ALL: [Workload; 2] = [Workload::Small, Workload::Items];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Workload::Small => "small",
            Workload::Items => "items",
        }
    }
}

/// The arguments of `small`, and its answer.
pub(crate) const SMALL: (i64, i64) = (1_234, 567_890);
pub(crate) const SUM: i64 = SMALL.0 + SMALL.1;

/// The argument of `items`: the items are the numbers below it.
pub(crate) const ITEMS: i64 = 10_000;

/// One comparison.
pub(crate) struct Case {
    pub(crate) link: Link,
    pub(crate) workload: Workload,
    /// Calls at once, on one connection.
    pub(crate) in_flight: usize,
    pub(crate) peers: &'static [Peer],
}

/// Whom ours stands beside.
pub(crate) struct Peer {
    pub(crate) library: Library,
    /// How often ours does what it does once, at least.
    pub(crate) aim: Option<f64>,
}

const fn peer(library: Library, aim: f64) -> Peer {
    Peer { library, aim: Some(aim) }
}

/// A peer of which nothing is aimed at.
const fn shown(library: Library) -> Peer {
    Peer { library, aim: None }
}

/// All that is measured.
pub(crate) const CASES: [Case; 7] = [
    Case {
        link: Link::Grpc,
        workload: Workload::Items,
        in_flight: 1,
        peers: &[peer(Library::Tonic, 1.0), shown(Library::H2)],
    },
    Case {
        link: Link::WebSocket,
        workload: Workload::Small,
        in_flight: 1,
        peers: &[shown(Library::Jsonrpsee), shown(Library::Lines)],
    },
    Case {
        link: Link::WebSocket,
        workload: Workload::Small,
        in_flight: 64,
        peers: &[peer(Library::Jsonrpsee, 2.0), shown(Library::Lines)],
    },
    Case {
        link: Link::WebSocket,
        workload: Workload::Items,
        in_flight: 1,
        peers: &[peer(Library::Jsonrpsee, 5.0), shown(Library::Lines)],
    },
    Case {
        link: Link::Unix,
        workload: Workload::Small,
        in_flight: 1,
        peers: &[shown(Library::Jsonrpsee), peer(Library::Tarpc, 1.0), shown(Library::Lines)],
    },
    Case {
        link: Link::Unix,
        workload: Workload::Small,
        in_flight: 64,
        peers: &[peer(Library::Jsonrpsee, 2.0), peer(Library::Tarpc, 1.0), shown(Library::Lines)],
    },
    Case {
        link: Link::Unix,
        workload: Workload::Items,
        in_flight: 1,
        peers: &[peer(Library::Jsonrpsee, 5.0), shown(Library::Lines)],
    },
];

impl Case {
    pub(crate) fn is_asked_for(&self, options: &Options) -> bool {
        options.allows(&Link::ALL.map(Link::name), self.link.name())
            && options.allows(&Workload::ALL.map(Workload::name), self.workload.name())
    }
}

impl Peer {
    pub(crate) fn is_asked_for(&self, options: &Options) -> bool {
        options.allows(&Library::PEERS.map(Library::name), self.library.name())
    }
}
