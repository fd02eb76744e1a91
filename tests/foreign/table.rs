//! The shared table of cases, and the canonical form in which results are compared.

use serde_json::{Map, Value, json};

/// `cases.json`.
pub(crate) struct Table(Value);

/// A call, and what shall come of it.
pub(crate) struct Case<'a> {
    table: &'a Table,
    entry: &'a Value,
}

impl Table {
    pub(crate) fn read() -> Table {
        Table(serde_json::from_str(include_str!("cases.json")).expect("the table is JSON"))
    }

    /// The cases that apply to a peer with these tags.
    pub(crate) fn cases<'a>(&'a self, tags: &'a [&str]) -> impl Iterator<Item = Case<'a>> {
        let all = self.0["cases"].as_array().into_iter().flatten();
        let applies = |entry: &&Value| {
            let mut not = entry["not"].as_array().into_iter().flatten().filter_map(Value::as_str);
            !not.any(|tag| tags.contains(&tag))
        };
        all.filter(applies).map(|entry| Case { table: self, entry })
    }

    /// One form for equal values, however a protocol spelled them.
    fn canonical(&self, value: &Value, kind: &str) -> Value {
        let inner = |outer: &str| kind.strip_prefix(outer).and_then(|rest| rest.strip_suffix('>'));
        if value.is_null() {
            return Value::Null;
        }
        if let Some(of) = inner("option<") {
            return self.canonical(value, of);
        }
        if let (Some(of), Some(items)) = (inner("list<"), value.as_array()) {
            return items.iter().map(|item| self.canonical(item, of)).collect();
        }
        if let (Some(of), Some(members)) = (inner("map<"), value.as_object()) {
            let members = members.iter().map(|(key, item)| (key.clone(), self.canonical(item, of)));
            return Value::Object(members.collect());
        }
        let shape = &self.0["types"][kind];
        match (shape["fields"].as_object(), shape["variants"].as_object()) {
            (Some(fields), _) => self.members(value, fields),
            (_, Some(variants)) => self.variant(value, variants),
            _ => scalar(value, kind),
        }
    }

    fn members(&self, value: &Value, fields: &Map<String, Value>) -> Value {
        let Some(members) = value.as_object() else { return value.clone() };
        let known = members.iter().filter(|(_, member)| !member.is_null()).map(|(name, member)| {
            let kind = fields.get(name).and_then(Value::as_str).unwrap_or_default();
            (name.clone(), self.canonical(member, kind))
        });
        Value::Object(known.collect())
    }

    fn variant(&self, value: &Value, variants: &Map<String, Value>) -> Value {
        let Some((name, content)) = value.as_object().and_then(|members| members.iter().next()) else {
            return value.clone();
        };
        match variants.get(name).and_then(Value::as_str) {
            Some(kind) => json!({ name: self.canonical(content, kind) }),
            None => Value::from(name.as_str()),
        }
    }
}

fn scalar(value: &Value, kind: &str) -> Value {
    match (kind, value) {
        ("i32" | "u32" | "i64" | "u64", Value::String(digits)) => {
            digits.parse().map_or(value.clone(), Value::Number)
        }
        ("f64", Value::Number(number)) => json!(number.as_f64()),
        ("timestamp" | "duration", Value::String(text)) if text.contains('.') => {
            let (digits, unit) = text.split_at(text.len() - 1);
            Value::from(format!("{}{unit}", digits.trim_end_matches('0').trim_end_matches('.')))
        }
        _ => value.clone(),
    }
}

impl Case<'_> {
    pub(crate) fn name(&self) -> &str {
        self.entry["case"].as_str().unwrap_or_default()
    }

    pub(crate) fn method(&self) -> &str {
        self.entry["method"].as_str().unwrap_or_default()
    }

    pub(crate) fn params(&self) -> &Value {
        &self.entry["params"]
    }

    /// The error that shall come of it.
    pub(crate) fn error(&self) -> Option<&Value> {
        self.entry.get("error")
    }

    /// Holds a result against the table.
    pub(crate) fn check(&self, got: &Value) -> Result<(), String> {
        let Some(kind) = self.table.0["methods"][self.method()]["result"].as_str() else {
            return if got.is_null() { Ok(()) } else { Err(format!("expected nothing, got {got}")) };
        };
        let expected = self.entry.get("result").unwrap_or(&self.params()["value"]);
        let (expected, got) = (self.table.canonical(expected, kind), self.table.canonical(got, kind));
        if expected == got { Ok(()) } else { Err(format!("expected {expected}, got {got}")) }
    }
}
