//! Certificates and keys that are given by code.

use std::fmt;

/// Certificates and keys of a `tls://` endpoint, given by code where files will not do: they come from a vault, say.
///
/// Everything is PEM. `Debug` shows only what there is, and never the key. Files, named by the options of the endpoint, are
/// read again when they change; what is given here stays as it is.
///
/// ```
/// use polyrpc_transports::Tls;
/// let tls = Tls::new().identity("chain", "secret").server_name("orders.example");
/// assert!(!format!("{tls:?}").contains("secret"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Tls {
    pub(crate) identity: Option<(Vec<u8>, Vec<u8>)>,
    pub(crate) ca: Option<Vec<u8>>,
    pub(crate) client_ca: Option<Vec<u8>>,
    pub(crate) client_optional: bool,
    pub(crate) server_name: Option<String>,
}

impl Tls {
    /// Nothing: what is not given is taken from the endpoint's options.
    pub fn new() -> Self {
        Self::default()
    }

    /// Who this end is: a chain of certificates, its own one first, and its private key. A listener needs it; a client gives
    /// it to servers that ask. As the options `cert` and `key`.
    pub fn identity(mut self, chain: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.identity = Some((chain.into(), key.into()));
        self
    }

    /// For clients: whom servers' certificates must be from. As the option `ca`; without either, the system's roots.
    pub fn ca(mut self, roots: impl Into<Vec<u8>>) -> Self {
        self.ca = Some(roots.into());
        self
    }

    /// For clients: the name that the server's certificate must have. As the option `server_name`; without either, the
    /// endpoint's host.
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }

    /// For listeners: whom clients' certificates must be from. As the option `client_ca`; without either, clients are
    /// not asked for one.
    pub fn client_ca(mut self, roots: impl Into<Vec<u8>>) -> Self {
        self.client_ca = Some(roots.into());
        self
    }

    /// For listeners: a client without a certificate is served too; a bad one is still refused. As
    /// `client_auth=optional`.
    pub fn client_optional(mut self) -> Self {
        self.client_optional = true;
        self
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("identity", &self.identity.is_some())
            .field("ca", &self.ca.is_some())
            .field("client_ca", &self.client_ca.is_some())
            .field("client_optional", &self.client_optional)
            .field("server_name", &self.server_name)
            .finish()
    }
}
