//! A [Model Context Protocol](https://modelcontextprotocol.io) server, written as one trait: it lets an assistant
//! search, read and write the notes of a folder.
//!
//! `cargo run --example mcp -- FOLDER` serves the one who started it, on standard input and output. To an assistant it is
//! made known as such programs are:
//!
//! ```json
//! { "mcpServers": { "notes": { "command": "/path/to/mcp", "args": ["/home/me/notes"] } } }
//! ```
//!
//! A note is a file `NAME.md`. Each is a resource, `note:NAME`, too. Any revision of the protocol that begins with
//! `initialize` will do: those from 2024-11-05 to 2025-11-25. Clients that try a later one first (`server/discover`) are
//! told that there is no such method, and fall back.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use polyrpc::{Message, Result, Status, service};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::fs;

/// The protocol, as far as we speak it. Members that are not named here are ignored, and so are other notifications.
#[service(package = "example.mcp", short = false, rename_all = "camelCase")]
trait Mcp {
    /// Agrees on a revision of the protocol.
    #[rpc(jsonrpc = "initialize")]
    async fn initialize(&self, protocol_version: String) -> Result<Initialized>;
    /// The client has heard it. A one-way method is a notification.
    #[rpc(jsonrpc = "notifications/initialized", oneway)]
    async fn initialized(&self) -> Result<()>;
    /// Whether we are still there.
    #[rpc(jsonrpc = "ping")]
    async fn ping(&self) -> Result<Nothing>;
    /// What we can do.
    #[rpc(jsonrpc = "tools/list")]
    async fn list_tools(&self) -> Result<Tools>;
    /// Does it.
    #[rpc(jsonrpc = "tools/call")]
    async fn call_tool(&self, name: ToolName, arguments: Option<Value>) -> Result<ToolResult>;
    /// What there is to read.
    #[rpc(jsonrpc = "resources/list")]
    async fn list_resources(&self) -> Result<Resources>;
    /// Reads it.
    #[rpc(jsonrpc = "resources/read")]
    async fn read_resource(&self, uri: String) -> Result<Contents>;
}

/// The revisions that have what we have, the latest first.
const REVISIONS: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// What stands in a URI in another way: all but letters, digits and the other unreserved characters (RFC 3986).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How many lines a search finds at most: an assistant reads all of them.
const MOST_FOUND: usize = 50;

#[derive(Message)]
struct Nothing {}

#[derive(Message)]
#[serde(rename_all = "camelCase")]
struct Initialized {
    protocol_version: String,
    capabilities: Capabilities,
    server_info: Implementation,
    instructions: String,
}

#[derive(Message)]
struct Capabilities {
    tools: Nothing,
    resources: Nothing,
}

#[derive(Message)]
struct Implementation {
    name: String,
    version: String,
}

/// A name that is none of these is refused before we hear of the call.
#[derive(Message, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum ToolName {
    SearchNotes,
    ReadNote,
    WriteNote,
}

#[derive(Message)]
#[serde(rename_all = "camelCase")]
struct Tool {
    name: ToolName,
    description: String,
    input_schema: Value,
    annotations: Annotations,
}

#[derive(Message)]
#[serde(rename_all = "camelCase")]
struct Annotations {
    read_only_hint: bool,
    destructive_hint: bool,
    open_world_hint: bool,
}

#[derive(Message)]
struct Tools {
    tools: Vec<Tool>,
}

/// What a tool has to say. That it failed is told to the assistant, which may try something else.
#[derive(Message)]
#[serde(rename_all = "camelCase")]
struct ToolResult {
    content: Vec<Content>,
    is_error: bool,
}

#[derive(Message)]
struct Content {
    #[serde(rename = "type")]
    kind: ContentKind,
    text: String,
}

#[derive(Message)]
#[serde(rename_all = "snake_case")]
enum ContentKind {
    Text,
}

#[derive(Message)]
#[serde(rename_all = "camelCase")]
struct Resource {
    uri: String,
    name: String,
    mime_type: String,
}

#[derive(Message)]
struct Resources {
    resources: Vec<Resource>,
}

#[derive(Message)]
#[serde(rename_all = "camelCase")]
struct Read {
    uri: String,
    mime_type: String,
    text: String,
}

#[derive(Message)]
struct Contents {
    contents: Vec<Read>,
}

const MARKDOWN: &str = "text/markdown";

/// A name that stays within the folder, whoever made it up.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct NoteName(String);

impl TryFrom<String> for NoteName {
    type Error = String;

    fn try_from(name: String) -> std::result::Result<Self, String> {
        let plain = (1..=200).contains(&name.len()) && !name.starts_with('.');
        match plain && !name.contains(|c: char| matches!(c, '/' | '\\') || c.is_control()) {
            true => Ok(NoteName(name)),
            false => Err(format!("`{}` cannot be the name of a note", name.escape_debug())),
        }
    }
}

impl NoteName {
    fn uri(&self) -> String {
        format!("note:{}", utf8_percent_encode(&self.0, ENCODED))
    }

    fn of_uri(uri: &str) -> Option<NoteName> {
        let name = percent_decode_str(uri.strip_prefix("note:")?).decode_utf8().ok()?;
        NoteName::try_from(name.into_owned()).ok()
    }
}

#[derive(Deserialize)]
struct Search {
    query: String,
}

#[derive(Deserialize)]
struct ReadNote {
    name: NoteName,
}

#[derive(Deserialize)]
struct WriteNote {
    name: NoteName,
    text: String,
}

/// A folder of notes.
struct Notes(PathBuf);

impl Notes {
    fn file(&self, name: &NoteName) -> PathBuf {
        self.0.join(format!("{}.md", name.0))
    }

