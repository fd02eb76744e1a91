//! JSON-RPC: its page, its server in memory, its client against servers that answer what a test says.

mod page;
mod shop;
mod values;
mod wire;
