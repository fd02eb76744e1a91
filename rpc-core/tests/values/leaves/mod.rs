//! The rows of the type table: any value of each, and what a protocol may do to it besides bringing it back.

/// Rows that come back as they are from every protocol.
macro_rules! plain_rows {
    ($($rust:ty: $any:expr;)*) => {$(
        impl Row for $rust {
            fn any() -> BoxedStrategy<Self> {
                $any.boxed()
            }
        }
    )*};
}

mod clocks;
mod json;
mod numbers;
mod shapes;
mod texts;

use std::net::IpAddr;

use bytes::Bytes;
use polyrpc_core::codec::{Decode, Encode};
use polyrpc_test_model::Colour;
use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

pub(crate) use texts::{in_xml, texts};

/// A row. What comes back from a protocol is the same value, but for what is told here; None is a refusal.
pub(crate) trait Row: Encode + for<'de> Decode<'de> + Clone + std::fmt::Debug + 'static {
    fn any() -> BoxedStrategy<Self>;

    fn over_proto(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn over_json(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn over_xml(&self) -> Option<Self> {
        Some(self.clone())
    }

    /// Whether the texts write it as null, which they refuse within Some.
    fn is_nothing(&self) -> bool {
        false
    }
}

plain_rows! {
    bool: any::<bool>();
    Uuid: any::<u128>().prop_map(Uuid::from_u128);
    Vec<u8>: vec(any::<u8>(), 0..9);
    Bytes: vec(any::<u8>(), 0..9).prop_map(Bytes::from);
    [u8; 3]: any::<[u8; 3]>();
    IpAddr: any::<IpAddr>();
    Colour: prop_oneof![Just(Colour::Red), Just(Colour::Green), Just(Colour::Other)];
}

impl Row for () {
    fn any() -> BoxedStrategy<()> {
        Just(()).boxed()
    }

    fn is_nothing(&self) -> bool {
        true
    }
}
