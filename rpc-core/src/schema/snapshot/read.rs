//! A snapshot from JSON.

use std::fmt;

use serde_json::Value as Json;

use super::model::{Content, Field, Method, Shape, Snapshot, Value, Variant};
use super::ty::Ty;
use super::write::VERSION;

/// Why a text is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotError(String);

impl SnapshotError {
    fn at(place: &str, what: &str) -> SnapshotError {
        SnapshotError(format!("{place}: {what}"))
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a schema snapshot: {}", self.0)
    }
}

impl std::error::Error for SnapshotError {}

impl Snapshot {
    /// Reads what [`to_json`](Self::to_json) writes.
    ///
    /// # Errors
    ///
    /// What is no JSON, of another version of the form, or lacks a member; the message names the place.
    pub fn from_json(text: &str) -> Result<Snapshot, SnapshotError> {
        let json: Json = serde_json::from_str(text).map_err(|error| SnapshotError(error.to_string()))?;
        if json["polyrpc"] != VERSION {
            return Err(SnapshotError::at("polyrpc", &format!("{VERSION} is expected")));
        }
        let mut snapshot = Snapshot::default();
        for (name, methods) in members(&json["services"], "services")? {
            let methods = members(methods, name)?.iter().map(|(method, json)| {
                let place = Place { json, name: format!("{name}/{method}") };
                place.method().map(|read| (method.clone(), read))
            });
            snapshot.services.insert(name.clone(), methods.collect::<Result<_, _>>()?);
        }
        for (name, json) in members(&json["types"], "types")? {
            let shape = Place { json, name: name.clone() }.shape()?;
            snapshot.types.insert(name.clone(), shape);
        }
        Ok(snapshot)
    }
}

fn members<'a>(json: &'a Json, name: &str) -> Result<&'a serde_json::Map<String, Json>, SnapshotError> {
    json.as_object().ok_or_else(|| SnapshotError::at(name, "an object is expected"))
}

/// A value, and what it is called in errors.
struct Place<'a> {
    json: &'a Json,
    name: String,
}

impl Place<'_> {
    fn expected(&self, member: &str, what: &str) -> SnapshotError {
        SnapshotError::at(&self.name, &format!("{what} is expected as {member}"))
    }

    fn text(&self, member: &str) -> Result<String, SnapshotError> {
        let text = self.json[member].as_str().ok_or_else(|| self.expected(member, "a string"))?;
        Ok(text.to_owned())
    }

    fn ty(&self, member: &str) -> Result<Ty, SnapshotError> {
        Ty::parse(&self.text(member)?).ok_or_else(|| self.expected(member, "a type"))
    }

    fn number<N: TryFrom<i64>>(&self, member: &str) -> Result<N, SnapshotError> {
        let number = self.json[member].as_i64().and_then(|number| N::try_from(number).ok());
        number.ok_or_else(|| self.expected(member, "a number"))
    }

    fn flag(&self, member: &str) -> bool {
        self.json[member] == true
    }

    /// The name, and the one in the texts.
    fn names(&self) -> Result<(String, String), SnapshotError> {
        let name = self.text("name")?;
        let text = if self.json["text"].is_null() { name.clone() } else { self.text("text")? };
        Ok((name, text))
    }

    fn list<T>(
        &self,
        member: &str,
        read: impl Fn(Place<'_>) -> Result<T, SnapshotError>,
    ) -> Result<Vec<T>, SnapshotError> {
        let items = self.json[member].as_array().ok_or_else(|| self.expected(member, "a list"))?;
        let places = items
            .iter()
            .enumerate()
            .map(|(index, json)| Place { json, name: format!("{}[{index}]", self.name) });
        places.map(read).collect()
    }

    fn method(&self) -> Result<Method, SnapshotError> {
        Ok(Method {
            jsonrpc: self.text("jsonrpc")?,
            xmlrpc: self.text("xmlrpc")?,
            kind: self.text("kind")?,
            bare: self.flag("bare"),
            request: self.ty("request")?,
            response: self.ty("response")?,
            error: if self.json["error"].is_null() { None } else { Some(self.ty("error")?) },
        })
    }

    fn shape(&self) -> Result<Shape, SnapshotError> {
        let other = self.flag("other");
        if !self.json["enum"].is_null() {
            let values = self.list("enum", |place| {
                let (name, text) = place.names()?;
                Ok(Value { name, text, number: place.number("number")? })
            });
            return Ok(Shape::Enum { values: values?, other });
        }
        if !self.json["union"].is_null() {
            return Ok(Shape::Union { variants: self.list("union", |place| place.variant())?, other });
        }
        Ok(Shape::Struct { array: self.flag("array"), fields: self.fields()? })
    }

    fn fields(&self) -> Result<Vec<Field>, SnapshotError> {
        self.list("struct", |place| {
            let (name, text) = place.names()?;
            let (tag, ty) = (place.number("tag")?, place.ty("type")?);
            Ok(Field { name, text, tag, ty, default: place.flag("default") })
        })
    }

    fn variant(&self) -> Result<Variant, SnapshotError> {
        let (name, text) = self.names()?;
        let content = match (&self.json["type"], &self.json["struct"]) {
            (Json::Null, Json::Null) => Content::Empty,
            (Json::Null, _) => Content::Fields { array: self.flag("array"), fields: self.fields()? },
            _ => Content::Value(self.ty("type")?),
        };
        Ok(Variant { name, text, tag: self.number("tag")?, content })
    }
}
