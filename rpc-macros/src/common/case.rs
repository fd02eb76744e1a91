//! Names from one spelling to another.

use syn::ext::IdentExt;
use syn::{Ident, LitStr};

/// A name without the `r#` that Rust may need.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `echo_i32` → `EchoI32`.
pub(crate) fn upper_camel(name: &str) -> String {
    words(name).iter().map(|word| capitalized(word)).collect()
}

/// `OrderBook` → `order_book`.
pub(crate) fn snake(name: &str) -> String {
    words(name).join("_").to_lowercase()
}

/// How `rename_all` spells names.
#[derive(Clone, Copy)]
pub(crate) enum Rename {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Rename {
    /// The spellings by their names, which are serde's.
    pub(crate) const ALL: [(&str, Rename); 8] = [
        ("lowercase", Rename::Lower),
        ("UPPERCASE", Rename::Upper),
        ("PascalCase", Rename::Pascal),
        ("camelCase", Rename::Camel),
        ("snake_case", Rename::Snake),
        ("SCREAMING_SNAKE_CASE", Rename::ScreamingSnake),
        ("kebab-case", Rename::Kebab),
        ("SCREAMING-KEBAB-CASE", Rename::ScreamingKebab),
    ];

    /// The spelling of such a name.
    pub(crate) fn parse(text: &LitStr) -> syn::Result<Rename> {
        let known = Rename::ALL.iter().find(|(name, _)| *name == text.value());
        known.map(|(_, rename)| *rename).ok_or_else(|| {
            let names: Vec<&str> = Rename::ALL.iter().map(|(name, _)| *name).collect();
            syn::Error::new_spanned(text, format!("unknown spelling: write one of {}", names.join(", ")))
        })
    }

    /// Spells a name of `snake_case`, as serde does for fields.
    pub(crate) fn apply(self, name: &str) -> String {
        match self {
            Rename::Lower | Rename::Snake => name.to_owned(),
            Rename::Upper | Rename::ScreamingSnake => name.to_uppercase(),
            Rename::Pascal => upper_camel(name),
            Rename::Camel => lower_first(&upper_camel(name)),
            Rename::Kebab => name.replace('_', "-"),
            Rename::ScreamingKebab => name.to_uppercase().replace('_', "-"),
        }
    }

    /// Spells a name of `PascalCase`, as serde does for variants.
    pub(crate) fn apply_to_variant(self, name: &str) -> String {
        let mut snake = String::new();
        for (at, c) in name.char_indices() {
            if at > 0 && c.is_uppercase() {
                snake.push('_');
            }
            snake.push(c.to_ascii_lowercase());
        }
        match self {
            Rename::Pascal => name.to_owned(),
            Rename::Lower => name.to_ascii_lowercase(),
            Rename::Upper => name.to_ascii_uppercase(),
            Rename::Camel => lower_first(name),
            Rename::Snake | Rename::ScreamingSnake | Rename::Kebab | Rename::ScreamingKebab => {
                self.apply(&snake)
            }
        }
    }
}

/// `user_id` → `userId`, by protobuf's rule for JSON names.
pub(crate) fn json(name: &str) -> String {
    let mut json = String::new();
    let mut upper = false;
    for c in name.chars() {
        match c {
            '_' => upper = true,
            c => json.push(if std::mem::take(&mut upper) { c.to_ascii_uppercase() } else { c }),
        }
    }
    json
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn lower_first(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// The words of a name: parted by anything but letters and digits, and where a capital begins one.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, &c) in chars.iter().enumerate() {
        let after_lower = at > 0 && (chars[at - 1].is_lowercase() || chars[at - 1].is_numeric());
        // The last capital of `HTTPServer`'s first four belongs to the next word.
        let before_lower = at > 0 && chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins = !c.is_alphanumeric() || c.is_uppercase() && (after_lower || before_lower);
        if begins && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.push(c);
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

#[cfg(test)]
mod tests {
    use super::{Rename, json, snake, upper_camel};

    #[test]
    fn methods_are_spelled_for_grpc() {
        let pairs = [("echo_i32", "EchoI32"), ("place", "Place"), ("getData", "GetData"), ("a__b", "AB")];
        for (rust, grpc) in pairs {
            assert_eq!(upper_camel(rust), grpc);
        }
    }

    #[test]
    fn services_are_spelled_for_the_text_protocols() {
        let pairs = [
            ("OrderBook", "order_book"),
            ("HTTPServer", "http_server"),
            ("Sha256Sum", "sha256_sum"),
            ("Orders", "orders"),
        ];
        for (rust, short) in pairs {
            assert_eq!(snake(rust), short);
        }
    }

    #[test]
    fn variants_are_spelled_as_serde_does() {
        let spelled: Vec<String> =
            Rename::ALL.iter().map(|(_, rename)| rename.apply_to_variant("BigBox")).collect();
        let wanted = ["bigbox", "BIGBOX", "BigBox", "bigBox", "big_box", "BIG_BOX", "big-box", "BIG-BOX"];
        assert_eq!(spelled, wanted);
    }

    #[test]
    fn json_names_follow_protobuf() {
        for (proto, wanted) in [("user_id", "userId"), ("a__b1", "aB1"), ("_x", "X"), ("userID", "userID")] {
            assert_eq!(json(proto), wanted);
        }
    }

    #[test]
    fn rename_all_spells_as_serde_does() {
        let spelled: Vec<String> = Rename::ALL.iter().map(|(_, rename)| rename.apply("user_id")).collect();
        let wanted = ["user_id", "USER_ID", "UserId", "userId", "user_id", "USER_ID", "user-id", "USER-ID"];
        assert_eq!(spelled, wanted);
    }
}
