//! The names that somebody listens on.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::served::Served;

/// What stands behind a name: nothing until the listener is served.
pub(super) type Slot = watch::Receiver<Option<Arc<Served>>>;

static NAMES: LazyLock<Mutex<HashMap<String, Slot>>> = LazyLock::new(Mutex::default);

fn names() -> MutexGuard<'static, HashMap<String, Slot>> {
    NAMES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Who listens on a name.
pub(super) fn find(name: &str) -> Option<Slot> {
    names().get(name).cloned()
}

/// Takes a name, unless it is taken.
pub(super) fn take(name: &str, slot: Slot) -> bool {
    match names().entry(name.to_owned()) {
        Entry::Occupied(_) => false,
        Entry::Vacant(free) => {
            free.insert(slot);
            true
        }
    }
}

/// Frees a name.
pub(super) fn free(name: &str) {
    names().remove(name);
}
