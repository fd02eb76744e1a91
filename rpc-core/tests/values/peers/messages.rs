//! The messages of the rows in prost's types.

use polyrpc_test_model::{each_row, rows};
use polyrpc_test_prost::rows as prosts;

use super::theirs::{Placed, Theirs, placed};

/// A list, a map or an option where proto3 lacks it, in the message that was generated for it.
trait Wrapper<T> {
    fn wrap(value: T) -> Self;
}

/// Bytes need none.
impl Wrapper<Vec<u8>> for Vec<u8> {
    fn wrap(value: Vec<u8>) -> Vec<u8> {
        value
    }
}

macro_rules! wrapper {
    ($wrapper:ty: $inner:ty) => {
        impl Wrapper<$inner> for $wrapper {
            fn wrap(value: $inner) -> Self {
                Self { value }
            }
        }
    };
}

/// Those of lists, which a list of u8 has not.
macro_rules! list_wrappers {
    (u8s $T:ty) => {};
    ($name:ident $T:ty) => {
        wrapper!(prosts::$name::holder::ListsItem: <$T as Placed>::List);
        wrapper!(prosts::$name::holder::MaybeListValue: <$T as Placed>::List);
        wrapper!(prosts::$name::holder::MapOfListsValue: <$T as Placed>::List);
        wrapper!(prosts::$name::variant::List: <$T as Placed>::List);
    };
}

macro_rules! messages {
    ($($name:ident $package:literal: $T:ty;)*) => {$(
        list_wrappers!($name $T);

        const _: () = {
            use prosts::$name::holder::list_of_maps_item::ValueValue;
            use prosts::$name::holder::{ListOfMapsItem, ListOfTuplesItem, OptionsItem, TupleValue};
            use prosts::$name::{Holder, Variant, variant};

            impl Theirs for rows::$name::Variant {
                type Type = Variant;

                fn theirs(&self) -> Variant {
                    let variant = match self {
                        Self::Nothing => variant::Variant::Nothing(variant::Nothing {}),
                        Self::One(value) => variant::Variant::One(value.theirs()),
                        Self::Maybe(value) => variant::Variant::Maybe(variant::Maybe { value: value.theirs() }),
                        Self::List(value) => variant::Variant::List(Wrapper::wrap(value.theirs())),
                        Self::Map(value) => variant::Variant::Map(variant::Map { value: value.theirs() }),
                        Self::Two(f0, f1) => variant::Variant::Two(variant::Two { f0: f0.field(), f1: f1.theirs() }),
                        Self::Named { value, maybe } => {
                            variant::Variant::Named(variant::Named { value: value.field(), maybe: maybe.theirs() })
                        }
                    };
                    Variant { variant: Some(variant) }
                }
            }

            placed!(message rows::$name::Variant => Variant);

            impl Theirs for rows::$name::Holder {
                type Type = Holder;

                fn theirs(&self) -> Holder {
                    let maps = self.list_of_maps.iter().map(|map| {
                        let values = map.iter().map(|(key, value)| (key.clone(), ValueValue { value: value.theirs() }));
                        ListOfMapsItem { value: values.collect() }
                    });
                    let tuples = self.list_of_tuples.iter();
                    let lists_by_name = self.map_of_lists.iter();
                    Holder {
                        value: self.value.field(),
                        option: self.option.theirs(),
                        list: self.list.theirs(),
                        map: self.map.theirs(),
                        tuple: Some(TupleValue { f0: self.tuple.0.field(), f1: self.tuple.1.theirs() }),
                        array: self.array.theirs(),
                        newtype: self.newtype.0.field(),
                        variant: self.variant.field(),
                        lists: self.lists.iter().map(|list| Wrapper::wrap(list.theirs())).collect(),
                        options: self.options.iter().map(|value| OptionsItem { value: value.theirs() }).collect(),
                        maybe_list: self.maybe_list.theirs().map(Wrapper::wrap),
                        map_of_lists: lists_by_name
                            .map(|(key, list)| (key.clone(), Wrapper::wrap(list.theirs())))
                            .collect(),
                        list_of_maps: maps.collect(),
                        list_of_tuples: tuples
                            .map(|(value, list)| ListOfTuplesItem { f0: value.field(), f1: list.theirs() })
                            .collect(),
                        variants: self.variants.theirs(),
                        inner: self.inner.theirs(),
                    }
                }
            }
        };
    )*};
}

each_row!(messages);
