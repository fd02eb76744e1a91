//! XML-RPC: its page, its server in memory, its client against servers that answer what a test says.

mod client;
mod documents;
mod limits;
mod multicall;
mod page;
mod shelf;
mod values;
