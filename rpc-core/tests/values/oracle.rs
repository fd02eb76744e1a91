//! XML and JSON held against Python's `xmlrpc.client` and `json`: what they read of ours and write anew is the same value.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Mutex, OnceLock, PoisonError};

use polyrpc_core::codec::xml::Dialect;
use polyrpc_core::codec::{Codec, Decode, Encode};
use polyrpc_test_model::each_row;
use polyrpc_test_support::{Oracle, Peers, present};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::leaves::Row;

/// One Python for all rows, where this machine has one.
fn oracle() -> Option<&'static Mutex<Oracle>> {
    static ORACLE: OnceLock<Option<Mutex<Oracle>>> = OnceLock::new();
    let start = || present(Peers::python()).map(|peers| Mutex::new(Oracle::start(&peers).unwrap()));
    ORACLE.get_or_init(start).as_ref()
}

const HEAD: &str = "<methodResponse><params><param>";
const TAIL: &str = "</param></params></methodResponse>";

/// What Python makes of a document.
fn anew(codec: Codec, ours: &str) -> Option<String> {
    let mut oracle = oracle()?.lock().unwrap_or_else(PoisonError::into_inner);
    if codec == Codec::Json {
        return Some(oracle.json(ours).unwrap().unwrap_or_else(|error| panic!("{error}: {ours}")));
    }
    let theirs = oracle.xml(&format!("{HEAD}{ours}{TAIL}")).unwrap();
    let theirs = theirs.unwrap_or_else(|error| panic!("{error}: {ours}"));
    let (start, end) = (theirs.find("<param>").unwrap() + 7, theirs.rfind("</param>").unwrap());
    Some(theirs[start..end].to_owned())
}

/// A row alone, and in a tuple, a list and a map.
type Parts<T> = (T, Vec<T>, BTreeMap<String, T>);

fn check<T: Row>(codec: Codec, leaves: &[T], over: fn(&T) -> Option<T>)
where
    Parts<T>: Encode + for<'de> Decode<'de> + Debug,
{
    let parts = |leaves: &[T]| -> Option<Parts<T>> {
        let names = ["", "a b", "é<&>"].into_iter().map(str::to_owned);
        Some((leaves.first()?.clone(), leaves.to_vec(), names.zip(leaves.iter().cloned()).collect()))
    };
    // What the protocol refuses is for other tests.
    let (sent, read): (Vec<T>, Vec<T>) =
        leaves.iter().filter_map(|leaf| Some((leaf.clone(), over(leaf)?))).unzip();
    let (Some(sent), Some(expected)) = (parts(&sent), parts(&read)) else { return };
    let mut out = Vec::new();
    codec.encode_value(&sent, &mut out).unwrap();
    let ours = String::from_utf8(out).unwrap();
    let Some(theirs) = anew(codec, &ours) else { return };
    let got =
        codec.decode_value::<Parts<T>>(theirs.as_bytes()).unwrap_or_else(|error| panic!("{error}: {theirs}"));
    assert_eq!(format!("{got:?}"), format!("{expected:?}"), "{ours}\n{theirs}");
}

macro_rules! is_pythons {
    ($($name:ident $package:literal: $T:ty;)*) => {proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        $(
            #[test]
            fn $name(leaves in vec(<$T>::any(), 1..6)) {
                check(Codec::Json, &leaves, <$T>::over_json);
                check(Codec::Xml(Dialect::EXTENDED), &leaves, <$T>::over_xml);
            }
        )*
    }};
}

each_row!(is_pythons);
