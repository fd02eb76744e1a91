//! Texts, and the characters that XML lacks.

use proptest::collection::vec;
use proptest::prelude::*;

use super::Row;

fn chars() -> impl Strategy<Value = char> {
    let odd = [
        '\0',
        '\t',
        '\n',
        '\r',
        '\x1f',
        '\x7f',
        '<',
        '&',
        '>',
        ']',
        '"',
        '\u{fffe}',
        '\u{ffff}',
        '\u{10ffff}',
    ];
    prop_oneof![2 => any::<char>(), 4 => proptest::char::range('a', 'z'), 1 => prop::sample::select(odd.to_vec())]
}

pub(crate) fn texts() -> impl Strategy<Value = String> {
    vec(chars(), 0..6).prop_map(String::from_iter)
}

pub(crate) fn in_xml(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..))
}

impl Row for String {
    fn any() -> BoxedStrategy<String> {
        texts().boxed()
    }

    fn over_xml(&self) -> Option<String> {
        in_xml(self).then(|| self.clone())
    }
}

impl Row for char {
    fn any() -> BoxedStrategy<char> {
        chars().boxed()
    }

    fn over_xml(&self) -> Option<char> {
        in_xml(&self.to_string()).then_some(*self)
    }
}
