//! The messages of many rows in prost's types.

use polyrpc_test_model::{Choice, Item, Keys, Numbers, Parts, Texts};
use polyrpc_test_prost::values::v1 as prosts;

use super::theirs::{Placed, Theirs, placed};

impl Theirs for Item {
    type Type = prosts::Item;

    fn theirs(&self) -> prosts::Item {
        prosts::Item { sku: self.sku.clone(), note: self.note.clone() }
    }
}

placed!(message Item => prosts::Item);

impl Theirs for Choice {
    type Type = prosts::Choice;

    fn theirs(&self) -> prosts::Choice {
        use prosts::choice::{List, Maybe, Named, Nothing, Pair, Variant};
        let variant = match self {
            Choice::Number(number) => Variant::Number(*number),
            Choice::Text(text) => Variant::Text(text.clone()),
            Choice::List(items) => Variant::List(List { value: items.clone() }),
            Choice::Maybe(maybe) => Variant::Maybe(Maybe { value: maybe.clone() }),
            Choice::Item(item) => Variant::Item(item.theirs()),
            Choice::Named { value, all } => Variant::Named(Named { value: *value, all: all.theirs() }),
            Choice::Pair(f0, f1) => Variant::Pair(Pair { f0: *f0, f1: *f1 }),
            Choice::At(time) => Variant::At(time.theirs()),
            Choice::Nothing => Variant::Nothing(Nothing {}),
        };
        prosts::Choice { variant: Some(variant) }
    }
}

placed!(message Choice => prosts::Choice);

impl Theirs for Numbers {
    type Type = prosts::Numbers;

    fn theirs(&self) -> prosts::Numbers {
        prosts::Numbers {
            flag: self.flag,
            tiny: self.tiny.field(),
            number: self.number,
            wide: self.wide,
            byte: self.byte.field(),
            unsigned: self.unsigned,
            huge: self.huge,
            single: self.single,
            double: self.double,
            maybe: self.maybe,
            list: self.list.clone(),
            singles: self.singles.clone(),
            doubles: self.doubles.clone(),
            flags: self.flags.clone(),
            colours: self.colours.theirs(),
            colour: self.colour.field(),
        }
    }
}

impl Theirs for Texts {
    type Type = prosts::Texts;

    fn theirs(&self) -> prosts::Texts {
        use prosts::texts::ByFlagValue;
        let by_flag = self.by_flag.iter().map(|(key, value)| (*key, ByFlagValue { value: value.clone() }));
        prosts::Texts {
            text: self.text.clone(),
            letter: self.letter.field(),
            raw: self.raw.clone(),
            id: self.id.field(),
            maybe: self.maybe.clone(),
            texts: self.texts.clone(),
            raws: self.raws.clone(),
            by_name: self.by_name.clone(),
            by_number: self.by_number.theirs(),
            by_flag: by_flag.collect(),
        }
    }
}

impl Theirs for Keys {
    type Type = prosts::Keys;

    fn theirs(&self) -> prosts::Keys {
        use prosts::keys::nested_value::ValueValue;
        use prosts::keys::{NestedValue, QueueItem};
        let nested = self.nested.iter().map(|(key, map)| {
            let value = map.theirs().map(|value| ValueValue { value });
            (*key, NestedValue { value })
        });
        prosts::Keys {
            bools: self.bools.clone(),
            i8s: self.i8s.theirs(),
            i16s: self.i16s.theirs(),
            i32s: self.i32s.clone(),
            i64s: self.i64s.clone(),
            u8s: self.u8s.theirs(),
            u16s: self.u16s.theirs(),
            u32s: self.u32s.clone(),
            u64s: self.u64s.clone(),
            names: self.names.theirs(),
            numbers: self.numbers.theirs(),
            nested: nested.collect(),
            set: self.set.iter().copied().collect(),
            queue: self.queue.iter().map(|value| QueueItem { value: value.clone() }).collect(),
        }
    }
}

impl Theirs for Parts {
    type Type = prosts::Parts;

    fn theirs(&self) -> prosts::Parts {
        use prosts::parts::{ListsItem, MaybeListValue, OptionsItem, PairValue};
        prosts::Parts {
            at: self.at.field(),
            took: self.took.field(),
            any: self.any.field(),
            item: self.item.field(),
            items: self.items.theirs(),
            choice: self.choice.field(),
            choices: self.choices.theirs(),
            pair: Some(PairValue { f0: self.pair.0, f1: self.pair.1.clone() }),
            lists: self.lists.iter().map(|items| ListsItem { value: items.clone() }).collect(),
            options: self.options.iter().map(|value| OptionsItem { value: value.clone() }).collect(),
            maybe_list: self.maybe_list.clone().map(|value| MaybeListValue { value }),
            // It says nothing, and is not written.
            unit: None,
            units: self.units.theirs(),
            times: self.times.theirs(),
            inner: self.inner.theirs(),
        }
    }
}
