//! Whom a browser may reach on a loopback listener: the guard against DNS rebinding and forged requests.

use std::net::{IpAddr, SocketAddr};

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Uri};

/// Names that a loopback listener answers to, beside its own.
#[derive(Clone, Debug, Default)]
pub(super) struct AllowedHosts(Vec<String>);

impl AllowedHosts {
    pub(super) fn add(&mut self, host: String) {
        self.0.push(host);
    }

    /// Whether a request that a browser may have sent names the listener: by `Host` (or `:authority`), and by
    /// `Origin` if there is one. Every request is let in on listeners that are not on a loopback address.
    pub(super) fn admit(&self, local: Option<SocketAddr>, uri: &Uri, headers: &HeaderMap) -> bool {
        let Some(local) = local.filter(|local| local.ip().is_loopback()) else { return true };
        let header = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let authority = uri.authority().map(|authority| authority.as_str()).or_else(|| header(HOST));
        let origin = header(ORIGIN);
        authority.is_none_or(|host| self.names(local, host))
            && origin.is_none_or(|origin| {
                origin.split_once("://").is_some_and(|(_, host)| self.names(local, host))
            })
    }

    fn names(&self, local: SocketAddr, authority: &str) -> bool {
        let (host, port) = split(authority);
        let is_allowed =
            |allowed: &String| allowed.eq_ignore_ascii_case(authority) || allowed.eq_ignore_ascii_case(host);
        if self.0.iter().any(is_allowed) {
            return true;
        }
        let own_port = port.is_none_or(|port| port.parse() == Ok(local.port()));
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        own_port && (host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|ip| ip.is_loopback()))
    }
}

/// Host and port of `host`, `host:port` or `[v6]:port`.
fn split(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn admitted(local: &str, host: &str, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::try_from(host).unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::try_from(origin).unwrap());
        }
        let mut allowed = AllowedHosts::default();
        allowed.add("App.Example".into());
        allowed.admit(Some(local.parse().unwrap()), &Uri::from_static("/"), &headers)
    }

    #[test]
    fn a_loopback_listener_answers_to_its_own_names_and_the_allowed_ones() {
        for host in ["localhost:80", "127.0.0.1:80", "[::1]:80", "LOCALHOST", "app.example", "app.example:9"]
        {
            assert!(admitted("127.0.0.1:80", host, None), "{host}");
        }
        for host in ["evil.example:80", "localhost:81", "10.0.0.1:80", "", "localhost.evil.example:80"] {
            assert!(!admitted("127.0.0.1:80", host, None), "{host}");
        }
    }

    #[test]
    fn an_origin_must_name_the_listener_too() {
        assert!(admitted("127.0.0.1:80", "localhost:80", Some("http://localhost:80")));
        assert!(admitted("127.0.0.1:80", "localhost:80", Some("https://app.example")));
        for origin in ["http://evil.example", "null", "http://localhost:81"] {
            assert!(!admitted("127.0.0.1:80", "localhost:80", Some(origin)), "{origin}");
        }
    }

    #[test]
    fn other_listeners_answer_to_every_name() {
        assert!(admitted("192.0.2.1:80", "anything.example", Some("http://anything.example")));
    }
}
