//! Documentation comments, as text.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The documentation comment, in Markdown; empty if there is none.
pub(crate) fn docs(attrs: &[Attribute]) -> String {
    let lines: Vec<String> = attrs.iter().filter_map(line).collect();
    lines.join("\n").trim().to_owned()
}

fn line(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(unindented(&text.value())),
            _ => None,
        },
        _ => None,
    }
}

/// `/// text` is kept by the compiler with the blank that everybody writes after the slashes.
fn unindented(text: &str) -> String {
    text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect::<Vec<_>>().join("\n")
}
