//! XML-RPC: its page, its server in memory, its client against servers that answer what a test says.

mod client;
mod cursors;
mod documents;
mod feed;
mod limits;
mod multicall;
mod page;
mod shelf;
mod stream_client;
mod streams;
mod values;
