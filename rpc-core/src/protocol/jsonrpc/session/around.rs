//! The words around an item that arrives: as a rule they are those around the item before it, and need not be read again.

use std::ops::Range;

use super::super::scan::Scanner;

/// Bytes of words that are kept; whoever says more is read anew each time.
const MOST: usize = 1024;

/// What stood around the last item.
#[derive(Default)]
pub(super) struct Around {
    stream: String,
    before: Vec<u8>,
    behind: Vec<u8>,
}

impl Around {
    /// Takes note of the words around the item of a stream. Those of a batch say more than this, and are not kept.
    pub(super) fn learn(&mut self, stream: &str, message: &[u8], item: Range<usize>) {
        self.before.clear();
        if let (Some(before @ [b'{', ..]), Some(behind)) =
            (message.get(..item.start), message.get(item.end..))
            && before.len() + behind.len() <= MOST
        {
            stream.clone_into(&mut self.stream);
            before.clone_into(&mut self.before);
            behind.clone_into(&mut self.behind);
        }
    }

    /// The stream, and where its item stands, if there are the same words around one value and nothing else: then the
    /// message says the same, but for the item.
    pub(super) fn find(&self, message: &[u8]) -> Option<(&str, Range<usize>)> {
        if self.before.is_empty() {
            return None;
        }
        let item = message.strip_prefix(&*self.before)?.strip_suffix(&*self.behind)?;
        let item = std::str::from_utf8(item).ok()?;
        let value = Scanner::new(item).value().ok()?;
        let start = self.before.len();
        (value.text.len() == item.len()).then_some((&*self.stream, start..start + item.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_around_one_value_are_known_and_nothing_else_is() {
        let mut around = Around::default();
        assert_eq!(around.find(b"1"), None);
        around.learn("\"a\"", br#"{"a":{"s":"a","r":1},"b":2}"#, 18..19);
        for item in ["7", "null", "\"x\\\"}\"", "{\"r\":[1,{}]}", "[]", "\"é\""] {
            let message = format!(r#"{{"a":{{"s":"a","r":{item}}},"b":2}}"#);
            assert_eq!(around.find(message.as_bytes()), Some(("\"a\"", 18..18 + item.len())), "{item}");
        }
        for item in ["", " ", "1,\"r\":2", "1 ", "1},\"c\":{", "{", "\"", "nul", "01"] {
            let message = format!(r#"{{"a":{{"s":"a","r":{item}}},"b":2}}"#);
            assert_eq!(around.find(message.as_bytes()), None, "{item}");
        }
        for message in [
            r#"{"a":{"s":"b","r":1},"b":2}"#,
            r#"{"a":{"s":"a","r":1},"b":3}"#,
            "",
            "1",
            r#"{"a":{"s":"a","r":"#,
        ] {
            assert_eq!(around.find(message.as_bytes()), None, "{message}");
        }
        assert_eq!(around.find(b"{\"a\":{\"s\":\"a\",\"r\":\"\xff\"},\"b\":2}"), None);
    }

    #[test]
    fn the_words_of_batches_and_long_ones_are_not_kept() {
        let long = format!("{{{}1}}", " ".repeat(MOST));
        for (message, at) in [(r#"[{"r":1},{"id":1}]"#, 6), (r#" {"r":1}"#, 6), (&*long, 1 + MOST)] {
            let mut around = Around::default();
            around.learn("7", br#"{"r":1}"#, 5..6);
            assert!(around.find(br#"{"r":2}"#).is_some());
            around.learn("7", message.as_bytes(), at..at + 1);
            assert_eq!(around.find(message.as_bytes()), None, "{message}");
        }
    }
}