    /// The names of all notes, in their order.
    async fn names(&self) -> std::io::Result<Vec<NoteName>> {
        let mut names = Vec::new();
        let mut files = fs::read_dir(&self.0).await?;
        while let Some(file) = files.next_entry().await? {
            let name = file.file_name();
            let name = name.to_str().and_then(|name| name.strip_suffix(".md"));
            names.extend(name.and_then(|name| NoteName::try_from(name.to_owned()).ok()));
        }
        names.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(names)
    }

    async fn read(&self, name: &NoteName) -> std::io::Result<String> {
        fs::read_to_string(self.file(name)).await.map_err(|error| match error.kind() {
            ErrorKind::NotFound => Error::new(ErrorKind::NotFound, format!("there is no note `{}`", name.0)),
            _ => error,
        })
    }

    /// The lines that have all words of the query, in any case.
    async fn search(&self, Search { query }: Search) -> std::io::Result<String> {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let mut found = Vec::new();
        for name in self.names().await? {
            let text = self.read(&name).await?;
            let lines = text.lines().zip(1..).filter(|(line, _)| {
                let line = line.to_lowercase();
                words.iter().all(|word| line.contains(word))
            });
            found.extend(lines.map(|(line, number)| format!("{}:{number}: {line}", name.0)));
        }
        if found.is_empty() {
            return Ok("nothing found".into());
        }
        let more = found.len().saturating_sub(MOST_FOUND);
        found.truncate(MOST_FOUND);
        if more > 0 {
            found.push(format!("… and {more} more: ask for more words"));
        }
        Ok(found.join("\n"))
    }

    async fn write(&self, WriteNote { name, text }: WriteNote) -> std::io::Result<String> {
        fs::write(self.file(&name), &text).await?;
        Ok(format!("`{}` has {} bytes now", name.0, text.len()))
    }

    async fn call(&self, name: ToolName, arguments: Value) -> std::io::Result<String> {
        match name {
            ToolName::SearchNotes => self.search(serde_json::from_value(arguments)?).await,
            ToolName::ReadNote => self.read(&serde_json::from_value::<ReadNote>(arguments)?.name).await,
            ToolName::WriteNote => self.write(serde_json::from_value(arguments)?).await,
        }
    }
}

/// The schema of an object whose members are all needed.
fn texts(members: &[(&str, &str)]) -> Value {
    let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Value> = members
        .iter()
        .map(|(name, text)| ((*name).to_owned(), json!({ "type": "string", "description": text })))
        .collect();
    json!({ "type": "object", "properties": properties, "required": names })
}

fn tool(name: ToolName, description: &str, writes: bool, members: &[(&str, &str)]) -> Tool {
    Tool {
        name,
        description: description.into(),
        input_schema: texts(members),
        annotations: Annotations {
            read_only_hint: !writes,
            destructive_hint: writes,
            open_world_hint: false,
        },
    }
}

impl Mcp for Notes {
    async fn initialize(&self, protocol_version: String) -> Result<Initialized> {
        let agreed = REVISIONS.into_iter().find(|known| *known == protocol_version);
        Ok(Initialized {
            protocol_version: agreed.unwrap_or(REVISIONS[0]).into(),
            capabilities: Capabilities { tools: Nothing {}, resources: Nothing {} },
            server_info: Implementation { name: "notes".into(), version: env!("CARGO_PKG_VERSION").into() },
            instructions: "Search the user's notes before you ask what may stand in them.".into(),
        })
    }

    async fn initialized(&self) -> Result<()> {
        Ok(())
    }

    async fn ping(&self) -> Result<Nothing> {
        Ok(Nothing {})
    }

    async fn list_tools(&self) -> Result<Tools> {
        let name = ("name", "The note's name, without `.md`");
        let tools = vec![
            tool(
                ToolName::SearchNotes,
                "Finds the lines of all notes that have some words, as NAME:LINE: TEXT.",
                false,
                &[("query", "The words, in any case")],
            ),
            tool(ToolName::ReadNote, "Reads a note.", false, &[name]),
            tool(
                ToolName::WriteNote,
                "Writes a note, in place of one of that name.",
                true,
                &[name, ("text", "All of its text, in Markdown")],
            ),
        ];
        Ok(Tools { tools })
    }

    async fn call_tool(&self, name: ToolName, arguments: Option<Value>) -> Result<ToolResult> {
        let done = self.call(name, arguments.unwrap_or_else(|| json!({}))).await;
        let is_error = done.is_err();
        let text = done.unwrap_or_else(|error| error.to_string());
        Ok(ToolResult { content: vec![Content { kind: ContentKind::Text, text }], is_error })
    }

    async fn list_resources(&self) -> Result<Resources> {
        let names = self.names().await.map_err(|error| Status::unavailable(error.to_string()))?;
        let resources = names.into_iter().map(|name| Resource {
            uri: name.uri(),
            name: name.0,
            mime_type: MARKDOWN.into(),
        });
        Ok(Resources { resources: resources.collect() })
    }

    async fn read_resource(&self, uri: String) -> Result<Contents> {
        // In JSON-RPC this is -32002, MCP's number for a resource that is not there.
        let missing = || Status::unknown(format!("there is no resource {uri}"));
        let name = NoteName::of_uri(&uri).ok_or_else(missing)?;
        let text = self.read(&name).await.map_err(|error| match error.kind() {
            ErrorKind::NotFound => missing(),
            _ => Status::unavailable(error.to_string()),
        })?;
        Ok(Contents { contents: vec![Read { uri, mime_type: MARKDOWN.into(), text }] })
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).unwrap_or_default();
    if !Path::new(&folder).is_dir() {
        eprintln!("usage: mcp FOLDER, which has the notes");
        std::process::exit(2);
    }
    polyrpc::serve("stdio:", McpServer::new(Notes(folder.into()))).await
}
