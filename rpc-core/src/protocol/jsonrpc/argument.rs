//! The argument that is a stream, where it stands in `params` as an array.

use std::ops::Range;

use super::scan::{Malformed, Raw, Scanner};
use crate::schema::StreamArgument;
use crate::schema::proto::json_name;
use crate::status::{Case, Status};

/// Where in `params` the array stands: the only position, or the member of that name. No `params`, or no such member,
/// are a stream without items.
///
/// # Errors
///
/// What is not one array.
pub(super) fn array(params: &str, argument: StreamArgument) -> Result<Range<usize>, Status> {
    let mut scanner = Scanner::new(params);
    let mut found: Option<Raw<'_>> = None;
    let (mut count, mut by_name) = (0, false);
    let read = match scanner.peek() {
        None => return Ok(0..0),
        Some(b'[') => scanner.array(|scanner| {
            let value = scanner.value()?;
            found.get_or_insert(value);
            count += 1;
            Ok(())
        }),
        Some(_) => {
            by_name = true;
            let other = json_name(argument.name);
            scanner.object(|key, value| {
                if key.string().is_some_and(|name| name == argument.text || name == other) {
                    found = Some(value);
                    count += 1;
                }
            })
        }
    };
    if let Err(Malformed) = read {
        return Err(refused("malformed"));
    }
    let name = argument.text;
    match (found, count) {
        (None, _) => Ok(0..0),
        (Some(_), 2..) if by_name => Err(refused(format_args!("{name}: given twice"))),
        (Some(_), 2..) => Err(refused("the method takes 1 value, not more")),
        (Some(value), _) if value.first() == b'[' => Ok(value.range()),
        (Some(_), _) => Err(refused(format_args!("{name}: expected an array of the stream's items"))),
    }
}

fn refused(what: impl std::fmt::Display) -> Status {
    Status::of_case(Case::InvalidParams, format!("{}: {what}", Case::InvalidParams.text()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: StreamArgument = StreamArgument { name: "all_values", text: "values" };

    #[test]
    fn the_array_is_found_by_position_and_by_either_name() {
        let found = |params: &'static str| array(params, VALUES).map(|range| &params[range]);
        assert_eq!(found("[ [1, 2] ]").unwrap(), "[1, 2]");
        assert_eq!(found("{\"x\": 7, \"values\" : [1]}").unwrap(), "[1]");
        assert_eq!(found("{\"allValues\":[]}").unwrap(), "[]");
        for none in ["", "[]", "{}", "{\"x\":[1]}"] {
            assert_eq!(found(none).unwrap(), "", "{none}");
        }
    }

    #[test]
    fn what_is_not_one_array_is_refused_by_name() {
        let why = |params| array(params, VALUES).unwrap_err().message().to_owned();
        assert_eq!(why("[1]"), "Invalid params: values: expected an array of the stream's items");
        assert_eq!(why("[null]"), "Invalid params: values: expected an array of the stream's items");
        assert_eq!(why("{\"values\":{}}"), "Invalid params: values: expected an array of the stream's items");
        assert_eq!(why("[[],[]]"), "Invalid params: the method takes 1 value, not more");
        assert_eq!(why("{\"values\":[],\"allValues\":[]}"), "Invalid params: values: given twice");
    }
}
