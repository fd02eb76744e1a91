//! Whom a cursor is counted against.

use std::net::IpAddr;

use polyrpc_transports::Peer;

/// A peer, as far as many connections of it are known to be one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Address(IpAddr),
    User(u32),
    /// By where its replies go.
    Client(Box<str>),
    /// Anybody who comes this way.
    Transport(&'static str),
}

impl Owner {
    pub(super) fn of(peer: Option<&Peer>) -> Owner {
        match peer {
            None => Owner::Transport(""),
            Some(peer) => match (peer.remote(), peer.unix()) {
                (Some(remote), _) => Owner::Address(remote.ip()),
                (None, Some(process)) => Owner::User(process.uid),
                (None, None) => match peer.reply_address() {
                    Some(address) => Owner::Client(address.into()),
                    None => Owner::Transport(peer.transport()),
                },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_of_a_queue_are_told_apart() {
        let of = |address| Owner::of(Some(&Peer::new("posix-mq").with_reply_address(address)));
        assert_eq!(of("/one"), of("/one"));
        assert_ne!(of("/one"), of("/other"));
    }
}
