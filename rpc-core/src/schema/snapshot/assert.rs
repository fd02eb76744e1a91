//! The test of a user's own crate.

use std::fmt::Write;
use std::path::Path;

use super::Snapshot;
use crate::schema::ServiceSchema;
use crate::schema::compat::compare;
use crate::schema::proto;

/// Writes the snapshot anew instead of comparing.
const UPDATE: &str = "POLYRPC_UPDATE_SCHEMA";

/// Asserts that peers that know the services as a snapshot shows them can still talk to them.
///
/// The first argument is the path of the snapshot, relative to the `Cargo.toml` of the crate that calls; the others
/// are the schemas of the services (`OrdersServer::SCHEMA`). `POLYRPC_UPDATE_SCHEMA=1` writes the snapshot anew, which
/// is also how it is made the first time; it belongs into version control.
///
/// What peers do not notice is ignored: a new method, a new `Option` in a request, a new field in a result.
/// [`compat`](crate::schema::compat) has the rules.
///
/// # Panics
///
/// When a change breaks a peer, with a message that says which change breaks which protocol; and without a snapshot.
///
/// # Examples
///
/// ```no_run
/// # use polyrpc_core as polyrpc;
/// # fn services() -> [&'static polyrpc::ServiceSchema; 2] { unimplemented!() }
/// # let [orders, stock] = services();
/// // In a test: assert_compatible!("schema/shop.json", OrdersServer::SCHEMA, StockServer::SCHEMA)
/// polyrpc::assert_compatible!("schema/shop.json", orders, stock);
/// ```
#[macro_export]
macro_rules! assert_compatible {
    ($path:expr, $($service:expr),+ $(,)?) => {
        $crate::__private::assert_compatible(
            ::core::env!("CARGO_MANIFEST_DIR"),
            $path,
            &[$($service),+],
        )
    };
}

/// What the macro calls: `folder` is where the crate lies.
#[doc(hidden)]
#[track_caller]
pub fn assert_compatible(folder: &str, path: &str, services: &[&'static ServiceSchema]) {
    let update = std::env::var_os(UPDATE).is_some_and(|value| !value.is_empty() && value != "0");
    if let Err(text) = check(&Path::new(folder).join(path), services, update) {
        panic!("{text}");
    }
}

/// Compares with the snapshot in a file, or writes it.
fn check(path: &Path, services: &[&'static ServiceSchema], update: bool) -> Result<(), String> {
    proto::files(services).map_err(|error| error.to_string())?;
    let current = Snapshot::of(services);
    let shown = path.display();
    if update {
        let written = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        return written
            .and_then(|()| std::fs::write(path, current.to_json()))
            .map_err(|error| format!("cannot write {shown}: {error}"));
    }
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            return Err(format!(
                "cannot read the schema snapshot {shown}: {error}; {UPDATE}=1 makes it, and it belongs into version \
                 control"
            ));
        }
    };
    let old = Snapshot::from_json(&text).map_err(|error| format!("{shown}: {error}"))?;
    let changes = compare(&old, &current);
    if changes.is_empty() {
        return Ok(());
    }
    let mut message = format!("callers that know {shown} would break:\n");
    for change in changes {
        // Writing into a string does not fail.
        let _ = writeln!(message, "  {change}");
    }
    message.push_str("Take the changes back, or let the callers break: ");
    message.push_str(UPDATE);
    message.push_str("=1 renews the snapshot.");
    Err(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_made_only_when_asked_for() {
        static EMPTY: ServiceSchema = ServiceSchema::new("Shop", "shop.v1", "shop.v1.Shop");
        let folder = std::env::temp_dir().join(format!("polyrpc-snapshot-{}", std::process::id()));
        let path = folder.join("schema/shop.json");
        let missing = check(&path, &[&EMPTY], false).unwrap_err();
        assert!(missing.contains("POLYRPC_UPDATE_SCHEMA=1 makes it"), "{missing}");
        check(&path, &[&EMPTY], true).unwrap();
        check(&path, &[&EMPTY], false).unwrap();
        let removed = check(&path, &[], false).unwrap_err();
        assert!(removed.contains("shop.v1.Shop was removed (breaks grpc, jsonrpc, xmlrpc)"), "{removed}");
        std::fs::write(&path, "{}").unwrap();
        let broken = check(&path, &[&EMPTY], false).unwrap_err();
        assert!(broken.ends_with("not a schema snapshot: polyrpc: 1 is expected"), "{broken}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
