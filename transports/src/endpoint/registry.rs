//! The one table of transports.

use super::properties::{Callers, Properties};

/// How a transport carries a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `//host:port`, and a request path behind it. The number is the default port.
    Host { port: Option<u16> },
    /// The name of a Unix socket: a path in the file system, or `@name`.
    Socket,
    /// The name of a message queue: `/name`.
    Queue,
    /// A plain name.
    Name,
    /// A program to start, by its path or its name.
    Program,
    /// Nothing: there is one only.
    Nothing,
}

/// Whether a transport can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It is in this build.
    Built,
    /// It exists, and needs the feature of its entry.
    Feature,
    /// Nobody has built it yet.
    Planned,
}

/// A transport by one of its names.
#[derive(Debug)]
pub(super) struct Entry {
    /// What stands before the first colon.
    pub(super) scheme: &'static str,
    /// The transport it means: `http` means `tcp`.
    pub(super) transport: &'static str,
    /// The feature that has it.
    pub(super) feature: &'static str,
    pub(super) shape: Shape,
    pub(super) state: State,
    /// The options it understands.
    pub(super) options: &'static [&'static str],
    /// Those among them that may be given more than once.
    pub(super) repeated: &'static [&'static str],
    /// Those among them whose values are not shown.
    pub(super) hidden: &'static [&'static str],
    /// Whether a `?` belongs to the request path, as in URLs of the web.
    pub(super) web: bool,
    /// What it promises.
    pub(super) properties: Properties,
}

impl Entry {
    const fn new(scheme: &'static str, shape: Shape, state: State, properties: Properties) -> Self {
        Self {
            scheme,
            transport: scheme,
            feature: scheme,
            shape,
            state,
            options: &[],
            repeated: &[],
            hidden: &[],
            web: false,
            properties,
        }
    }

    const fn planned(scheme: &'static str) -> Self {
        Self::new(scheme, Shape::Name, State::Planned, Properties::NONE)
    }

    const fn options(mut self, options: &'static [&'static str]) -> Self {
        self.options = options;
        self
    }

    const fn repeated(mut self, options: &'static [&'static str]) -> Self {
        self.repeated = options;
        self
    }

    const fn hidden(mut self, options: &'static [&'static str]) -> Self {
        self.hidden = options;
        self
    }

    const fn feature(mut self, feature: &'static str) -> Self {
        self.feature = feature;
        self
    }

    const fn web(mut self, transport: &'static str) -> Self {
        self.transport = transport;
        self.feature = transport;
        self.web = true;
        self
    }
}

const fn built(feature: bool) -> State {
    if feature { State::Built } else { State::Feature }
}

const HOST: Shape = Shape::Host { port: None };
const WEB: Shape = Shape::Host { port: Some(80) };
const WEB_TLS: Shape = Shape::Host { port: Some(443) };

const TLS_OPTIONS: &[&str] = &["cert", "key", "ca", "server_name", "client_ca", "client_auth", "framing"];
const QUEUE_OPTIONS: &[&str] = &["messages", "size", "priority", "mode", "allow_uid"];

const TCP: State = built(cfg!(feature = "tcp"));
const TLS: State = built(cfg!(feature = "tls"));
const UNIX: State = built(cfg!(all(unix, feature = "unix")));
const PIPE: State = built(cfg!(all(unix, feature = "pipe")));
const QUEUE: State = built(cfg!(all(target_os = "linux", feature = "posix-mq")));
const MEM: State = built(cfg!(feature = "mem"));

const BY_TCP: Properties = Properties::stream(Callers::Anyone);
const BY_TLS: Properties = Properties::stream(Callers::Certified);
const BY_SOCKET: Properties = Properties::stream(Callers::Users).with_remains(true);
const BY_PIPE: Properties = Properties::stream(Callers::Parent);
const BY_QUEUE: Properties = Properties::messages(Callers::Users).with_priorities().with_remains(true);
const BY_CALL: Properties = Properties::messages(Callers::Process);

/// Every transport that has a name, built or not, so that an error can say which it is.
pub(super) static KNOWN: &[Entry] = &[
    Entry::new("tcp", HOST, TCP, BY_TCP).options(&["framing"]),
    Entry::new("http", WEB, TCP, BY_TCP).web("tcp"),
    Entry::new("unix", Shape::Socket, UNIX, BY_SOCKET).options(&["mode", "allow_uid", "framing"]),
    Entry::new("tls", HOST, TLS, BY_TLS).options(TLS_OPTIONS),
    Entry::new("https", WEB_TLS, TLS, BY_TLS).web("tls"),
    Entry::new("stdio", Shape::Nothing, PIPE, BY_PIPE).feature("pipe"),
    Entry::new("exec", Shape::Program, PIPE, BY_PIPE)
        .feature("pipe")
        .options(&["arg", "env", "cwd", "stderr", "framing"])
        .repeated(&["arg", "env"])
        .hidden(&["env"]),
    Entry::new("mem", Shape::Name, MEM, BY_CALL),
    Entry::new("ws", WEB, TCP, BY_TCP).web("tcp"),
    Entry::new("wss", WEB_TLS, TLS, BY_TLS).web("tls"),
    Entry::new("posix-mq", Shape::Queue, QUEUE, BY_QUEUE).options(QUEUE_OPTIONS),
    Entry::planned("sysv-mq"),
    Entry::planned("fifo"),
    Entry::planned("udp"),
    Entry::planned("shm"),
    Entry::planned("amqp"),
    Entry::planned("kafka"),
    Entry::planned("stomp"),
    Entry::planned("sqs"),
];

/// The entry of a scheme.
pub(super) fn find(scheme: &str) -> Option<&'static Entry> {
    KNOWN.iter().find(|entry| entry.scheme == scheme)
}

/// Known names, those in this build first.
pub(super) fn names() -> String {
    let mut names: Vec<_> = KNOWN.iter().map(|entry| (entry.state != State::Built, entry.scheme)).collect();
    names.sort_by_key(|(absent, _)| *absent);
    names.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}
