//! Pages under `docs/` whose fenced blocks a test reads, so that a page cannot drift from the code.
//!
//! The first word behind a fence is the language, the others say what the block is. `http request` and
//! `http response` come in pairs; in other blocks rows have columns, two spaces or more apart.

use std::path::Path;

/// A page, as its fenced blocks in their order.
#[derive(Debug)]
pub struct Page {
    /// All of them.
    pub blocks: Vec<Block>,
}

/// A fenced block.
#[derive(Debug)]
pub struct Block {
    /// The line of its fence, from 1.
    pub line: usize,
    /// The words behind the fence: `http`, `request`.
    pub words: Vec<String>,
    /// What stands between the fences.
    pub text: String,
}

/// A request, what its block says of it, and the response that the page promises.
#[derive(Debug)]
pub struct Exchange {
    /// The line of the request's fence, from 1.
    pub line: usize,
    /// The words behind `http request`.
    pub words: Vec<String>,
    /// What is sent.
    pub request: HttpMessage,
    /// What comes back.
    pub response: HttpMessage,
}

/// An HTTP/1.1 message. A page shows the headers that matter, and breaks bodies into lines: the white space at the
/// line's ends is not part of the body.
#[derive(Debug, PartialEq, Eq)]
pub struct HttpMessage {
    /// The request or status line.
    pub start: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The lines of the body, put together.
    pub body: String,
}

impl Page {
    /// Reads a page, `protocols/xmlrpc.md` say.
    ///
    /// # Panics
    /// When there is no such page, or a fence is not closed.
    pub fn read(name: &str) -> Page {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        Page::parse(&text)
    }

    fn parse(text: &str) -> Page {
        let mut blocks = Vec::new();
        let mut lines = text.lines().zip(1..);
        while let Some((line, number)) = lines.next() {
            let Some(info) = line.strip_prefix("```") else { continue };
            let words = info.split_whitespace().map(str::to_owned).collect();
            let inside: Vec<_> =
                lines.by_ref().map(|(line, _)| line).take_while(|line| *line != "```").collect();
            blocks.push(Block { line: number, words, text: inside.join("\n") });
        }
        Page { blocks }
    }

    /// The blocks of a language that begin with these words.
    pub fn blocks(&self, words: &[&str]) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(move |block| {
            block.words.len() >= words.len() && block.words.iter().zip(words).all(|(is, wanted)| is == wanted)
        })
    }

    /// Every `http request` with the `http response` behind it.
    ///
    /// # Panics
    /// When one of the two stands alone.
    pub fn exchanges(&self) -> Vec<Exchange> {
        let mut exchanges = Vec::new();
        let pairs = |block: &&Block| ["request", "response"].contains(&block.words[1].as_str());
        let mut messages = self.blocks(&["http"]).filter(pairs);
        while let Some(request) = messages.next() {
            assert_eq!(request.words[1], "request", "line {}", request.line);
            let response = messages.next().unwrap_or_else(|| panic!("line {}: no response", request.line));
            assert_eq!(response.words[1], "response", "line {}", response.line);
            exchanges.push(Exchange {
                line: request.line,
                words: request.words[2..].to_vec(),
                request: HttpMessage::parse(&request.text),
                response: HttpMessage::parse(&response.text),
            });
        }
        exchanges
    }
}

/// The bytes of hexadecimal text; a `#` begins a remark.
///
/// # Panics
/// When it is none.
pub fn hex(text: &str) -> Vec<u8> {
    let digits = text.lines().flat_map(|line| line.split('#').next().unwrap_or_default().split_whitespace());
    let digits: String = digits.collect();
    let pair =
        |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap_or_else(|_| panic!("no bytes: {text}"));
    (0..digits.len()).step_by(2).map(pair).collect()
}

impl Block {
    /// The lines, each as its columns.
    pub fn rows(&self) -> impl Iterator<Item = Vec<&str>> {
        self.text
            .lines()
            .map(|line| line.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect())
    }
}

impl HttpMessage {
    /// Reads the text of a block.
    ///
    /// # Panics
    /// When a header has no colon.
    pub fn parse(text: &str) -> HttpMessage {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let start = lines.next().unwrap_or_default().to_owned();
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no header: {line}"));
            (name.to_ascii_lowercase(), value.trim().to_owned())
        });
        HttpMessage { start, headers: headers.collect(), body: body.lines().map(str::trim).collect() }
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# A page\n\n```http request slow\nPOST / HTTP/1.1\nA: b\n\n<a>\n  <b/>\n</a>\n```\n\n\
                        text\n\n```http response\nHTTP/1.1 200 OK\n```\n\n```rows\nx y  z\n```\n";

    #[test]
    fn exchanges_are_requests_with_their_responses() {
        let page = Page::parse(PAGE);
        let exchanges = page.exchanges();
        assert_eq!(
            (exchanges.len(), exchanges[0].line, &*exchanges[0].words),
            (1, 3, &["slow".to_owned()][..])
        );
        assert_eq!(exchanges[0].request.header("a"), Some("b"));
        assert_eq!(exchanges[0].request.body, "<a><b/></a>");
        assert_eq!(exchanges[0].response.start, "HTTP/1.1 200 OK");
    }

    #[test]
    fn rows_have_columns_two_spaces_apart() {
        let page = Page::parse(PAGE);
        let block = page.blocks(&["rows"]).next().unwrap();
        assert_eq!(block.rows().collect::<Vec<_>>(), [["x y", "z"]]);
    }
}
