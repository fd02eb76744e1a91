//! Namespace prefixes in scope: which of them mean Apache's extensions.

use quick_xml::events::BytesStart;

/// The namespace of the types that Apache's library added (<https://ws.apache.org/xmlrpc/types.html>).
const EXTENSIONS: &str = "http://ws.apache.org/xmlrpc/namespaces/extensions";

/// Attributes of one element.
const MAX_ATTRIBUTES: usize = 16;
/// Prefixes declared around one place of the document: real clients declare one.
const MAX_PREFIXES: usize = 64;

/// The declarations that hold where the lexer stands.
#[derive(Default)]
pub(super) struct Scope {
    declared: Vec<Declaration>,
}

struct Declaration {
    level: usize,
    prefix: String,
    extensions: bool,
}

impl Scope {
    /// Checks the attributes of an element at `level`, and remembers the prefixes that they declare.
    pub(super) fn enter(&mut self, level: usize, start: &BytesStart<'_>) -> Result<(), String> {
        // quick-xml compares each attribute with all before it: the limit keeps that cheap
        for (index, attribute) in start.attributes().enumerate() {
            if index == MAX_ATTRIBUTES {
                return Err(format!("more than {MAX_ATTRIBUTES} attributes on one element"));
            }
            let attribute = attribute.map_err(|error| format!("a malformed attribute: {error}"))?;
            let Some(prefix) = attribute.key.0.strip_prefix("xmlns:") else { continue };
            if self.declared.len() == MAX_PREFIXES {
                return Err(format!("more than {MAX_PREFIXES} namespace prefixes"));
            }
            let extensions = attribute.value == EXTENSIONS;
            self.declared.push(Declaration { level, prefix: prefix.to_owned(), extensions });
        }
        Ok(())
    }

    /// Forgets what was declared deeper than `level`.
    #[inline]
    pub(super) fn leave(&mut self, level: usize) {
        while self.declared.last().is_some_and(|last| last.level > level) {
            self.declared.pop();
        }
    }

    /// Whether a prefix means the extensions.
    ///
    /// One that is declared nowhere does: its clients forget the declaration, and it may stand on an element outside
    /// the fragment that is read.
    pub(super) fn means_extensions(&self, prefix: &str) -> bool {
        self.declared.iter().rev().find(|d| d.prefix == prefix).is_none_or(|d| d.extensions)
    }
}
