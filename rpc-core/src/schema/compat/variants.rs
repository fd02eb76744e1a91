//! Values and variants of enums.

use super::change::{ALL, GRPC, TEXTS};
use super::methods::Comparison;
use super::types::Side;
use crate::schema::snapshot::{Content, Value, Variant};

impl<'a> Comparison<'a> {
    /// The values of an enum; `other` says whether the reader takes those that it does not know.
    pub(super) fn values(
        &mut self,
        owner: &str,
        side: Side,
        other: bool,
        old: &'a [Value],
        new: &'a [Value],
    ) {
        let (writer, reader) = side.flow(old, new);
        for value in writer {
            let place = format!("{owner}::{}", value.name);
            let found = reader.iter().find(|known| known.name == value.name);
            let found = found.or_else(|| {
                let was_known = |name: &str| writer.iter().any(|value| value.name == name);
                reader.iter().find(|known| known.number == value.number && !was_known(&known.name))
            });
            let Some(known) = found else {
                self.unknown(&place, side, other);
                continue;
            };
            let (old, new) = side.flow(value, known);
            self.text(&place, &old.text, &new.text);
            if old.number != new.number {
                self.change(&place, format!("was number {} and is {}", old.number, new.number), GRPC);
            }
        }
    }

    /// The variants of an enum with data.
    pub(super) fn variants(
        &mut self,
        owner: &str,
        side: Side,
        other: bool,
        old: &'a [Variant],
        new: &'a [Variant],
    ) {
        let (writer, reader) = side.flow(old, new);
        for variant in writer {
            let place = format!("{owner}::{}", variant.name);
            let found = reader.iter().find(|known| known.name == variant.name);
            let found = found.or_else(|| {
                let was_known = |name: &str| writer.iter().any(|variant| variant.name == name);
                reader.iter().find(|known| known.tag == variant.tag && !was_known(&known.name))
            });
            let Some(known) = found else {
                self.unknown(&place, side, other);
                continue;
            };
            let (old, new) = side.flow(variant, known);
            self.text(&place, &old.text, &new.text);
            if old.tag != new.tag {
                let (was, is) = (old.tag, new.tag);
                let what =
                    format!("was field {was} and is field {is}: #[rpc(tag = {was})] keeps it in its place");
                self.change(&place, what, GRPC);
            }
            self.content(&place, side, &old.content, &new.content);
        }
    }

    fn content(&mut self, place: &str, side: Side, old: &'a Content, new: &'a Content) {
        let inner = side.inner();
        match (old, new) {
            (Content::Empty, Content::Empty) => {}
            (Content::Value(old), Content::Value(new)) => self.ty(place, inner, old, new),
            (Content::Fields { array: was, fields: old }, Content::Fields { array, fields: new }) => {
                self.array(place, *was, *array);
                self.fields(place, inner, *array, old, new);
            }
            _ => self.change(place, "holds something of another kind", ALL),
        }
    }

    fn text(&mut self, place: &str, old: &str, new: &str) {
        if old != new {
            self.change(place, format!("was renamed from `{old}` to `{new}`"), TEXTS);
        }
    }

    /// Something that is written and that the reader does not know.
    fn unknown(&mut self, place: &str, side: Side, other: bool) {
        match side {
            Side::Error => {}
            _ if other => {}
            Side::Arguments | Side::Read => self.change(place, "was removed", ALL),
            Side::Written => {
                self.change(place, "was added, and old callers have no variant for others", ALL);
            }
        }
    }
}
