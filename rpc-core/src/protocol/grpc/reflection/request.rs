//! `ServerReflectionRequest`.

use crate::codec::Error;
use crate::codec::proto::Reader;

/// What a client asks.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Request<'a> {
    pub(super) host: &'a str,
    pub(super) question: Option<Question<'a>>,
}

/// The oneof `message_request`; the last that comes is meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Question<'a> {
    /// A file by its path.
    File(&'a str),
    /// The file that defines a symbol.
    Symbol(&'a str),
    /// The file that extends a message by a field.
    Extension { message: &'a str, number: i32 },
    /// The numbers by which a message is extended.
    Extensions(&'a str),
    /// All services.
    Services,
}

impl<'a> Request<'a> {
    pub(super) fn decode(bytes: &'a [u8]) -> Result<Request<'a>, Error> {
        let mut request = Request::default();
        let mut input = Reader::new(bytes);
        while let Some(key) = input.next()? {
            request.question = Some(match key.tag {
                1 => {
                    request.host = input.text(key)?;
                    continue;
                }
                3 => Question::File(input.text(key)?),
                4 => Question::Symbol(input.text(key)?),
                5 => extension(input.message(key)?)?,
                6 => Question::Extensions(input.text(key)?),
                7 => {
                    input.text(key)?;
                    Question::Services
                }
                _ => {
                    input.skip(key)?;
                    continue;
                }
            });
        }
        Ok(request)
    }
}

/// `ExtensionRequest`.
fn extension(mut input: Reader<'_>) -> Result<Question<'_>, Error> {
    let (mut message, mut number) = ("", 0);
    while let Some(key) = input.next()? {
        match key.tag {
            1 => message = input.text(key)?,
            // An int32 is sent with 64 bits, and its lower half counts.
            2 => number = input.varint()? as i32,
            _ => input.skip(key)?,
        }
    }
    Ok(Question::Extension { message, number })
}
