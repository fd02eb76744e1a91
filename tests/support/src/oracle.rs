//! An independent implementation to hold ours against: Python's `xmlrpc.client` and `json`.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::Value;

use crate::foreign::Peers;

/// One Python process that reads a document with the standard library and writes it anew.
///
/// ```no_run
/// use polyrpc_test_support::{Oracle, Peers};
///
/// let mut oracle = Oracle::start(&Peers::python()?)?;
/// let again = oracle.xml("<methodCall><methodName>m</methodName><params/></methodCall>")??;
/// assert!(again.contains("<methodName>m</methodName>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Oracle {
    child: Child,
    requests: ChildStdin,
    replies: BufReader<ChildStdout>,
}

/// The document written anew, or why the library refused it.
type Answer = Result<String, String>;

impl Oracle {
    /// Starts the process. It ends when this is dropped.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(python: &Peers) -> Result<Self, std::io::Error> {
        let mut command = python.script("oracle.py");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (requests, replies) = pipes.ok_or_else(|| std::io::Error::other("a child without pipes"))?;
        Ok(Self { child, requests, replies: BufReader::new(replies) })
    }

    /// Reads an XML-RPC call or response with `xmlrpc.client.loads`, and writes it with `dumps`.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn xml(&mut self, document: &str) -> Result<Answer, std::io::Error> {
        self.ask("xml", document)
    }

    /// Reads a document with `json.loads`, and writes it with `json.dumps`.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn json(&mut self, document: &str) -> Result<Answer, std::io::Error> {
        self.ask("json", document)
    }

    /// The JSON form of what `xmlrpc.client.loads` reads: `{"method": …, "params": […]}` or `{"fault": …}`, bytes as
    /// `{"base64": …}` and times as `{"dateTime": …}`.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn xml_to_json(&mut self, document: &str) -> Result<Answer, std::io::Error> {
        self.ask("xml-to-json", document)
    }

    /// The XML-RPC document that `dumps` writes of that JSON form.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn json_to_xml(&mut self, document: &str) -> Result<Answer, std::io::Error> {
        self.ask("json-to-xml", document)
    }

    fn ask(&mut self, what: &str, document: &str) -> Result<Answer, std::io::Error> {
        let line = serde_json::json!([what, document]).to_string();
        writeln!(self.requests, "{line}")?;
        let mut reply = String::new();
        self.replies.read_line(&mut reply)?;
        match serde_json::from_str(&reply)? {
            Value::String(document) => Ok(Ok(document)),
            Value::Object(error) => Ok(Err(error["error"].to_string())),
            other => Err(std::io::Error::other(format!("an answer of the oracle: {other}"))),
        }
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // It may have ended by itself; the wait takes it off the process table either way.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
