//! Why a value could not be encoded or decoded, and where in it.

use std::borrow::Cow;
use std::fmt;

use crate::schema::{MessageType, Type, TypeRef, VariantShape};

/// Why a value could not be encoded or decoded, with the path to the guilty place:
/// `order.items[3].sku: missing`.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    message: Cow<'static, str>,
    path: String,
    /// What was passed on the way up, innermost first; names are looked up once the root's type is known.
    trail: Vec<Step>,
}

/// One step from a value to a part of it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// The field of that number.
    Tag(u32),
    /// The element at that place.
    Index(usize),
    /// A name that is known already.
    Name(String),
}

impl Error {
    #[cold]
    pub(crate) fn new(message: impl Into<Cow<'static, str>>) -> Error {
        Error(Box::new(Inner { message: message.into(), path: String::new(), trail: Vec::new() }))
    }

    pub(crate) fn with_path(message: impl Into<Cow<'static, str>>, path: String) -> Error {
        Error(Box::new(Inner { message: message.into(), path, trail: Vec::new() }))
    }

    /// What happened, without the path.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The path to the guilty place (`order.items[3].sku`); empty where it is the whole value.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The error as it looks one step further out.
    #[cold]
    pub(crate) fn at(mut self, step: Step) -> Error {
        self.0.trail.push(step);
        self
    }

    /// Takes the last step back, when what it led to turns out to be a wrapper.
    #[cold]
    pub(crate) fn within(mut self) -> Error {
        self.0.trail.pop();
        self
    }

    /// Replaces the last step, likewise.
    #[cold]
    pub(crate) fn replace(self, step: Step) -> Error {
        self.within().at(step)
    }

    /// Turns the steps into a path, beginning at a value of type `root`.
    #[cold]
    pub(crate) fn resolve(mut self, root: TypeRef) -> Error {
        let mut place = Some(*root());
        for step in std::mem::take(&mut self.0.trail).into_iter().rev() {
            place = enter(place, step, &mut self.0.path);
        }
        self
    }
}

/// Follows one step, writes its name, and says what is found there.
fn enter(place: Option<Type>, step: Step, path: &mut String) -> Option<Type> {
    match (place?, step) {
        (Type::Option(content), step) => enter(Some(*content()), step, path),
        (Type::List(element), Step::Index(index)) => item(index, Some(&element), path),
        (Type::Map(_, value), Step::Name(key)) => member(&key, Some(*value()), path),
        (Type::Tuple(items), Step::Tag(tag)) => {
            let index = tag.saturating_sub(1) as usize;
            item(index, items.get(index), path)
        }
        (Type::Message(message), Step::Tag(tag)) => {
            field(message, message.fields.iter().position(|field| field.tag == tag)?, path)
        }
        (Type::Union(union), Step::Tag(tag)) => {
            let variant = union.variants.iter().find(|variant| variant.tag == tag)?;
            let content = match variant.shape {
                VariantShape::Value(ty) => *ty(),
                VariantShape::Empty(message) | VariantShape::Fields(message) => Type::Message(message),
            };
            member(variant.text, Some(content), path)
        }
        // a missing one is known by its name, which is its place
        (Type::Tuple(items), Step::Name(place)) => {
            let index = place.parse().ok()?;
            item(index, items.get(index), path)
        }
        (Type::Message(message), Step::Name(place)) if message.array => {
            field(message, place.parse().ok()?, path)
        }
        (Type::Value, Step::Index(index)) => {
            item(index, None, path);
            place
        }
        (Type::Value, Step::Name(name)) => member(&name, Some(Type::Value), path),
        (_, Step::Index(index)) => item(index, None, path),
        (_, Step::Name(name)) => member(&name, None, path),
        (_, Step::Tag(_)) => None,
    }
}

fn field(message: &MessageType, index: usize, path: &mut String) -> Option<Type> {
    let field = message.fields.get(index)?;
    match message.array {
        true => item(index, Some(&field.ty), path),
        false => member(field.text, Some(*(field.ty)()), path),
    }
}

fn item(index: usize, ty: Option<&TypeRef>, path: &mut String) -> Option<Type> {
    path.push_str(&format!("[{index}]"));
    ty.map(|ty| *ty())
}

fn member(name: &str, ty: Option<Type>, path: &mut String) -> Option<Type> {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
    ty
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path() {
            "" => f.write_str(self.message()),
            path => write!(f, "{path}: {}", self.message()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("path", &self.path()).field("message", &self.message()).finish()
    }
}

impl std::error::Error for Error {}
