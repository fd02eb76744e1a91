//! Text to endpoint. No input makes this panic: a fuzz target holds it to that.

use super::error::Kind;
use super::name::{queue, socket};
use super::registry::{self, Entry, Shape, State};
use super::{Address, Endpoint, EndpointError, percent};

pub(super) fn endpoint(text: &str) -> Result<Endpoint, EndpointError> {
    let Some((head, rest)) = text.split_once(':') else { return Err(no_transport(text)) };
    let (protocol, scheme) = match head.rsplit_once('+') {
        Some((protocol, scheme)) => (Some(protocol), scheme),
        None => (None, head),
    };
    let Some(entry) = registry::find(scheme) else { return Err(unknown(text, scheme, rest)) };
    match entry.state {
        State::Built => {}
        State::Feature => return Err(EndpointError::feature(entry)),
        State::Planned => return Err(Kind::Planned { scheme: entry.scheme }.into()),
    }
    parts(entry, protocol, rest)
}

/// What follows the name of a transport.
pub(super) fn parts(entry: &Entry, protocol: Option<&str>, rest: &str) -> Result<Endpoint, EndpointError> {
    if protocol.is_some_and(|name| !is_name(name)) {
        return Err(EndpointError::address(entry, "what stands before the + is no protocol's name"));
    }
    if rest.chars().any(|c| c.is_control()) {
        return Err(EndpointError::address(entry, "a control character in it"));
    }
    let mut endpoint = Endpoint::new(entry.scheme, entry.transport, Address::Name(String::new()));
    endpoint.protocol = protocol.map(str::to_owned);
    let rest = match rest.split_once('?') {
        Some((address, options)) if !entry.web => {
            endpoint.options = parse_options(entry, options)?;
            address
        }
        _ => rest,
    };
    match entry.shape {
        Shape::Host { port } => host(&mut endpoint, entry, rest, port)?,
        Shape::Socket => endpoint.address = socket(entry, rest)?,
        Shape::Queue => endpoint.address = queue(entry, rest)?,
        Shape::Name => endpoint.address = Address::Name(name(entry, rest)?),
        Shape::Program => endpoint.address = Address::Program(program(entry, rest)?),
        Shape::Nothing if rest.is_empty() => {}
        Shape::Nothing => return Err(EndpointError::address(entry, "nothing may follow the colon")),
    }
    Ok(endpoint)
}

/// `//[user[:password]@]host[:port][/path]`
fn host(
    endpoint: &mut Endpoint,
    entry: &Entry,
    rest: &str,
    default_port: Option<u16>,
) -> Result<(), EndpointError> {
    let bad = |problem| EndpointError::address(entry, problem);
    let rest = rest.strip_prefix("//").ok_or_else(|| bad("two slashes and a host must follow the colon"))?;
    let cut = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(cut);
    if path.contains('#') {
        return Err(bad("a fragment (#…) has no meaning here"));
    }
    if path.contains(|c: char| !c.is_ascii_graphic()) {
        return Err(bad("its path must be percent-encoded ASCII"));
    }
    let authority = match authority.rsplit_once('@') {
        Some((user, authority)) => {
            endpoint.user = Some(user.to_owned());
            authority
        }
        None => authority,
    };
    let (name, port) =
        split_port(authority).ok_or_else(|| bad("an IPv6 address needs its brackets closed"))?;
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "-._:%".contains(c)) {
        return Err(bad("no valid host name or address"));
    }
    let port = match port {
        Some(digits) => digits.parse().map_err(|_| bad("the port must be a number from 0 to 65535"))?,
        None => default_port.ok_or_else(|| bad("a port must follow the host, as in //localhost:50051"))?,
    };
    endpoint.address = Address::Host { host: name.to_owned(), port, default_port };
    endpoint.path = if path.starts_with('?') { format!("/{path}") } else { path.to_owned() };
    Ok(())
}

/// Host and port; `None` where a bracket stays open.
fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if let Some(inner) = authority.strip_prefix('[') {
        let (host, after) = inner.split_once(']')?;
        return match after.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => after.is_empty().then_some((host, None)),
        };
    }
    match authority.split_once(':') {
        Some((_, port)) if port.contains(':') => None,
        Some((host, port)) => Some((host, Some(port))),
        None => Some((authority, None)),
    }
}

fn name(entry: &Entry, rest: &str) -> Result<String, EndpointError> {
    let name = rest.strip_prefix("//").unwrap_or(rest);
    if !is_name(name) {
        return Err(EndpointError::address(entry, "a name of letters, digits, '-', '_' and '.' must follow"));
    }
    Ok(name.to_owned())
}

/// A program's path, percent-decoded, or its name.
fn program(entry: &Entry, rest: &str) -> Result<String, EndpointError> {
    let path = if rest.starts_with("///") { &rest[2..] } else { rest };
    match decoded(entry, path)? {
        path if path.is_empty() => Err(EndpointError::address(entry, "a program must follow the colon")),
        path if path.starts_with("//") => {
            Err(EndpointError::address(entry, "a host has no meaning here: write one slash, or three"))
        }
        path => Ok(path),
    }
}

fn decoded(entry: &Entry, text: &str) -> Result<String, EndpointError> {
    let bytes = percent::decode(text).ok_or_else(|| {
        EndpointError::address(entry, "two hexadecimal digits must follow a %; write %25 for itself")
    })?;
    String::from_utf8(bytes)
        .map_err(|_| EndpointError::address(entry, "what is percent-encoded must be UTF-8"))
}

fn parse_options(entry: &Entry, text: &str) -> Result<Vec<(String, String)>, EndpointError> {
    let mut options: Vec<(String, String)> = Vec::new();
    for option in text.split('&').filter(|option| !option.is_empty()) {
        let (key, value) = option.split_once('=').unwrap_or((option, ""));
        if !entry.options.contains(&key) {
            return Err(EndpointError::option(entry, key));
        }
        if !entry.repeated.contains(&key) && options.iter().any(|(known, _)| known == key) {
            return Err(EndpointError::address(entry, "an option is given twice"));
        }
        options.push((key.to_owned(), decoded(entry, value)?));
    }
    Ok(options)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// A text without a colon: a path or a host, perhaps.
fn no_transport(text: &str) -> EndpointError {
    let meant = text.contains('/').then(|| format!("unix:{text}"));
    Kind::NoTransport { text: text.to_owned(), meant }.into()
}

/// A text whose first word is no transport: often `host:port`.
fn unknown(text: &str, scheme: &str, rest: &str) -> EndpointError {
    let (address, protocol) = match text.split_once('+') {
        Some((protocol, address)) if is_name(protocol) => (address, format!("{protocol}+")),
        _ => (text, String::new()),
    };
    let port = address.rsplit_once(':').map_or("", |(_, port)| port);
    let is_port = |text: &str| text.split('/').next().is_some_and(|port| port.parse::<u16>().is_ok());
    let meant = if is_port(rest) && (scheme.is_empty() || scheme.contains('.') || !scheme.contains(' '))
        || (address.starts_with('[') && is_port(port))
    {
        let address = if scheme.is_empty() { format!("127.0.0.1{address}") } else { address.to_owned() };
        Some(format!("{protocol}tcp://{address}"))
    } else if scheme.contains('/') {
        Some(format!("unix:{text}"))
    } else {
        None
    };
    match meant {
        Some(_) => Kind::NoTransport { text: text.to_owned(), meant }.into(),
        None => Kind::Unknown { scheme: scheme.to_owned() }.into(),
    }
}
