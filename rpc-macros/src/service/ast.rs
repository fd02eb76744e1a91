//! The model of a service, which `#[service]` makes of a trait.

use std::time::Duration;

use syn::{Attribute, Block, Ident, Path, TraitItemFn, Type, TypeParamBound, Visibility};

use crate::message::{Docs, Fields};

/// A trait whose methods are called from afar.
pub(super) struct Service {
    pub(super) vis: Visibility,
    pub(super) ident: Ident,
    /// The attributes of the trait that are not ours.
    pub(super) attrs: Vec<Attribute>,
    pub(super) supertraits: Vec<TypeParamBound>,
    /// The path of the facade, of which `__private` is a module.
    pub(super) krate: Path,
    /// The name, without the package.
    pub(super) name: String,
    pub(super) package: Package,
    pub(super) short: Option<String>,
    pub(super) docs: Docs,
    pub(super) methods: Vec<Method>,
    /// Methods with mistakes: they stay in the trait, so that those who implement it see no further errors.
    pub(super) broken: Vec<TraitItemFn>,
}

/// The package of a service.
pub(super) struct Package {
    pub(super) name: String,
    /// Whether it should have been given: the trait is public, and the crate's name stands in.
    pub(super) guessed: bool,
}

/// A method.
pub(super) struct Method {
    pub(super) ident: Ident,
    /// The attributes of the method that are not ours.
    pub(super) attrs: Vec<Attribute>,
    /// The name of the context argument, if there is one.
    pub(super) context: Option<Ident>,
    pub(super) arguments: Vec<Argument>,
    /// The arguments as the fields of the request message.
    pub(super) fields: Fields,
    /// The argument that is a stream; it is the only one then, and there are no fields.
    pub(super) stream: Option<Stream>,
    /// What it returns, some `Result`.
    pub(super) output: Type,
    /// Whether it returns a stream.
    pub(super) streams: bool,
    /// The default body.
    pub(super) body: Option<Block>,
    pub(super) docs: Docs,
    pub(super) names: Names,
    pub(super) oneway: bool,
    pub(super) bare: bool,
    pub(super) idempotent: bool,
    pub(super) timeout: Option<Duration>,
    pub(super) priority: Option<u32>,
    pub(super) pairs: Vec<(String, String)>,
}

/// The names of a method.
pub(super) struct Names {
    /// In the text protocols, behind the service's short name.
    pub(super) text: String,
    pub(super) grpc: String,
    /// Names of its own in one protocol.
    pub(super) jsonrpc: Option<String>,
    pub(super) xmlrpc: Option<String>,
    /// Of the notifications of a stream in JSON-RPC, and of the method that ends it.
    pub(super) notification: Option<String>,
    pub(super) unsubscribe: Option<String>,
}

/// An argument that travels.
pub(super) struct Argument {
    pub(super) ident: Ident,
    /// The type as it is written in the trait.
    pub(super) ty: Type,
    /// Whether it borrows from the call: `&str`, `&[u8]`.
    pub(super) borrowed: bool,
}

/// An argument that is a stream.
pub(super) struct Stream {
    /// Its Rust name.
    pub(super) name: String,
    /// Its name in the text protocols.
    pub(super) text: String,
    pub(super) ty: Type,
}

impl Method {
    /// Whether the request message borrows from the call.
    pub(super) fn borrows(&self) -> bool {
        self.arguments.iter().any(|argument| argument.borrowed)
    }

    /// The name of the request message.
    pub(super) fn request(&self, service: &Service) -> Ident {
        quote::format_ident!("{}{}Request", service.name, self.names.grpc, span = self.ident.span())
    }
}
