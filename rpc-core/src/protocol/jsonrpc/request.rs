//! Request objects as slices of the body ([JSON-RPC 2.0, sections 4 and 6](https://www.jsonrpc.org/specification)).

use std::borrow::Cow;
use std::ops::Range;

use super::VERSION;
use super::scan::{Malformed, Raw, Scanner};
use crate::codec::JSON_DEPTH;

/// What a body holds.
#[derive(Debug)]
pub(super) enum Incoming<'a> {
    Single(Item<'a>),
    /// At least one.
    Batch(Vec<Item<'a>>),
}

/// One element of a batch, or the whole body.
pub(super) type Item<'a> = Result<Request<'a>, Invalid<'a>>;

/// A valid request object.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) method: Cow<'a, str>,
    /// Where in the body the parameters stand; empty where there are none.
    pub(super) params: Range<usize>,
    /// Whether a parameter is nested deeper than any value may be.
    pub(super) too_deep: bool,
    /// As it was sent; none for a notification.
    pub(super) id: Option<&'a str>,
    /// The member `rpc`: what would be headers elsewhere.
    pub(super) extra: Option<Raw<'a>>,
}

/// JSON, but not a request object.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Invalid<'a> {
    /// The id, where it can be read.
    pub(super) id: Option<&'a str>,
}

/// A body of which nothing is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Malformed,
    EmptyBatch,
    TooManyCalls,
}

impl From<Malformed> for Refused {
    fn from(_: Malformed) -> Refused {
        Refused::Malformed
    }
}

/// Reads a body with at most `batch` requests.
pub(super) fn read(body: &str, batch: usize) -> Result<Incoming<'_>, Refused> {
    let mut scanner = Scanner::new(body);
    if scanner.peek() != Some(b'[') {
        let single = item(&mut scanner)?;
        scanner.end()?;
        return Ok(Incoming::Single(single));
    }
    let mut items = Vec::new();
    scanner.array(|scanner| {
        if items.len() == batch {
            return Err(Refused::TooManyCalls);
        }
        items.push(item(scanner)?);
        Ok(())
    })?;
    scanner.end()?;
    if items.is_empty() {
        return Err(Refused::EmptyBatch);
    }
    Ok(Incoming::Batch(items))
}

fn item<'a>(scanner: &mut Scanner<'a>) -> Result<Item<'a>, Malformed> {
    if scanner.peek() != Some(b'{') {
        let value = scanner.value()?;
        return if value.depth > JSON_DEPTH { Err(Malformed) } else { Ok(Err(Invalid::default())) };
    }
    let mut members = Members::default();
    scanner.object(|key, value| members.add(key, value))?;
    if members.too_deep { Err(Malformed) } else { Ok(members.request()) }
}

/// The members of an object that may be a request.
#[derive(Default)]
struct Members<'a> {
    version: Option<Raw<'a>>,
    method: Option<Raw<'a>>,
    params: Option<Raw<'a>>,
    id: Option<Raw<'a>>,
    extra: Option<Raw<'a>>,
    /// Whether one of these came twice, and whether the id did.
    twice: bool,
    id_twice: bool,
    /// Whether a member other than the parameters is nested deeper than any value may be.
    too_deep: bool,
}

impl<'a> Members<'a> {
    fn add(&mut self, key: Raw<'a>, value: Raw<'a>) {
        let name = key.string().unwrap_or_default();
        self.too_deep |= value.depth > JSON_DEPTH && name != "params";
        let slot = match &*name {
            "jsonrpc" => &mut self.version,
            "method" => &mut self.method,
            "params" => &mut self.params,
            "id" => &mut self.id,
            "rpc" => &mut self.extra,
            // What is not known is ignored.
            _ => return,
        };
        if slot.replace(value).is_some() {
            self.twice = true;
            self.id_twice |= name == "id";
        }
    }

    fn request(self) -> Item<'a> {
        let readable = self.id.filter(|id| is_id(id) && !self.id_twice);
        let id = readable.map(|id| id.text);
        let valid = !self.twice
            && id.is_some() == self.id.is_some()
            && self.version.is_some_and(|version| version.string().as_deref() == Some(VERSION))
            && self.params.is_none_or(|params| matches!(params.first(), b'[' | b'{'));
        match self.method.filter(|method| valid && method.first() == b'"') {
            None => Err(Invalid { id }),
            // A name with a lone surrogate is a string, but nobody's.
            Some(method) => Ok(Request {
                method: method.string().unwrap_or_default(),
                params: self.params.map_or(0..0, |params| params.range()),
                too_deep: self.params.is_some_and(|params| params.depth > JSON_DEPTH + 1),
                id,
                extra: self.extra,
            }),
        }
    }
}

