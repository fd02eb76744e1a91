//! The messages of gRPC, as prost-build writes them.

/// The argument of `items`.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct ItemsRequest {
    #[prost(int64, tag = "1")]
    pub(crate) count: i64,
}

/// An item.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct ItemsResponse {
    #[prost(int64, tag = "1")]
    pub(crate) result: i64,
}

/// The path of the method.
pub(crate) const PATH: &str = "/bench.v1.Bench/Items";
