//! Fields.

use super::change::{ALL, GRPC, JSONRPC, TEXTS};
use super::methods::Comparison;
use super::types::Side;
use crate::schema::Protocol;
use crate::schema::proto::json_name;
use crate::schema::snapshot::{Field, Shape, Ty};

impl<'a> Comparison<'a> {
    pub(super) fn fields(
        &mut self,
        owner: &str,
        side: Side,
        array: bool,
        old: &'a [Field],
        new: &'a [Field],
    ) {
        for (position, field) in old.iter().enumerate() {
            let place = format!("{owner}.{}", field.name);
            let found = new.iter().position(|other| other.name == field.name);
            let Some(found) = found.or_else(|| renamed(field, old, new)) else {
                let hint = format!("was removed; its number stays free by #[rpc(reserved({}))]", field.tag);
                self.change(&place, hint, ALL);
                continue;
            };
            let current = &new[found];
            self.names(&place, side, array, field, current);
            if field.tag != current.tag {
                let (was, is) = (field.tag, current.tag);
                let what =
                    format!("was field {was} and is field {is}: #[rpc(tag = {was})] keeps it in its place");
                self.change(&place, what, GRPC);
            }
            if position != found && (array || side == Side::Arguments) {
                let (was, is) = (position + 1, found + 1);
                self.change(&place, format!("moved from position {was} to {is}"), TEXTS);
            }
            if side.new_reads() && field.default && is_required(current) {
                self.change(&place, "must be given now", TEXTS);
            }
            self.field_ty(&place, side.inner(), &field.ty, &current.ty);
        }
        for field in new.iter().filter(|field| is_added(field, old, new)) {
            let breaks = self.broken_by_addition(side, array, field);
            self.change(
                &format!("{owner}.{}", field.name),
                "was added, and old peers do not know it",
                &breaks,
            );
        }
    }

    /// The names in the texts. Readers know a field by its JSON name too.
    fn names(&mut self, place: &str, side: Side, array: bool, old: &Field, new: &Field) {
        let (writer, reader) = side.flow(old, new);
        if array || writer.text == reader.text || writer.text == json_name(&reader.name) {
            return;
        }
        // In XML-RPC arguments have positions alone.
        let breaks = if side == Side::Arguments { JSONRPC } else { TEXTS };
        self.change(place, format!("was renamed from `{}` to `{}`", old.text, new.text), breaks);
    }

    fn broken_by_addition(&self, side: Side, array: bool, field: &Field) -> Vec<Protocol> {
        let required = side.new_reads() && is_required(field);
        let mut breaks = Vec::new();
        if required && !self.has_zero(&field.ty) {
            breaks.extend(GRPC);
        }
        if required || array {
            breaks.extend(TEXTS);
        }
        breaks
    }

    /// Whether a field that is absent in proto has a value.
    fn has_zero(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Option(_) | Ty::List(_) | Ty::Map(..) => true,
            Ty::Plain(name) => !["uuid", "timestamp", "duration", "value"].contains(&name.as_str()),
            Ty::Named(name) => matches!(self.new.types.get(name), Some(Shape::Enum { .. })),
            Ty::Tuple(_) => false,
        }
    }
}

/// Whether the texts must hold it.
fn is_required(field: &Field) -> bool {
    !field.default && !matches!(field.ty, Ty::Option(_))
}

/// The place of the field that has taken another name: of the same number and type, and new.
fn renamed(field: &Field, old: &[Field], new: &[Field]) -> Option<usize> {
    let was_there = |name: &str| old.iter().any(|field| field.name == name);
    new.iter().position(|other| other.tag == field.tag && other.ty == field.ty && !was_there(&other.name))
}

/// Whether a field is new, and not one by another name.
fn is_added(field: &Field, old: &[Field], new: &[Field]) -> bool {
    let is_still_there = |name: &str| new.iter().any(|field| field.name == name);
    !old.iter().any(|other| {
        other.name == field.name
            || other.tag == field.tag && other.ty == field.ty && !is_still_there(&other.name)
    })
}
