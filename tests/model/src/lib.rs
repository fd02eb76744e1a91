//! Messages that tests send: every row of the type table, alone and nested, and what the pages of `docs/` show.
//!
//! Those of the rows stand in a package of their own so that two can have them: the property tests, and `polyrpc-test-prost`, which has
//! prost's types of the same messages, made from the `.proto` of [`ValuesServer::SCHEMA`].

#![allow(missing_docs, reason = "what a field holds is its name and its type, and nothing more")]

mod leaves;
mod mixed;
pub mod pages;
pub mod rows;

pub use leaves::{Amount, Colour, Foreign, Shape, Tree};
pub use mixed::{Choice, Item, Keys, Name, Number, Numbers, Parts, Texts};

use polyrpc_macros::service;

/// Names all the messages, so that they are in the schema.
#[service(package = "values.v1", crate = polyrpc_core)]
pub trait Values {
    #[rpc(bare)]
    async fn rows(&self, value: rows::Rows) -> polyrpc_core::Result<()>;
    #[rpc(bare)]
    async fn numbers(&self, value: Numbers) -> polyrpc_core::Result<()>;
    #[rpc(bare)]
    async fn texts(&self, value: Texts) -> polyrpc_core::Result<()>;
    #[rpc(bare)]
    async fn keys(&self, value: Keys) -> polyrpc_core::Result<()>;
    #[rpc(bare)]
    async fn parts(&self, value: Parts) -> polyrpc_core::Result<()>;
}
