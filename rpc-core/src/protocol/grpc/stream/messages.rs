//! Each item is a length-prefixed message.

use crate::dispatch::ItemFraming;
use crate::protocol::grpc::compress::Encoding;
use crate::protocol::grpc::frame;
use crate::status::Status;

/// Frames items as messages, compressed or not.
pub(in crate::protocol::grpc) struct Messages {
    encoding: Encoding,
}

impl Messages {
    pub(in crate::protocol::grpc) fn new(encoding: Encoding) -> Messages {
        Messages { encoding }
    }
}

impl ItemFraming for Messages {
    fn open(&mut self, out: &mut Vec<u8>) {
        frame::open(out);
    }

    fn close(&mut self, out: &mut Vec<u8>, start: usize) -> Result<(), Status> {
        let compressed = self.encoding != Encoding::Identity;
        if compressed {
            let message = out.split_off(start + frame::PREFIX);
            self.encoding.compress(&message, out)?;
        }
        frame::close(out, start, compressed)
    }
}
