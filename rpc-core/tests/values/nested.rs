//! Every row alone, in every kind of container, and in those containers once more: what comes back from each codec is
//! what went in, or what the row's protocols make of it.

use std::fmt::Debug;

use polyrpc_core::codec::xml::Dialect;
use polyrpc_core::codec::{Codec, Decode, Encode};
use polyrpc_test_model::{each_row, rows};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::args::Args;
use crate::holders::{Built, Fate, Feed};
use crate::leaves::Row;

fn codecs<T: Row>() -> [(Codec, Fate<T>); 4] {
    [
        (Codec::Proto, T::over_proto),
        (Codec::Json, T::over_json),
        (Codec::JsonPositional, T::over_json),
        (Codec::Xml(Dialect::EXTENDED), T::over_xml),
    ]
}

/// Builds a value of those leaves, sends it through each codec, as a value and as an argument, and compares.
fn check<T: Row, V>(leaves: &[T], choices: &[u8], build: fn(&mut Feed<'_, T>) -> V)
where
    V: Encode + for<'de> Decode<'de> + Debug,
{
    for (codec, over) in codecs::<T>() {
        let value = build(&mut Feed::new(leaves, choices, |leaf| Some(leaf.clone()), false));
        let mut after = Feed::new(leaves, choices, over, codec != Codec::Proto);
        let expected = format!("{:?}", build(&mut after));
        let mut out = b"before".to_vec();
        match codec.encode_value(&value, &mut out) {
            Ok(()) => {
                assert!(!after.refused, "{codec:?} should refuse {value:?}");
                let read =
                    codec.decode_value::<V>(&out[6..]).unwrap_or_else(|error| panic!("{codec:?}: {error}"));
                assert_eq!(format!("{read:?}"), expected, "{codec:?}");
            }
            Err(error) => assert!(after.refused, "{codec:?} refuses {value:?}: {error}"),
        }
        let (args, mut out) = (Args { flag: true, value }, Vec::new());
        match codec.encode_args(&args, &mut out) {
            Ok(()) => {
                let read =
                    codec.decode_args::<Args<V>>(&out).unwrap_or_else(|error| panic!("{codec:?}: {error}"));
                assert!(read.flag);
                assert_eq!(format!("{:?}", read.value), expected, "{codec:?}");
            }
            Err(error) => assert!(after.refused, "{codec:?} refuses {args:?}: {error}"),
        }
    }
}

macro_rules! comes_back {
    ($($name:ident $package:literal: $T:ty;)*) => {$(mod $name {
        use super::*;

        proptest! {
            #![proptest_config(ProptestConfig::with_cases(64))]

            #[test]
            fn comes_back(leaves in vec(<$T>::any(), 1..9), choices in vec(any::<u8>(), 1..50)) {
                check(&leaves, &choices, |feed| feed.leaf());
                check(&leaves, &choices, |feed| feed.option());
                check(&leaves, &choices, |feed| feed.list(Feed::leaf));
                check(&leaves, &choices, rows::$name::Holder::build);
                check(&leaves, &choices, |feed| feed.map(rows::$name::Variant::build));
            }
        }
    })*};
}

each_row!(comes_back);
