//! What is done in time, where messages may be lost.

use std::time::Instant;

use super::{Call, Calls, MOST_PINGS};
use crate::message::layer::part::{Code, Kind, Reset};

impl Calls {
    /// When [`tick`](Self::tick) is to be called next.
    pub fn timer(&self) -> Option<Instant> {
        self.calls.values().filter_map(|call| self.due(call)).min()
    }

    fn due(&self, call: &Call) -> Option<Instant> {
        self.config.silence.map(|silence| call.heard + silence * (call.pings + 1))
    }

    /// Does what is due.
    pub fn tick(&mut self, now: Instant) {
        let calls = self.calls.iter().filter(|(_, call)| self.due(call).is_some_and(|due| due <= now));
        let due: Vec<u64> = calls.map(|(number, _)| *number).collect();
        for number in due {
            let Some(call) = self.calls.get_mut(&number) else { continue };
            if call.pings >= MOST_PINGS {
                self.fail(
                    number,
                    Reset::new(Code::Silent, "nothing was heard of the other end for too long"),
                );
                continue;
            }
            call.pings += 1;
            let ping = Kind::Ping { sent: call.sending.next, upto: call.receiving.told() };
            let priority = call.priority;
            self.say(priority, number, ping);
        }
    }
}
