//! proto3 held against prost, whose types `polyrpc-test-prost` makes from our own `.proto`: prost reads what we write,
//! and we read what prost writes, every row in every container and many beside each other.

mod messages;
mod mixed;
mod strategies;
mod theirs;

use std::fmt::Debug;

use polyrpc_core::codec::{Codec, Decode, Encode};
use polyrpc_test_model::{each_row, rows};
use proptest::collection::vec;
use proptest::prelude::*;
use prost::Message;

use crate::holders::{Built, Feed};
use crate::leaves::Row;
use crate::support::encode;
use theirs::Theirs;

/// Asserts that prost reads what we write, and we what prost writes.
fn agree<T>(ours: &T) -> Result<(), TestCaseError>
where
    T: Theirs<Type: Message + Default + Debug> + Encode + for<'de> Decode<'de>,
{
    let theirs = ours.theirs();
    let read = T::Type::decode(&*encode(Codec::Proto, ours).unwrap()).unwrap();
    prop_assert_eq!(format!("{:?}", read), format!("{:?}", theirs));
    // by prost's bytes, for it leaves out a field that is -0.0
    let read: T = Codec::Proto.decode_value(&theirs.encode_to_vec()).unwrap();
    prop_assert_eq!(read.theirs().encode_to_vec(), theirs.encode_to_vec());
    Ok(())
}

macro_rules! are_prosts {
    ($($name:ident $package:literal: $T:ty;)*) => {proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        $(
            #[test]
            fn $name(leaves in vec(<$T>::any(), 1..9), choices in vec(any::<u8>(), 1..50)) {
                // What proto refuses is for other tests.
                let leaves: Vec<$T> = leaves.iter().filter_map(Row::over_proto).collect();
                prop_assume!(!leaves.is_empty());
                let mut feed = Feed::new(&leaves, &choices, |leaf| Some(leaf.clone()), false);
                agree(&rows::$name::Holder::build(&mut feed))?;
            }
        )*
    }};
}

each_row!(are_prosts);

proptest! {
    #[test]
    fn numbers_are_prosts(numbers in strategies::numbers()) {
        agree(&numbers)?;
    }

    #[test]
    fn texts_are_prosts(texts in strategies::all_texts()) {
        agree(&texts)?;
    }

    #[test]
    fn keys_are_prosts(keys in strategies::keys()) {
        agree(&keys)?;
    }

    #[test]
    fn parts_are_prosts(parts in strategies::parts()) {
        agree(&parts)?;
    }

    #[test]
    fn enums_are_prosts(choice in strategies::choices()) {
        agree(&choice)?;
    }
}
