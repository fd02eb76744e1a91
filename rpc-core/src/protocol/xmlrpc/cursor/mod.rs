//! Cursors: streams that a caller reads bit by bit, each bit a call of its own.
//!
//! An id is a secret of 122 random bits, and all that is asked for: whoever has it reads the stream, from whatever
//! connection or address. The call itself was made, and allowed or not, when the cursor was opened.

mod calls;
mod lease;
mod owner;
mod table;

pub(super) use calls::{CLOSE, NEXT, OPEN, Reader};
pub(crate) use table::Cursors;
