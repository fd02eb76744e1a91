//! What an endpoint says of certificates, by its options and by code.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::material;
use crate::{Endpoint, Tls};

/// Where some PEM comes from.
#[derive(Clone)]
pub(super) enum Source {
    /// A file, read again when it changes.
    File(PathBuf),
    /// Given by code.
    Given(Vec<u8>),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Given(_) => f.write_str("what was given by code"),
        }
    }
}

/// A chain of certificates and its key.
pub(super) struct Identity {
    pub(super) chain: Source,
    pub(super) key: Source,
}

/// What an endpoint says of certificates.
pub(super) struct Settings {
    pub(super) identity: Option<Identity>,
    pub(super) ca: Option<Source>,
    pub(super) client_ca: Option<Source>,
    pub(super) client_optional: bool,
    pub(super) server_name: Option<String>,
}

impl Settings {
    /// For a listener.
    #[cfg(feature = "server")]
    pub(super) fn of_listener(endpoint: &Endpoint) -> io::Result<Self> {
        let settings = Self::of(endpoint)?;
        if settings.ca.is_some() || settings.server_name.is_some() {
            return Err(material::bad("ca and server_name are for clients: a listener takes client_ca"));
        }
        if settings.identity.is_none() {
            return Err(material::bad(
                "a listener needs its certificates and their key: cert=FILE.pem&key=FILE.pem, or Endpoint::with_tls",
            ));
        }
        if settings.client_ca.is_none() && endpoint.option("client_auth").is_some() {
            return Err(material::bad("client_auth needs client_ca=FILE.pem: whom clients are to be from"));
        }
        Ok(settings)
    }

    /// For a client.
    #[cfg(feature = "client")]
    pub(super) fn of_client(endpoint: &Endpoint) -> io::Result<Self> {
        let settings = Self::of(endpoint)?;
        if settings.client_ca.is_some() || endpoint.option("client_auth").is_some() {
            return Err(material::bad("client_ca and client_auth are for listeners: a client takes ca"));
        }
        Ok(settings)
    }

    fn of(endpoint: &Endpoint) -> io::Result<Self> {
        let given = endpoint.tls().cloned().unwrap_or_default();
        let Tls { identity, ca, client_ca, client_optional, server_name } = given;
        let named = |option: &str| endpoint.option(option).map(|path| Source::File(PathBuf::from(path)));
        let named_identity = match (named("cert"), named("key")) {
            (Some(chain), Some(key)) => Some(Identity { chain, key }),
            (None, None) => None,
            _ => return Err(material::bad("cert and key go together")),
        };
        let identity =
            identity.map(|(chain, key)| Identity { chain: Source::Given(chain), key: Source::Given(key) });
        let client_optional = match endpoint.option("client_auth") {
            None | Some("required") => client_optional,
            Some("optional") => true,
            Some(_) => return Err(material::bad("client_auth is required or optional")),
        };
        Ok(Self {
            identity: identity.or(named_identity),
            ca: ca.map(Source::Given).or_else(|| named("ca")),
            client_ca: client_ca.map(Source::Given).or_else(|| named("client_ca")),
            client_optional,
            server_name: server_name.or_else(|| endpoint.option("server_name").map(str::to_owned)),
        })
    }

    /// The files that may change.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        let identity = self.identity.iter().flat_map(|identity| [&identity.chain, &identity.key]);
        identity.chain(&self.ca).chain(&self.client_ca).filter_map(|source| match source {
            Source::File(path) => Some(path.as_path()),
            Source::Given(_) => None,
        })
    }
}
