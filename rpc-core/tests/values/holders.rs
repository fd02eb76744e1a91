//! The messages of the rows, built of leaves.

use std::collections::BTreeMap;

use polyrpc_test_model::{each_row, rows};

use crate::leaves::Row;

/// What becomes of a leaf; None is a refusal.
pub(crate) type Fate<T> = fn(&T) -> Option<T>;

/// Gives leaves and choices to what is built of them, so that the same thing can be built once more of what a
/// protocol makes of the leaves.
pub(crate) struct Feed<'a, T> {
    leaves: std::iter::Cycle<std::slice::Iter<'a, T>>,
    choices: std::iter::Cycle<std::slice::Iter<'a, u8>>,
    over: Fate<T>,
    /// Whether it is for a text.
    text: bool,
    pub(crate) refused: bool,
}

impl<'a, T: Row> Feed<'a, T> {
    pub(crate) fn new(leaves: &'a [T], choices: &'a [u8], over: Fate<T>, text: bool) -> Feed<'a, T> {
        Feed { leaves: leaves.iter().cycle(), choices: choices.iter().cycle(), over, text, refused: false }
    }

    pub(crate) fn leaf(&mut self) -> T {
        let leaf = self.leaves.next().unwrap();
        (self.over)(leaf).unwrap_or_else(|| {
            self.refused = true;
            leaf.clone()
        })
    }

    pub(crate) fn choice(&mut self, of: u8) -> u8 {
        self.choices.next().unwrap() % of
    }

    pub(crate) fn maybe<U>(&mut self, some: impl FnOnce(&mut Self) -> U) -> Option<U> {
        if self.choice(3) > 0 { Some(some(self)) } else { None }
    }

    pub(crate) fn option(&mut self) -> Option<T> {
        let option = self.maybe(Self::leaf);
        self.refused |= self.text && option.as_ref().is_some_and(Row::is_nothing);
        option
    }

    pub(crate) fn list<U>(&mut self, mut item: impl FnMut(&mut Self) -> U) -> Vec<U> {
        (0..self.choice(4)).map(|_| item(self)).collect()
    }

    pub(crate) fn map<U>(&mut self, value: impl FnMut(&mut Self) -> U) -> BTreeMap<String, U> {
        let keys = ["é<&>\r\n", "", "$type"].into_iter().map(str::to_owned);
        let values = self.list(value);
        keys.zip(values).collect()
    }
}

/// What is built of leaves of one row.
pub(crate) trait Built {
    type Leaf: Row;

    fn build(feed: &mut Feed<'_, Self::Leaf>) -> Self;
}

macro_rules! messages {
    ($($name:ident $package:literal: $T:ty;)*) => {$(const _: () = {
        use rows::$name::{Holder, Newtype, Variant};

        impl Built for Variant {
            type Leaf = $T;

            fn build(feed: &mut Feed<'_, $T>) -> Variant {
                match feed.choice(7) {
                    0 => Variant::Nothing,
                    1 => Variant::One(feed.leaf()),
                    2 => Variant::Maybe(feed.option()),
                    3 => Variant::List(feed.list(Feed::leaf)),
                    4 => Variant::Map(feed.map(Feed::leaf)),
                    5 => Variant::Two(feed.leaf(), feed.option()),
                    _ => Variant::Named { value: feed.leaf(), maybe: feed.option() },
                }
            }
        }

        fn flat(feed: &mut Feed<'_, $T>) -> Holder {
            Holder {
                value: feed.leaf(),
                option: feed.option(),
                list: feed.list(Feed::leaf),
                map: feed.map(Feed::leaf),
                tuple: (feed.leaf(), feed.option()),
                array: [feed.leaf(), feed.leaf()],
                newtype: Newtype(feed.leaf()),
                variant: Built::build(feed),
                lists: feed.list(|feed| feed.list(Feed::leaf)),
                options: feed.list(Feed::option),
                maybe_list: feed.maybe(|feed| feed.list(Feed::leaf)),
                map_of_lists: feed.map(|feed| feed.list(Feed::leaf)),
                list_of_maps: feed.list(|feed| feed.map(Feed::option)),
                list_of_tuples: feed.list(|feed| (feed.leaf(), feed.list(Feed::leaf))),
                variants: feed.list(Variant::build),
                inner: None,
            }
        }

        impl Built for Holder {
            type Leaf = $T;

            fn build(feed: &mut Feed<'_, $T>) -> Holder {
                Holder { inner: feed.maybe(|feed| Box::new(flat(feed))), ..flat(feed) }
            }
        }
    };)*};
}

each_row!(messages);
