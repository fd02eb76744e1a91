//! What `#[service]` knows of a trait, as constants.

use std::time::Duration;

use super::{Protocol, Type, TypeRef};

/// A service: its names, its documentation, its methods.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServiceSchema {
    /// The name, without the package: `Orders`.
    pub name: &'static str,
    /// The package: `shop.v1`.
    pub package: &'static str,
    /// The full name: `shop.v1.Orders`.
    pub full_name: &'static str,
    /// The prefix of the short names of JSON-RPC and XML-RPC (`orders` in `orders.place`). Empty: the methods
    /// go by their bare names. None: there are no short names.
    pub short: Option<&'static str>,
    /// The documentation comment, in Markdown.
    pub docs: &'static str,
    /// Whether the trait is marked `#[deprecated]`.
    pub deprecated: bool,
    /// The methods, in the order of declaration.
    pub methods: &'static [MethodSchema],
}

/// A method: its names, its shape, and what `#[rpc(…)]` says of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct MethodSchema {
    /// Its place among the methods of the service, from 0.
    pub index: usize,
    /// The Rust name, renamed as `#[rpc(name)]` or `rename_all` say: `place`.
    pub name: &'static str,
    /// The gRPC path: `/shop.v1.Orders/Place`.
    pub path: &'static str,
    /// A name of its own in JSON-RPC, used as it stands.
    pub jsonrpc: Option<&'static str>,
    /// A name of its own in XML-RPC, used as it stands.
    pub xmlrpc: Option<&'static str>,
    /// What a stream of it goes by in JSON-RPC, where that is not the method's own name.
    pub subscription: Option<SubscriptionNames>,
    /// The documentation comment, in Markdown.
    pub docs: &'static str,
    /// Whether the method is marked `#[deprecated]`.
    pub deprecated: bool,
    /// The request message, one field per argument; for a `bare` method, the argument itself; where the argument is a
    /// stream, one of its items, not wrapped.
    pub request: TypeRef,
    /// The argument that is a stream.
    pub stream: Option<StreamArgument>,
    /// Whether the single argument is the request message (`#[rpc(bare)]`).
    pub bare: bool,
    /// The type of the result (of one item, when it is streamed), not wrapped.
    pub response: TypeRef,
    /// The type of the error's details; `Unit` where errors are plain statuses.
    pub error: TypeRef,
    /// How many messages travel, and which way.
    pub kind: CallKind,
    /// Whether calling twice has the effect of calling once (`#[rpc(idempotent)]`).
    pub idempotent: bool,
    /// The client's default deadline (`#[rpc(timeout = "2s")]`).
    pub timeout: Option<Duration>,
    /// How urgent its calls are, on transports that have priorities: 0 to 32767, the highest first
    /// (`#[rpc(priority = 9)]`). None: what the transport gives calls that say nothing. Calls that share one session of
    /// JSON-RPC go over one request, and have none of their own.
    pub priority: Option<u32>,
    /// The pairs of `#[rpc(attr(key = "value"))]`.
    pub attrs: &'static [(&'static str, &'static str)],
    /// The service that the method belongs to.
    pub service: fn() -> &'static ServiceSchema,
}

/// The names of a stream in JSON-RPC: `#[rpc(jsonrpc(notification = …, unsubscribe = …))]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriptionNames {
    /// The method of the notifications that carry the items; none: the name that the caller used.
    pub notification: Option<&'static str>,
    /// The method that ends it, beside `rpc.unsubscribe`.
    pub unsubscribe: Option<&'static str>,
}

/// The names of an argument that is a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamArgument {
    /// In proto: the Rust name.
    pub name: &'static str,
    /// In JSON-RPC and XML-RPC.
    pub text: &'static str,
}

/// How many messages a method takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallKind {
    /// One message in, one out.
    Unary,
    /// One message in, none out.
    OneWay,
    /// One message in, a stream out.
    ServerStreaming,
    /// A stream in, one message out.
    ClientStreaming,
    /// A stream in, a stream out.
    Bidirectional,
}

impl CallKind {
    /// Whether the argument is a stream.
    pub const fn takes_stream(self) -> bool {
        matches!(self, CallKind::ClientStreaming | CallKind::Bidirectional)
    }

    /// Whether the result is a stream.
    pub const fn gives_stream(self) -> bool {
        matches!(self, CallKind::ServerStreaming | CallKind::Bidirectional)
    }

    /// Whether either is.
    pub const fn is_streaming(self) -> bool {
        self.takes_stream() || self.gives_stream()
    }
}

impl ServiceSchema {
    /// A service without methods, for generated code to fill in.
    #[doc(hidden)]
    pub const fn new(name: &'static str, package: &'static str, full_name: &'static str) -> ServiceSchema {
        let (short, docs, deprecated, methods) = (None, "", false, &[]);
        ServiceSchema { name, package, full_name, short, docs, deprecated, methods }
    }

    #[doc(hidden)]
    pub const fn short(mut self, short: Option<&'static str>) -> ServiceSchema {
        self.short = short;
        self
    }

    #[doc(hidden)]
    pub const fn docs(mut self, docs: &'static str) -> ServiceSchema {
        self.docs = docs;
        self
    }

    #[doc(hidden)]
    pub const fn deprecated(mut self) -> ServiceSchema {
        self.deprecated = true;
        self
    }

