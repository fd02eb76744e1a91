//! What is measured, beside what, and what is aimed at.

use crate::carriers::Carrier;
use crate::measure::Options;

/// What ours speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Grpc,
    JsonRpc,
}

impl Protocol {
    const ALL: [Protocol; 2] = [Protocol::Grpc, Protocol::JsonRpc];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Protocol::Grpc => "grpc",
            Protocol::JsonRpc => "jsonrpc",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Protocol> {
        Protocol::ALL.into_iter().find(|protocol| protocol.name() == name)
    }

    /// Bytes of the messages that carry the request and the reply of a call over bare queues: as many as those of ours
    /// have where each has a message of its own, which `strace -f -e trace=mq_timedsend` shows.
    pub(crate) fn sizes(self) -> (usize, usize) {
        match self {
            Protocol::Grpc => (298, 87),
            Protocol::JsonRpc => (315, 104),
        }
    }
}

/// The arguments of the call, and its answer.
pub(crate) const ARGUMENTS: (i64, i64) = (1_234, 567_890);
pub(crate) const SUM: i64 = ARGUMENTS.0 + ARGUMENTS.1;

/// One comparison.
pub(crate) struct Case {
    pub(crate) protocol: Protocol,
    pub(crate) in_flight: InFlight,
}

/// How many calls are made at once, by one client.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum InFlight {
    /// One: what counts is the median latency.
    One,
    /// 64: what counts is how many are answered in a second.
    Many,
}

impl InFlight {
    const ALL: [InFlight; 2] = [InFlight::One, InFlight::Many];

    pub(crate) fn number(self) -> usize {
        match self {
            InFlight::One => 1,
            InFlight::Many => 64,
        }
    }

    fn name(self) -> &'static str {
        match self {
            InFlight::One => "1",
            InFlight::Many => "64",
        }
    }
}

/// What ours over queues stands beside.
pub(crate) struct Peer {
    pub(crate) carrier: Carrier,
    /// What ours ÷ the peer should be, if anything is aimed at.
    pub(crate) aim: Option<Aim>,
}

/// The ratio that we want.
#[derive(Clone, Copy)]
pub(crate) enum Aim {
    AtMost(f64),
    AtLeast(f64),
}

impl Aim {
    pub(crate) fn is_met_by(self, ratio: f64) -> bool {
        match self {
            Aim::AtMost(most) => ratio <= most,
            Aim::AtLeast(least) => ratio >= least,
        }
    }
}

/// A peer of which nothing is aimed at.
const fn shown(carrier: Carrier) -> Peer {
    Peer { carrier, aim: None }
}

impl Case {
    pub(crate) fn all() -> impl Iterator<Item = Case> {
        Protocol::ALL
            .into_iter()
            .flat_map(|protocol| InFlight::ALL.into_iter().map(move |in_flight| Case { protocol, in_flight }))
    }

    pub(crate) fn is_asked_for(&self, options: &Options) -> bool {
        options.allows(&Protocol::ALL.map(Protocol::name), self.protocol.name())
            && options.allows(&InFlight::ALL.map(InFlight::name), self.in_flight.name())
    }

    pub(crate) fn peers(&self) -> &'static [Peer] {
        match self.in_flight {
            InFlight::One => {
                const {
                    &[
                        Peer { carrier: Carrier::Blocking, aim: Some(Aim::AtMost(1.3)) },
                        shown(Carrier::Epoll),
                        shown(Carrier::Unix),
                        shown(Carrier::Tcp),
                    ]
                }
            }
            InFlight::Many => {
                const {
                    &[
                        Peer { carrier: Carrier::Tcp, aim: Some(Aim::AtLeast(2.0)) },
                        shown(Carrier::Unix),
                        shown(Carrier::Epoll),
                    ]
                }
            }
        }
    }
}

impl Peer {
    pub(crate) fn is_asked_for(&self, options: &Options) -> bool {
        options.allows(&Carrier::PEERS.map(Carrier::name), self.carrier.name())
    }
}
