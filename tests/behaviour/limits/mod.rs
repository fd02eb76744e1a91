//! Every limit that concerns HTTP and the codecs, crossed (docs/limits.md).

mod deadlines;
mod documented;
mod engine;
mod messages;
mod nesting;
mod requests;
