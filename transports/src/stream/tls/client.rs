//! The calling end.

use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock};

use rustls::pki_types::ServerName;
use rustls::{AlertDescription, CertificateError, ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use super::material::{self, refused};
use super::reload::Reloaded;
use super::settings::Settings;
use crate::Endpoint;
use crate::stream::{Engine, Socket, tcp};

/// Makes connections to one endpoint.
pub(crate) struct Connector {
    endpoint: Endpoint,
    name: ServerName<'static>,
    config: Reloaded<ClientConfig>,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").field("endpoint", &self.endpoint).field("files", &self.config).finish()
    }
}

impl Connector {
    /// Reads the certificates that the endpoint names.
    pub(crate) fn new(endpoint: &Endpoint) -> io::Result<Self> {
        let settings = Settings::of_client(endpoint)?;
        let name = settings.server_name.as_deref().or(endpoint.host()).unwrap_or_default().to_owned();
        let name = ServerName::try_from(name).map_err(|_| material::bad("server_name is no valid name"))?;
        Ok(Self { endpoint: endpoint.clone(), name, config: Reloaded::new(settings, config)? })
    }

    /// A connection to a server that speaks what `engine` does, and whose certificate is as it must be.
    pub(crate) async fn connect(&self, engine: Engine) -> io::Result<Socket> {
        let stream = tcp::connect(&self.endpoint).await?;
        let connector = TlsConnector::from(self.config.get());
        let names = engine.alpn().map(<[u8]>::to_vec).into_iter().collect();
        let connecting = connector.with_alpn(names).connect(self.name.clone(), stream);
        let stream = connecting.await.map_err(|error| explained(error, engine))?;
        Ok(Socket::Tls(Box::new(stream.into())))
    }
}

fn config(settings: &Settings) -> io::Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(refused)?
        .with_root_certificates(match &settings.ca {
            Some(source) => Arc::new(material::roots(source)?),
            None => system_roots()?,
        });
    match &settings.identity {
        None => Ok(builder.with_no_client_auth()),
        Some(identity) => {
            let (chain, key) = material::identity(identity)?;
            builder.with_client_auth_cert(chain, key).map_err(refused)
        }
    }
}

/// Whom this system trusts, read once: its administrators add and remove roots, and so does `SSL_CERT_FILE`.
fn system_roots() -> io::Result<Arc<RootCertStore>> {
    static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    if let Some(roots) = ROOTS.get() {
        return Ok(roots.clone());
    }
    let mut roots = RootCertStore::empty();
    // A root that cannot be read leads nobody anywhere; the others still do.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            "this system has no root certificates: install them (ca-certificates), or name some by ca=FILE.pem",
        ));
    }
    Ok(ROOTS.get_or_init(|| Arc::new(roots)).clone())
}

/// Why there is no connection, in words that help.
fn explained(error: io::Error, engine: Engine) -> io::Error {
    use rustls::Error as Tls;
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<Tls>());
    let text = match cause {
        Some(Tls::InvalidCertificate(certificate)) => refusal(certificate),
        Some(Tls::InvalidMessage(_)) => "the server does not speak TLS there".to_owned(),
        Some(Tls::NoApplicationProtocol | Tls::AlertReceived(AlertDescription::NoApplicationProtocol)) => {
            let wanted = match engine {
                Engine::Http1 => "HTTP/1.1",
                Engine::Http2 => "HTTP/2",
                Engine::Raw => "anything but HTTP",
            };
            format!("the server does not speak {wanted} there (ALPN)")
        }
        Some(other) => format!("TLS: {other}"),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            "the server left in the middle of the TLS handshake".to_owned()
        }
        None => return error,
    };
    io::Error::new(error.kind(), text)
}

/// What is wrong with a server's certificate.
fn refusal(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => {
            "the server's certificate is from an unknown issuer (ca=FILE.pem names whom to trust)".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            format!("the server's certificate has expired: {error}")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("the server's certificate is for another name: {error}")
        }
        _ => format!("the server's certificate is refused: {error}"),
    }
}
