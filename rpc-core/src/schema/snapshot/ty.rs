//! Types, as short texts: `map<string, list<shop.v1.Item>>`.

use std::fmt;

/// A type where it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    /// A type that holds no other: `u64`, `string`, `timestamp` …
    Plain(String),
    /// A value that may be absent.
    Option(Box<Ty>),
    /// A list or set.
    List(Box<Ty>),
    /// A map.
    Map(Box<Ty>, Box<Ty>),
    /// A tuple.
    Tuple(Vec<Ty>),
    /// The type of that full name.
    Named(String),
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ty::Plain(name) | Ty::Named(name) => f.write_str(name),
            Ty::Option(some) => write!(f, "option<{some}>"),
            Ty::List(item) => write!(f, "list<{item}>"),
            Ty::Map(key, value) => write!(f, "map<{key}, {value}>"),
            Ty::Tuple(items) => {
                let items: Vec<String> = items.iter().map(Ty::to_string).collect();
                write!(f, "tuple<{}>", items.join(", "))
            }
        }
    }
}

/// The names of what holds no other type.
const PLAIN: [&str; 19] = [
    "bool",
    "i8",
    "i16",
    "i32",
    "i64",
    "u8",
    "u16",
    "u32",
    "u64",
    "f32",
    "f64",
    "string",
    "char",
    "uuid",
    "bytes",
    "timestamp",
    "duration",
    "value",
    "unit",
];

/// How deep types may stand in each other in a file.
const MAX_DEPTH: usize = 64;

impl Ty {
    /// Reads what `Display` writes; None for anything else.
    pub(super) fn parse(text: &str) -> Option<Ty> {
        let mut rest = text;
        let ty = parse(&mut rest, MAX_DEPTH)?;
        rest.is_empty().then_some(ty)
    }
}

fn parse(rest: &mut &str, depth: usize) -> Option<Ty> {
    let depth = depth.checked_sub(1)?;
    let end = rest.find(['<', '>', ',']).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    *rest = after;
    let Some(after) = after.strip_prefix('<') else {
        return match name {
            "" => None,
            name if PLAIN.contains(&name) => Some(Ty::Plain(name.to_owned())),
            name => Some(Ty::Named(name.to_owned())),
        };
    };
    *rest = after;
    let mut items = vec![parse(rest, depth)?];
    while let Some(after) = rest.strip_prefix(", ") {
        *rest = after;
        items.push(parse(rest, depth)?);
    }
    *rest = rest.strip_prefix('>')?;
    let mut items = items.into_iter();
    let ty = match (name, items.len()) {
        ("option", 1) => Ty::Option(Box::new(items.next()?)),
        ("list", 1) => Ty::List(Box::new(items.next()?)),
        ("map", 2) => Ty::Map(Box::new(items.next()?), Box::new(items.next()?)),
        ("tuple", _) => Ty::Tuple(items.by_ref().collect()),
        _ => return None,
    };
    Some(ty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for text in ["u64", "shop.v1.Item", "map<string, list<option<tuple<u8, a.B>>>>"] {
            assert_eq!(Ty::parse(text).unwrap().to_string(), text);
        }
        let deep = "list<".repeat(100_000);
        for text in ["", "list<>", "list<u8", "list<u8>>", "map<u8>", "u8, u8", "tree<u8>", &deep] {
            assert_eq!(Ty::parse(text), None, "{text:.20}");
        }
    }
}
