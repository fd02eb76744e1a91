//! What the command line asks for.

use std::time::Duration;

use crate::servers::Server;
use crate::workload::{Protocol, Workload};

/// How long and how often is measured, and what is printed.
pub(crate) struct Options {
    pub(crate) json: bool,
    pub(crate) callgrind: bool,
    pub(crate) rounds: usize,
    pub(crate) round: Duration,
    words: Vec<String>,
}

impl Options {
    /// Reads the arguments; a word that is no option is a filter.
    ///
    /// cargo says `--bench` when it runs a benchmark; without it (`cargo test --benches`) a short run shows that
    /// everything works.
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Options, String> {
        let mut options = Options {
            json: false,
            callgrind: false,
            rounds: 2,
            round: Duration::from_millis(20),
            words: Vec::new(),
        };
        let (mut bench, mut quick) = (false, false);
        for argument in arguments {
            match argument.as_str() {
                "--bench" => bench = true,
                "--quick" => quick = true,
                "--json" => options.json = true,
                "--callgrind" => options.callgrind = true,
                option if option.starts_with('-') => return Err(format!("unknown option {option}\n{USAGE}")),
                _ => options.words.push(argument),
            }
        }
        if bench && !quick {
            (options.rounds, options.round) = (15, Duration::from_millis(300));
        }
        Ok(options)
    }

    /// Whether the words let it through: each word that names something of a kind restricts that kind.
    pub(crate) fn asks_for(&self, protocol: Protocol, workload: Workload) -> bool {
        let protocols = Protocol::ALL.map(Protocol::name);
        let workloads = Workload::ALL.map(Workload::name);
        self.allows(&protocols, protocol.name()) && self.allows(&workloads, workload.name())
    }

    fn allows(&self, kind: &[&str], name: &str) -> bool {
        let mut named = self.words.iter().filter(|word| kind.contains(&word.as_str())).peekable();
        named.peek().is_none() || named.any(|word| word == name)
    }

    /// The servers beside ours that are asked for.
    pub(crate) fn peers(&self, protocol: Protocol) -> Vec<Server> {
        let peers = Server::peers(protocol);
        let names = peers.map(Server::name);
        peers.into_iter().filter(|peer| self.allows(&names, peer.name())).collect()
    }
}

const USAGE: &str = "cargo bench --bench rpc -- [--json] [--quick] [--callgrind] [grpc|jsonrpc|xmlrpc]… \
                     [small|order|blob]… [tonic|jsonrpsee|dxr|h2|hyper]…";
