//! What travels beside a call and its reply.

mod pairs;
mod reply;

pub(crate) use pairs::BASE64;
pub use pairs::{InvalidMetadata, Metadata};
pub use reply::ReplyParts;
