//! Maps by every kind of key, and sets.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use polyrpc_core::codec::Codec;
use polyrpc_core::codec::xml::Dialect;
use polyrpc_macros::Message;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::leaves::{in_xml, texts};
use crate::support::{Travels, encode, from_json, json};

#[derive(Message, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[rpc(crate = polyrpc_core)]
struct Name(String);

#[derive(Message, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[rpc(crate = polyrpc_core)]
struct Number(u64);

/// Asserts that the value comes back from every codec; from XML-RPC, if it has all the characters.
fn comes_back<T: Travels>(value: &T, in_xml: bool) {
    for codec in [Codec::Proto, Codec::Json, Codec::Xml(Dialect::EXTENDED)] {
        match encode(codec, value) {
            Ok(bytes) => assert_eq!(&codec.decode_value::<T>(&bytes).unwrap(), value, "{codec:?}"),
            Err(error) => assert!(!in_xml && matches!(codec, Codec::Xml(_)), "{codec:?}: {error}"),
        }
    }
}

macro_rules! keys {
    ($($name:ident: $K:ty;)*) => {$(
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(64))]

            #[test]
            fn $name(entries in vec((any::<$K>(), any::<i32>()), 0..5), nested in vec(any::<$K>(), 0..3)) {
                let map: BTreeMap<$K, i32> = entries.iter().copied().collect();
                comes_back(&map, true);
                comes_back(&entries.iter().copied().collect::<HashMap<$K, i32>>(), true);
                let nested: BTreeMap<$K, Option<BTreeMap<$K, i32>>> =
                    nested.into_iter().zip([Some(map), None, Some(BTreeMap::new())]).collect();
                comes_back(&nested, true);
            }
        }
    )*};
}

keys! {
    bools: bool;
    i8s: i8;
    i16s: i16;
    i32s: i32;
    i64s: i64;
    u8s: u8;
    u16s: u16;
    u32s: u32;
    u64s: u64;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn texts_and_newtypes(entries in vec((texts(), any::<u64>(), any::<i32>()), 0..5)) {
        let fits = entries.iter().all(|(text, ..)| in_xml(text));
        let texts = || entries.iter().map(|(text, ..)| text.clone());
        let values = || entries.iter().map(|(.., value)| *value);
        comes_back(&texts().zip(values()).collect::<BTreeMap<String, i32>>(), fits);
        comes_back(&texts().map(Name).zip(values()).collect::<HashMap<Name, i32>>(), fits);
        comes_back(&texts().map(Arc::<str>::from).zip(values()).collect::<BTreeMap<Arc<str>, i32>>(), fits);
        comes_back(&texts().map(Box::<str>::from).zip(values()).collect::<BTreeMap<Box<str>, i32>>(), fits);
        comes_back(&texts().map(Cow::Owned).zip(values()).collect::<BTreeMap<Cow<'static, str>, i32>>(), fits);
        let numbers = entries.iter().map(|(_, number, _)| Number(*number));
        comes_back(&numbers.zip(values()).collect::<BTreeMap<Number, i32>>(), true);
    }

    #[test]
    fn sets(items in vec(any::<i64>(), 0..5), names in vec(texts(), 0..5)) {
        let fits = names.iter().all(|name| in_xml(name));
        comes_back(&items.iter().copied().collect::<BTreeSet<i64>>(), true);
        comes_back(&items.iter().copied().collect::<HashSet<i64>>(), true);
        comes_back(&items.iter().copied().collect::<VecDeque<i64>>(), true);
        comes_back(&vec![names.iter().cloned().collect::<BTreeSet<String>>(); 2], fits);
        comes_back(&Some(names.iter().cloned().map(Some).collect::<VecDeque<Option<String>>>()), fits);
        comes_back(&names.iter().cloned().collect::<Arc<[String]>>().to_vec(), fits);
        comes_back(&names.into_boxed_slice(), fits);
    }
}

#[test]
fn a_key_is_written_as_text_and_read_strictly() {
    assert_eq!(json(&BTreeMap::from([(true, 1), (false, 0)])), r#"{"false":0,"true":1}"#);
    assert_eq!(json(&BTreeMap::from([(-1_i64, 1)])), r#"{"-1":1}"#);
    for (text, message) in [
        (r#"{"+1": 0}"#, r#"invalid value: string "+1", expected a key"#),
        (r#"{"256": 0}"#, r#"invalid value: string "256", expected a key"#),
        (r#"{"": 0}"#, r#"invalid value: string "", expected a key"#),
        (r#"{"1": 0, "1": 0}"#, "the map has the same key twice"),
    ] {
        let error = from_json::<BTreeMap<u8, u8>>(text).unwrap_err();
        assert!(error.message().starts_with(message), "{text}: {error}");
    }
    let error = from_json::<BTreeMap<bool, u8>>(r#"{"1": 0}"#).unwrap_err();
    assert!(error.message().contains("expected a key"), "{error}");
}
