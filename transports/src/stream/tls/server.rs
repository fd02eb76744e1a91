//! The serving end.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use rustls::server::WebPkiClientVerifier;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::material::{self, refused};
use super::reload::Reloaded;
use super::settings::Settings;
use crate::stream::{Bound, Engine, Socket, tcp};
use crate::{Endpoint, Peer, TlsIdentity};

/// Readies accepted connections.
pub(crate) type Acceptor = Arc<Certificates>;

/// What a listener shows, and whom it lets in.
#[derive(Debug)]
pub(crate) struct Certificates(Reloaded<ServerConfig>);

/// Binds, and says which port it became.
pub(crate) async fn bind(endpoint: Endpoint) -> io::Result<(Bound, Endpoint)> {
    let certificates = Reloaded::new(Settings::of_listener(&endpoint)?, config)?;
    let (listener, endpoint) = tcp::bind(endpoint).await?;
    Ok((Bound::Tls(listener, Arc::new(Certificates(certificates))), endpoint))
}

fn config(settings: &Settings) -> io::Result<ServerConfig> {
    let Some(identity) = &settings.identity else { return Err(material::bad("no certificates")) };
    let (chain, key) = material::identity(identity)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(refused)?;
    let builder = match &settings.client_ca {
        None => builder.with_no_client_auth(),
        Some(source) => {
            let roots = Arc::new(material::roots(source)?);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
            let verifier = if settings.client_optional { verifier.allow_unauthenticated() } else { verifier };
            builder.with_client_cert_verifier(verifier.build().map_err(refused)?)
        }
    };
    let mut config = builder.with_single_cert(chain, key).map_err(refused)?;
    config.alpn_protocols =
        [Engine::Http2, Engine::Http1].into_iter().filter_map(Engine::alpn).map(<[u8]>::to_vec).collect();
    Ok(config)
}

impl Certificates {
    /// A connection that came in, with the certificates of this moment.
    pub(crate) fn begin(&self, stream: TcpStream, peer: Peer) -> Handshake {
        Handshake { stream, acceptor: TlsAcceptor::from(self.0.get()), peer }
    }
}

/// A connection whose ends have yet to agree on keys.
pub(crate) struct Handshake {
    stream: TcpStream,
    acceptor: TlsAcceptor,
    peer: Peer,
}

/// What somebody gets who speaks HTTP to a listener of TLS.
const PLAIN: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n\
    content-length: 45\r\n\r\nthis port speaks TLS: call it with https://\r\n";

impl Handshake {
    /// Runs it to its end.
    pub(crate) async fn run(self) -> io::Result<(Socket, Peer)> {
        let Self { mut stream, acceptor, peer } = self;
        let mut first = [0];
        // Each record of TLS begins with its type, which is no letter (RFC 8446, section 5.1).
        if stream.peek(&mut first).await? == 1 && first[0].is_ascii_alphabetic() {
            tell_plain(&mut stream).await?;
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it does not speak TLS"));
        }
        match acceptor.accept(stream).await {
            Ok(stream) => {
                let peer = identified(peer, &stream);
                Ok((Socket::Tls(Box::new(stream.into())), peer))
            }
            Err(error) => {
                tracing::debug!(%error, remote = ?peer.remote(), "a TLS handshake failed");
                Err(error)
            }
        }
    }
}

/// Answers a request in plain HTTP. What is left unread would make the system throw the answer away, so that some is read:
/// as much as a head, for as long as a handshake may take.
async fn tell_plain(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(PLAIN).await?;
    stream.shutdown().await?;
    let mut rest = stream.take(16 * 1024);
    while rest.read(&mut [0; 1024]).await? > 0 {}
    Ok(())
}

/// The peer with what its certificate says, if it has shown one.
fn identified(peer: Peer, stream: &TlsStream<TcpStream>) -> Peer {
    match stream.get_ref().1.peer_certificates() {
        Some(chain) if !chain.is_empty() => peer.with_tls(identity(chain)),
        _ => peer,
    }
}

fn identity(chain: &[CertificateDer<'_>]) -> TlsIdentity {
    let identity = TlsIdentity::new(chain.iter().map(|certificate| certificate.to_vec()).collect());
    // It was verified, so that it can be read.
    let Some(Ok(own)) = chain.first().map(webpki::EndEntityCert::try_from) else { return identity };
    let owned = |name: &str| name.to_owned();
    identity.with_dns_names(own.valid_dns_names().map(owned)).with_uris(own.valid_uri_names().map(owned))
}
