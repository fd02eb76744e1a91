//! How proto spells names.

/// The name of a proto3 field in JSON, by protobuf's rule: `user_id` → `userId`.
pub fn json_name(name: &str) -> String {
    let mut json = String::with_capacity(name.len());
    let mut upper = false;
    for c in name.chars() {
        match c {
            '_' => upper = true,
            c => json.push(if std::mem::take(&mut upper) { c.to_ascii_uppercase() } else { c }),
        }
    }
    json
}

/// The name of a message that belongs to a field: `by_name` → `ByName`. Fields whose JSON names differ get different
/// ones, and protobuf refuses other fields.
pub(super) fn upper_camel(name: &str) -> String {
    let mut camel = json_name(name);
    if let Some(first) = camel.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    camel
}

/// The full name of what is called so in a package or message.
pub(crate) fn full(scope: &str, name: &str) -> String {
    match scope {
        "" => name.to_owned(),
        scope => format!("{scope}.{name}"),
    }
}

/// The path of the file of a package.
pub(super) fn path(package: &str) -> String {
    match package {
        // It must have some name.
        "" => "services.proto".to_owned(),
        package => package.replace('.', "/") + ".proto",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_protoc_does() {
        for (field, json, camel) in
            [("user_id", "userId", "UserId"), ("a__b1", "aB1", "AB1"), ("_x", "X", "X"), ("f0", "f0", "F0")]
        {
            assert_eq!((json_name(field).as_str(), upper_camel(field).as_str()), (json, camel));
        }
    }
}
