//! The names of XML-RPC's elements.

/// Declares the elements that have literals, and lists them once.
macro_rules! elements {
    ($($tag:ident $name:literal,)*) => {
        /// An element of XML-RPC, as every client writes it: without prefix and attributes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::codec::xml) enum Tag { $($tag,)* }

        impl Tag {
            /// `name`
            pub(in crate::codec::xml) const fn name(self) -> &'static str {
                match self { $(Tag::$tag => $name,)* }
            }

            /// `<name>`
            pub(in crate::codec::xml) const fn start(self) -> &'static str {
                match self { $(Tag::$tag => concat!("<", $name, ">"),)* }
            }

            /// `</name>`
            pub(in crate::codec::xml) const fn end(self) -> &'static str {
                match self { $(Tag::$tag => concat!("</", $name, ">"),)* }
            }

            /// `</name></value>`
            pub(in crate::codec::xml) const fn end_value(self) -> &'static str {
                match self { $(Tag::$tag => concat!("</", $name, "></value>"),)* }
            }

            /// The element of this name.
            pub(super) fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Tag::$tag),)*
                    _ => None,
                }
            }
        }
    };
}

elements! {
    MethodCall "methodCall",
    MethodName "methodName",
    MethodResponse "methodResponse",
    Fault "fault",
    Params "params",
    Param "param",
    Value "value",
    Boolean "boolean",
    Int "int",
    I4 "i4",
    I8 "i8",
    Double "double",
    String "string",
    DateTime "dateTime.iso8601",
    Base64 "base64",
    Struct "struct",
    Member "member",
    Name "name",
    Array "array",
    Data "data",
    Nil "nil",
}

/// A type in Apache's namespace of extensions (<https://ws.apache.org/xmlrpc/types.html>), under whatever prefix.
/// Its `bigdecimal`, `biginteger`, `dom` and `serializable` are not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec::xml) enum Extension {
    Nil,
    I1,
    I2,
    I8,
    Float,
    DateTime,
}

impl Extension {
    /// The type of this local name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "nil" => Some(Extension::Nil),
            "i1" => Some(Extension::I1),
            "i2" => Some(Extension::I2),
            "i8" => Some(Extension::I8),
            "float" => Some(Extension::Float),
            "dateTime" => Some(Extension::DateTime),
            _ => None,
        }
    }
}