/// Whether a value may be an id: a string, a number or null.
fn is_id(value: &Raw<'_>) -> bool {
    matches!(value.first(), b'"' | b'-' | b'0'..=b'9' | b'n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(body: &str) -> Item<'_> {
        match read(body, 10) {
            Ok(Incoming::Single(item)) => item,
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn a_request_is_slices_of_the_body() {
        let body = r#" {"jsonrpc":"2.0","method":"a.b", "params" : [1, 2], "id": 1.50e1 } "#;
        let request = single(body).unwrap();
        assert!(matches!(request.method, Cow::Borrowed("a.b")));
        assert_eq!((&body[request.params], request.id), ("[1, 2]", Some("1.50e1")));
    }

    #[test]
    fn ids_are_kept_as_sent() {
        for id in
            ["0", "-1", "123456789012345678901234567890", "1.5", "\"\"", "\"\\u0061\"", "null", "\"\\ud800\""]
        {
            let body = format!(r#"{{"jsonrpc":"2.0","method":"m","id":{id}}}"#);
            assert_eq!(single(&body).unwrap().id, Some(id));
        }
        assert_eq!(single(r#"{"jsonrpc":"2.0","method":"m"}"#).unwrap().id, None);
    }

    #[test]
    fn an_invalid_request_keeps_the_id_that_can_be_read() {
        let with_id = [
            r#"{"method":"m","id":7}"#,
            r#"{"jsonrpc":"1.0","method":"m","id":7}"#,
            r#"{"jsonrpc":2.0,"method":"m","id":7}"#,
            r#"{"jsonrpc":"2.0","id":7}"#,
            r#"{"jsonrpc":"2.0","method":1,"id":7}"#,
            r#"{"jsonrpc":"2.0","method":null,"id":7}"#,
            r#"{"jsonrpc":"2.0","method":"m","params":1,"id":7}"#,
            r#"{"jsonrpc":"2.0","method":"m","params":"x","id":7}"#,
            r#"{"jsonrpc":"2.0","method":"m","params":null,"id":7}"#,
            r#"{"jsonrpc":"2.0","method":"m","method":"m","id":7}"#,
            r#"{"jsonrpc":"2.0","method":"m","\u006dethod":"m","id":7}"#,
            r#"{"jsonrpc":"2.0","method":"m","params":[],"params":[],"id":7}"#,
            r#"{"jsonrpc":"2.0","jsonrpc":"2.0","method":"m","id":7}"#,
        ];
        for body in with_id {
            assert_eq!(single(body).unwrap_err().id, Some("7"), "{body}");
        }
        let without = [
            r#"{"jsonrpc":"2.0","method":"m","id":true}"#,
            r#"{"jsonrpc":"2.0","method":"m","id":[1]}"#,
            r#"{"jsonrpc":"2.0","method":"m","id":{}}"#,
            r#"{"jsonrpc":"2.0","method":"m","id":7,"id":7}"#,
            r#"{"jsonrpc":"2.0","method":1,"params":"bar"}"#,
            "{}",
            "null",
            "1",
            "\"x\"",
            "true",
        ];
        for body in without {
            assert_eq!(single(body).unwrap_err().id, None, "{body}");
        }
    }

    #[test]
    fn names_are_known_however_they_are_escaped_and_others_are_ignored() {
        let body = r#"{"\u006asonrpc":"\u0032.0","meth\u006fd":"a\u002eb","x":{"id":[]},"x":1,"\ud800":1,"i\u0064":"7"}"#;
        let request = single(body).unwrap();
        assert_eq!((&*request.method, request.id, request.params), ("a.b", Some("\"7\""), 0..0));
    }

    #[test]
    fn what_is_no_json_is_refused_whole() {
        let bodies = [
            "",
            "  ",
            "\u{feff}{}",
            r#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#,
            r#"[{"jsonrpc":"2.0","method":"m","id":1},{"jsonrpc":"2.0","method"]"#,
            r#"{"jsonrpc":"2.0","method":"m","id":1} x"#,
            r#"{"jsonrpc":"2.0","method":"m","id":1}{}"#,
            r#"{"jsonrpc":"2.0","method":"m","params":[1,],"id":1}"#,
            "[1,]",
            "[1",
            "{",
        ];
        for body in bodies {
            assert_eq!(read(body, 10).unwrap_err(), Refused::Malformed, "{body}");
        }
    }

    #[test]
    fn a_batch_has_at_least_one_and_at_most_so_many() {
        assert_eq!(read(" [ ] ", 10).unwrap_err(), Refused::EmptyBatch);
        assert!(matches!(read("[1,2,3]", 3), Ok(Incoming::Batch(items)) if items.len() == 3));
        assert_eq!(read("[1,2,3,4]", 3).unwrap_err(), Refused::TooManyCalls);
    }

    #[test]
    fn depth_is_refused_by_where_it_stands() {
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        let params = |levels| format!(r#"{{"jsonrpc":"2.0","method":"m","params":{},"id":1}}"#, deep(levels));
        let other = |levels| format!(r#"{{"jsonrpc":"2.0","method":"m","x":{},"id":1}}"#, deep(levels));
        assert!(!single(&params(129)).unwrap().too_deep);
        assert!(single(&params(130)).unwrap().too_deep);
        assert!(!single(&other(128)).unwrap().too_deep);
        assert_eq!(read(&other(129), 1).unwrap_err(), Refused::Malformed);
        assert_eq!(read(&format!("[{}]", deep(129)), 1).unwrap_err(), Refused::Malformed);
    }
}
