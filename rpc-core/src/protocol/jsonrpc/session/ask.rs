//! What a session's callers ask it to do.

use bytes::Bytes;

use super::super::error::write_string;
use super::super::request::Request;
use super::super::scan::{Raw, Scanner};
use super::caller::{Heard, Notice, unsubscribe};
use super::driver::Session;
use super::line::{Asking, Command};
use super::outgoing::{Outgoing, Stop, Words};
use crate::dispatch::Items;
use crate::schema::MethodSchema;

impl Session {
    pub(super) fn command(&mut self, command: Command) {
        match command {
            Command::Call(asking, _turn) => self.call(*asking),
            // Whoever gave up waiting has its notification said all the same.
            Command::Notify(message, said, _turn) => {
                self.say(&message);
                let _ = said.send(());
            }
            Command::Forget(id) => {
                if self.asked.forget(&id) {
                    self.stop_upload(&id);
                    self.notify("$/cancelRequest", "id", &id);
                }
            }
            Command::Leave { stream, method } => {
                if let Some(call) = self.asked.leave(&stream) {
                    self.stop_upload(&call);
                    self.leave(&stream, method);
                }
            }
        }
    }

    fn call(&mut self, asking: Asking) {
        let Asking { method, id, message, upload, answer } = asking;
        if answer.is_closed() {
            return;
        }
        self.say(&message);
        self.asked.note(id.clone(), method, upload.clone(), answer);
        if let Some(upload) = upload {
            let items = Items::outgoing(upload);
            let words = Words::argument(self.framing, &id);
            let (stream, stop) = Outgoing::new(id.clone(), None, items, words);
            self.open.uploads.insert(id, stop);
            self.stream(stream);
        }
    }

    /// Ends the argument of a call that is over.
    pub(super) fn stop_upload(&mut self, id: &str) {
        if let Some(stop) = self.open.uploads.remove(id) {
            // A stream that has ended needs no stop.
            let _ = stop.send(Stop::Silently);
        }
    }

    /// Ends a stream that comes in. Nobody waits for the answer.
    fn leave(&mut self, stream: &str, method: &MethodSchema) {
        self.farewells += 1;
        let mut message =
            format!("{{\"jsonrpc\":\"2.0\",\"id\":\"farewell {}\",\"method\":", self.farewells).into_bytes();
        write_string(&mut message, unsubscribe(method));
        message.extend_from_slice(format!(",\"params\":[{stream}]}}").as_bytes());
        self.say(&message);
    }

    fn notify(&mut self, method: &str, key: &str, value: &str) {
        let message =
            format!("{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\",\"params\":{{\"{key}\":{value}}}}}");
        self.say(message.as_bytes());
    }

    /// Takes a response; false for what is none.
    pub(super) fn answered(&mut self, message: &Bytes) -> bool {
        let heard = self.asked.answered(message);
        self.heed(heard)
    }

    /// Does what is due upon a message; false for one that was nothing of ours.
    fn heed(&mut self, heard: Heard) -> bool {
        match heard {
            Heard::Over(call) => self.stop_upload(&call),
            Heard::Unwanted(stream, method) => self.leave(&stream, method),
            Heard::Noted => {}
            Heard::Nothing => return false,
        }
        true
    }

    /// Whether a notification is one of a stream that we asked for.
    pub(super) fn fed(&mut self, message: &Bytes, request: &Request<'_>, params: &str) -> bool {
        let (mut subscription, mut result, mut error) = (None, None, None);
        let mut take = |key: Raw<'_>, value| match key.string().as_deref() {
            Some("subscription") => subscription = Some(value),
            Some("result") => result = Some(value),
            Some("error") => error = Some(value),
            _ => {}
        };
        let mut scanner = Scanner::new(params);
        if scanner.peek() != Some(b'{') || scanner.object(&mut take).is_err() {
            return false;
        }
        let Some(subscription) = subscription else { return false };
        let result = result.map(|value: Raw<'_>| {
            let start = request.params.start + value.start;
            start..start + value.text.len()
        });
        let notice = Notice { subscription, result, error, rpc: request.extra };
        let heard = self.asked.fed(message, &notice);
        self.heed(heard)
    }
}