    #[doc(hidden)]
    pub const fn methods(mut self, methods: &'static [MethodSchema]) -> ServiceSchema {
        self.methods = methods;
        self
    }
}

impl MethodSchema {
    /// A unary method without arguments, for generated code to fill in.
    #[doc(hidden)]
    pub const fn new(
        index: usize,
        name: &'static str,
        path: &'static str,
        service: fn() -> &'static ServiceSchema,
    ) -> MethodSchema {
        const fn unit() -> &'static Type {
            &Type::Unit
        }
        MethodSchema {
            index,
            name,
            path,
            jsonrpc: None,
            xmlrpc: None,
            subscription: None,
            docs: "",
            deprecated: false,
            request: unit,
            stream: None,
            bare: false,
            response: unit,
            error: unit,
            kind: CallKind::Unary,
            idempotent: false,
            timeout: None,
            priority: None,
            attrs: &[],
            service,
        }
    }

    /// Sets the types of the request, the result and the error's details.
    #[doc(hidden)]
    pub const fn types(mut self, request: TypeRef, response: TypeRef, error: TypeRef) -> MethodSchema {
        (self.request, self.response, self.error) = (request, response, error);
        self
    }

    /// Sets the names of its own that the method has in the text protocols.
    #[doc(hidden)]
    pub const fn names(
        mut self,
        jsonrpc: Option<&'static str>,
        xmlrpc: Option<&'static str>,
    ) -> MethodSchema {
        (self.jsonrpc, self.xmlrpc) = (jsonrpc, xmlrpc);
        self
    }

    #[doc(hidden)]
    pub const fn docs(mut self, docs: &'static str) -> MethodSchema {
        self.docs = docs;
        self
    }

    #[doc(hidden)]
    pub const fn deprecated(mut self) -> MethodSchema {
        self.deprecated = true;
        self
    }

    #[doc(hidden)]
    pub const fn bare(mut self) -> MethodSchema {
        self.bare = true;
        self
    }

    /// Names the notifications of the stream, and the method that ends it, in JSON-RPC.
    #[doc(hidden)]
    pub const fn subscription(
        mut self,
        notification: Option<&'static str>,
        unsubscribe: Option<&'static str>,
    ) -> MethodSchema {
        self.subscription = Some(SubscriptionNames { notification, unsubscribe });
        self
    }

    /// The method of the notifications that carry the items in JSON-RPC, where it has a name of its own.
    pub(crate) fn notification(&self) -> Option<&'static str> {
        self.subscription.and_then(|names| names.notification)
    }

    /// Names the argument that is a stream, in proto and in the text protocols.
    #[doc(hidden)]
    pub const fn stream(mut self, name: &'static str, text: &'static str) -> MethodSchema {
        self.stream = Some(StreamArgument { name, text });
        self
    }

    #[doc(hidden)]
    pub const fn kind(mut self, kind: CallKind) -> MethodSchema {
        self.kind = kind;
        self
    }

    #[doc(hidden)]
    pub const fn idempotent(mut self) -> MethodSchema {
        self.idempotent = true;
        self
    }

    #[doc(hidden)]
    pub const fn timeout(mut self, timeout: Duration) -> MethodSchema {
        self.timeout = Some(timeout);
        self
    }

    #[doc(hidden)]
    pub const fn priority(mut self, priority: u32) -> MethodSchema {
        self.priority = Some(priority);
        self
    }

    #[doc(hidden)]
    pub const fn attrs(mut self, attrs: &'static [(&'static str, &'static str)]) -> MethodSchema {
        self.attrs = attrs;
        self
    }

    /// The value of an attribute given by `#[rpc(attr(key = "value"))]`.
    pub fn attr(&self, key: &str) -> Option<&'static str> {
        self.attrs.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    /// The gRPC name: `Place`.
    pub fn grpc_name(&self) -> &'static str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    /// The full name: `shop.v1.Orders/Place`. It is the same in every protocol.
    pub fn full_name(&self) -> &'static str {
        self.path.strip_prefix('/').unwrap_or(self.path)
    }

    /// Every spelling by which `protocol` knows the method; the first is the one that our clients use, and
    /// that listings show.
    ///
    /// gRPC knows the path alone; JSON-RPC and XML-RPC the method's own name there or the short name
    /// (`orders.place`), and `shop.v1.Orders.Place` and `shop.v1.Orders/Place`.
    pub fn spellings(&self, protocol: Protocol) -> Vec<String> {
        let first = self.spelling(protocol).concat();
        if protocol == Protocol::Grpc {
            return vec![first];
        }
        let dotted = format!("{}.{}", (self.service)().full_name, self.grpc_name());
        let mut spellings = vec![first, dotted, self.full_name().to_owned()];
        spellings.dedup();
        spellings
    }

    /// The spelling that our clients use, in pieces: `orders`, `.`, `place`.
    pub(crate) fn spelling(&self, protocol: Protocol) -> [&'static str; 3] {
        let own = match protocol {
            Protocol::Grpc => Some(self.path),
            Protocol::JsonRpc => self.jsonrpc,
            Protocol::XmlRpc => self.xmlrpc,
        };
        let service = (self.service)();
        match (own, service.short) {
            (Some(own), _) => [own, "", ""],
            (None, Some("")) => [self.name, "", ""],
            (None, Some(short)) => [short, ".", self.name],
            (None, None) => [service.full_name, ".", self.grpc_name()],
        }
    }
}
