//! Types where they are used.

use super::change::{ALL, TEXTS};
use super::methods::Comparison;
use crate::schema::snapshot::{Shape, Ty};

/// Where a type stands, and so who writes it and who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Side {
    /// The arguments of a method: callers that know the old schema write them, also by position.
    Arguments,
    /// In a request.
    Read,
    /// In a reply, which callers that know the old schema read.
    Written,
    /// The details of an error: like a reply, but callers bear variants that they do not know.
    Error,
}

impl Side {
    /// Whether those who know the new schema read what those write who know the old one.
    pub(super) fn new_reads(self) -> bool {
        matches!(self, Side::Arguments | Side::Read)
    }

    /// The side of what stands in a type.
    pub(super) fn inner(self) -> Side {
        if self.new_reads() { Side::Read } else { Side::Written }
    }

    /// What the writer and the reader know.
    pub(super) fn flow<T>(self, old: T, new: T) -> (T, T) {
        if self.new_reads() { (old, new) } else { (new, old) }
    }
}

impl<'a> Comparison<'a> {
    pub(super) fn ty(&mut self, place: &str, side: Side, old: &'a Ty, new: &'a Ty) {
        let inner = side.inner();
        match (old, new) {
            (Ty::Named(old), Ty::Named(new)) => self.named(place, side, old, new),
            (Ty::Option(old), Ty::Option(new)) | (Ty::List(old), Ty::List(new)) => {
                self.ty(place, inner, old, new);
            }
            (Ty::Map(old_key, old), Ty::Map(new_key, new)) => {
                self.ty(place, inner, old_key, new_key);
                self.ty(place, inner, old, new);
            }
            (Ty::Tuple(old), Ty::Tuple(new)) if old.len() == new.len() => {
                for (index, (old, new)) in old.iter().zip(new).enumerate() {
                    self.field_ty(&format!("{place}.f{index}"), inner, old, new);
                }
            }
            (Ty::Plain(old), Ty::Plain(new)) if fits(side.flow(old, new)) => {}
            _ => self.change(place, format!("changed its type from {old} to {new}"), ALL),
        }
    }

    /// The type of a field, where one side may have an Option around it: the one that reads.
    pub(super) fn field_ty(&mut self, place: &str, side: Side, old: &'a Ty, new: &'a Ty) {
        let (writer, reader) = side.flow(old, new);
        match (writer, reader) {
            // In an Option these are another message.
            (Ty::Option(_) | Ty::List(_) | Ty::Map(..), _) => self.ty(place, side, old, new),
            (_, Ty::Option(some)) => {
                let (old, new) = if side.new_reads() { (old, &**some) } else { (&**some, new) };
                self.ty(place, side, old, new);
            }
            _ => self.ty(place, side, old, new),
        }
    }

    fn named(&mut self, place: &str, side: Side, old_name: &'a str, new_name: &'a str) {
        if !self.seen.insert((old_name, new_name, side)) {
            return;
        }
        let (old, new) = (self.old.types.get(old_name), self.new.types.get(new_name));
        match (old, new) {
            (Some(Shape::Struct { array: was, fields: old }), Some(Shape::Struct { array, fields: new })) => {
                self.array(new_name, *was, *array);
                self.fields(new_name, side, *array, old, new);
            }
            (Some(Shape::Enum { values: old, other: was }), Some(Shape::Enum { values: new, other })) => {
                let (_, other) = side.flow(*was, *other);
                self.values(new_name, side, other, old, new);
            }
            (
                Some(Shape::Union { variants: old, other: was }),
                Some(Shape::Union { variants: new, other }),
            ) => {
                let (_, other) = side.flow(*was, *other);
                self.variants(new_name, side, other, old, new);
            }
            _ => self.change(
                place,
                format!("changed its type from {old_name} to {new_name}, which is of another kind"),
                ALL,
            ),
        }
    }

    /// Whether the texts write fields by name or as an array.
    pub(super) fn array(&mut self, place: &str, old: bool, new: bool) {
        if old != new {
            let (was, is) = if new { ("with names", "without") } else { ("without names", "with") };
            self.change(place, format!("had fields {was}, and has them {is} now"), TEXTS);
        }
    }
}

/// Whether what the first type holds can be read as the second.
fn fits((writer, reader): (&String, &String)) -> bool {
    let width = |name: &str| name[1..].parse::<u8>().ok();
    let integers = ["i", "u"].iter().any(|sign| {
        writer.starts_with(sign)
            && reader.starts_with(sign)
            && matches!((width(writer), width(reader)), (Some(from), Some(to)) if from <= to)
    });
    writer == reader || integers
}
