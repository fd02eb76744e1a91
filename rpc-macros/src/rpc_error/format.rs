//! Messages with arguments: `no order {id:?}`.

use syn::{Fields, LitStr, Member};

use super::ast::Text;
use crate::common::case;
use crate::common::errors::Errors;

/// Reads a message, whose arguments are fields by their names or places.
pub(super) fn parse(literal: &LitStr, fields: &Fields, errors: &mut Errors) -> Option<Text> {
    match rewrite(&literal.value(), fields) {
        Ok((format, arguments)) => Some(Text { format: LitStr::new(&format, literal.span()), arguments }),
        Err(message) => {
            errors.push(literal, message);
            None
        }
    }
}

/// The text with each argument by its place among the returned fields.
fn rewrite(text: &str, fields: &Fields) -> Result<(String, Vec<Member>), String> {
    let (mut format, mut arguments) = (String::new(), Vec::<Member>::new());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        format.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(brace @ ("{{" | "}}")) = rest.get(..2) {
            format.push_str(brace);
            rest = &rest[2..];
            continue;
        }
        let (inside, behind) = rest
            .strip_prefix('{')
            .and_then(|rest| rest.split_once('}'))
            .ok_or("a brace without its other: write {{ or }} for a brace itself")?;
        let (name, spec) = inside.split_once(':').map_or((inside, None), |(name, spec)| (name, Some(spec)));
        let member = field(name.trim(), fields)?;
        let place = arguments.iter().position(|other| *other == member).unwrap_or_else(|| {
            arguments.push(member);
            arguments.len() - 1
        });
        format.push_str(&format!("{{{place}{}}}", self::spec(spec)?));
        rest = behind;
    }
    format.push_str(rest);
    Ok((format, arguments))
}

fn field(name: &str, fields: &Fields) -> Result<Member, String> {
    let spelled = |member: &Member| match member {
        Member::Named(ident) => case::plain(ident),
        Member::Unnamed(index) => index.index.to_string(),
    };
    if let Some(member) = fields.members().find(|member| spelled(member) == name) {
        return Ok(member);
    }
    let known: Vec<String> = fields.members().map(|member| format!("{{{}}}", spelled(&member))).collect();
    let known = match known.is_empty() {
        true => "the variant has no fields".to_owned(),
        false => format!("the variant has {}", known.join(", ")),
    };
    Err(format!("`{{{name}}}` names no field: {known}"))
}

fn spec(spec: Option<&str>) -> Result<String, String> {
    match spec {
        None => Ok(String::new()),
        Some(spec) if spec.contains(['$', '*']) => {
            Err("widths and precisions are written as numbers: `{0:>8}`".to_owned())
        }
        Some(spec) => Ok(format!(":{spec}")),
    }
}

#[cfg(test)]
mod tests {
    use syn::{Fields, parse_quote};

    use super::rewrite;

    fn named() -> Fields {
        Fields::Named(parse_quote!({ id: u64, r#type: String }))
    }

    fn unnamed() -> Fields {
        Fields::Unnamed(parse_quote!((u64, String)))
    }

    #[test]
    fn arguments_are_fields_by_name_or_place() {
        let cases = [
            (named(), "no {id:?} of {type}, {id}", "no {0:?} of {1}, {0}", 2),
            (unnamed(), "{1:>8} and { 0 }", "{0:>8} and {1}", 2),
            (unnamed(), "{{0}} }}", "{{0}} }}", 0),
            (Fields::Unit, "plain – text", "plain – text", 0),
        ];
        for (fields, text, wanted, count) in cases {
            let (format, arguments) = rewrite(text, &fields).expect(text);
            assert_eq!((format.as_str(), arguments.len()), (wanted, count), "{text}");
        }
    }

    #[test]
    fn what_is_no_field_is_named_with_those_that_are() {
        let cases = [
            (named(), "{ide}", "`{ide}` names no field: the variant has {id}, {type}"),
            (unnamed(), "{}", "`{}` names no field: the variant has {0}, {1}"),
            (Fields::Unit, "{0}", "`{0}` names no field: the variant has no fields"),
            (named(), "{id", "a brace without its other: write {{ or }} for a brace itself"),
            (named(), "id}", "a brace without its other: write {{ or }} for a brace itself"),
            (named(), "{id:>1$}", "widths and precisions are written as numbers: `{0:>8}`"),
        ];
        for (fields, text, wanted) in cases {
            assert_eq!(rewrite(text, &fields).err().as_deref(), Some(wanted));
        }
    }
}
