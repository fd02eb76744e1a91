//! PEM to certificates and keys.

use std::borrow::Cow;
use std::io;

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::settings::{Identity, Source};

/// What is wrong with an endpoint's certificates.
pub(super) fn bad(text: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text.into())
}

/// Anything that rustls finds wrong with them.
pub(super) fn refused(error: impl std::fmt::Display) -> io::Error {
    bad(error.to_string())
}

/// A chain and its key.
pub(super) fn identity(
    identity: &Identity,
) -> io::Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let pem = read(&identity.key)?;
    let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| {
        bad(format!("no private key in {} (one under a password cannot be read)", identity.key))
    })?;
    Ok((certificates(&identity.chain)?, key))
}

/// Whom to trust.
pub(super) fn roots(source: &Source) -> io::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(source)? {
        roots.add(certificate).map_err(|error| bad(format!("a certificate in {source}: {error}")))?;
    }
    Ok(roots)
}

fn certificates(source: &Source) -> io::Result<Vec<CertificateDer<'static>>> {
    let pem = read(source)?;
    let read = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
    match read {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(bad(format!("no certificates in {source}: they must be PEM"))),
    }
}

fn read(source: &Source) -> io::Result<Cow<'_, [u8]>> {
    match source {
        Source::Given(pem) => Ok(Cow::Borrowed(pem)),
        Source::File(path) => std::fs::read(path)
            .map(Cow::Owned)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))),
    }
}
