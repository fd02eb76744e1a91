//! JSON-RPC: its page, its server in memory, its client against servers that answer what a test says.

mod batch;
mod client;
mod feed;
mod limits;
mod page;
mod requests;
mod sessions;
mod shop;
mod specification;
mod stream_client;
mod streams;
mod values;
mod wire;
