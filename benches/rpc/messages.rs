//! The messages of gRPC around the model, as prost-build writes them.

pub(crate) use crate::model::prost::{Order, SmallRequest, order};

/// The result of `small`.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct SmallResponse {
    #[prost(int64, tag = "1")]
    pub(crate) result: i64,
}

/// The arguments of `order`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct OrderRequest {
    #[prost(message, optional, tag = "1")]
    pub(crate) order: Option<Order>,
}

/// The arguments and the result of `blob`: both are one field of bytes.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Blob {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) data: Vec<u8>,
}
