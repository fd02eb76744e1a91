//! What becomes of a session whose peer says no more.

use std::task::Context;

use super::driver::Session;
use super::probe::Probe;
use super::wire::Framing;

/// A notification that means nothing: whoever does not know a method that begins with `$/` may pass over it.
const ALIVE: &[u8] = br#"{"jsonrpc":"2.0","method":"$/alive"}"#;

impl Session {
    /// The peer has said its last, and may be gone.
    pub(super) fn hushed(&mut self, cx: &mut Context<'_>) {
        let last = self.reader.last();
        self.incoming = None;
        if let Some(message) = last {
            self.receive(message, cx);
        }
        // What it has not ended of its streams is lost.
        #[cfg(feature = "client")]
        self.asked.end(None);
        self.open.calls.values_mut().for_each(|call| call.upload = None);
        match self.framing {
            // Somebody who pipes a few messages into us says no more, and waits for what they come to.
            Framing::Newline | Framing::ContentLength => self.probe = Some(Probe::new()),
            // One of these is closed by a message.
            #[cfg(feature = "websocket")]
            Framing::WebSocket(_) => self.ended = true,
        }
    }

    /// Now and then says something that means nothing to a peer that says no more, while it waits for something.
    pub(super) fn probe(&mut self, cx: &mut Context<'_>) {
        if self.out.is_empty()
            && !self.is_over()
            && self.probe.as_mut().is_some_and(|probe| probe.poll_due(cx).is_ready())
        {
            match self.framing {
                Framing::Newline => self.out.push(b' '),
                _ => self.say(ALIVE),
            }
        }
    }
}
