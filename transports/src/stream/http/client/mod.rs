//! The calling end on byte streams.

mod dial;
mod duplex;
mod http1;
mod http2;

use std::sync::Arc;

use ::http::header::{AUTHORIZATION, HOST};
use ::http::uri::{Authority, PathAndQuery, Scheme};
use ::http::{HeaderValue, Request, Response, Uri, Version};

use self::dial::Dialer;
use self::http1::Pool;
use self::http2::Multiplexed;
use crate::stream::Engine;
use crate::{Body, ClientConfig, ClientError, Endpoint, RawStream, Upgrade};

/// A client of one endpoint.
pub(crate) struct Client {
    endpoint: Endpoint,
    scheme: Scheme,
    authority: Authority,
    host: HeaderValue,
    /// From a user and password in the endpoint.
    authorization: Option<HeaderValue>,
    dialer: Arc<Dialer>,
    config: ClientConfig,
    http1: Arc<Pool>,
    http2: Multiplexed,
}

impl Client {
    pub(crate) fn new(endpoint: &Endpoint, config: ClientConfig) -> Result<Arc<Self>, ClientError> {
        let name = endpoint.authority();
        let host = HeaderValue::try_from(&name).map_err(ClientError::request)?;
        let authority = Authority::try_from(name).map_err(ClientError::request)?;
        let authorization = endpoint.user_info().map(basic).transpose()?;
        let dialer = Arc::new(Dialer::new(endpoint.clone(), config.clone())?);
        let scheme = if endpoint.transport() == "tls" { Scheme::HTTPS } else { Scheme::HTTP };
        Ok(Arc::new(Self {
            endpoint: endpoint.clone(),
            scheme,
            authority,
            host,
            authorization,
            http1: Pool::new(dialer.clone(), config.clone()),
            http2: Multiplexed::new(dialer.clone(), config.clone()),
            config,
            dialer,
        }))
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(crate) async fn ready(&self, version: Version) -> Result<(), ClientError> {
        self.dialer.prove(self.engine(version)).await
    }

    /// What speaks for requests of this version.
    fn engine(&self, version: Version) -> Engine {
        match version {
            Version::HTTP_2 => Engine::Http2,
            _ if self.dialer.is_shared() => Engine::Http2,
            _ => Engine::Http1,
        }
    }

    pub(crate) async fn send(&self, mut request: Request<Body>) -> Result<Response<Body>, ClientError> {
        if let Some(secret) = &self.authorization {
            request.headers_mut().entry(AUTHORIZATION).or_insert_with(|| secret.clone());
        }
        if request.extensions().get::<RawStream>().is_some() {
            return duplex::raw(&self.dialer, request).await;
        }
        if let Some(upgrade) = request.extensions().get::<Upgrade>().cloned() {
            self.plain(&mut request);
            return duplex::upgrade(&self.dialer, &self.config, request, &upgrade).await;
        }
        if self.engine(request.version()) == Engine::Http2 {
            *request.version_mut() = Version::HTTP_2;
            *request.uri_mut() = self.absolute(request.uri())?;
            self.http2.send(request).await
        } else {
            self.plain(&mut request);
            self.http1.send(request).await
        }
    }

    /// Makes it a request of HTTP/1.1.
    fn plain(&self, request: &mut Request<Body>) {
        request.headers_mut().entry(HOST).or_insert_with(|| self.host.clone());
        *request.uri_mut() = Uri::from(path_of(request.uri()));
        *request.version_mut() = Version::HTTP_11;
    }

    fn absolute(&self, uri: &Uri) -> Result<Uri, ClientError> {
        let mut parts = ::http::uri::Parts::default();
        parts.scheme = Some(uri.scheme().unwrap_or(&self.scheme).clone());
        parts.authority = Some(uri.authority().unwrap_or(&self.authority).clone());
        parts.path_and_query = Some(path_of(uri));
        Uri::from_parts(parts).map_err(ClientError::request)
    }
}

fn path_of(uri: &Uri) -> PathAndQuery {
    uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"))
}

/// RFC 7617.
fn basic(user: &str) -> Result<HeaderValue, ClientError> {
    use base64::Engine as _;
    let mut user = percent_decode(user);
    if !user.contains(&b':') {
        user.push(b':');
    }
    let encoded = base64::engine::general_purpose::STANDARD.encode(user);
    let mut value = HeaderValue::try_from(format!("Basic {encoded}")).map_err(ClientError::request)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Decodes `%41` to `A`; what is not two hexadecimal digits stays as it is.
fn percent_decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                decoded.push(byte);
                rest = &after[2..];
            }
            _ => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    decoded
}
