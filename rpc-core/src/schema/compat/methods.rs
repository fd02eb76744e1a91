//! Services and methods.

use std::collections::HashSet;

use super::change::{ALL, Change, GRPC, JSONRPC, XMLRPC};
use super::types::Side;
use crate::schema::Protocol;
use crate::schema::snapshot::{Method, Snapshot};

/// What breaks peers that know `old`, once there is `new`; ordered as the services are.
pub fn compare(old: &Snapshot, new: &Snapshot) -> Vec<Change> {
    let mut comparison = Comparison { old, new, changes: Vec::new(), seen: HashSet::new() };
    for (service, methods) in &old.services {
        let Some(current) = new.services.get(service) else {
            comparison.change(service, "was removed", ALL);
            continue;
        };
        for (name, method) in methods {
            let place = format!("{service}/{name}");
            match current.get(name) {
                Some(current) => comparison.method(&place, method, current),
                None => {
                    let renamed = current.iter().find(|(_, other)| other.jsonrpc == method.jsonrpc);
                    match renamed {
                        Some((name, current)) => {
                            comparison.change(&place, format!("was renamed to {name}"), GRPC);
                            comparison.method(&place, method, current);
                        }
                        None => comparison.change(&place, "was removed", ALL),
                    }
                }
            }
        }
    }
    comparison.changes
}

/// A comparison in progress.
pub(super) struct Comparison<'a> {
    pub(super) old: &'a Snapshot,
    pub(super) new: &'a Snapshot,
    changes: Vec<Change>,
    /// Pairs of named types that were compared.
    pub(super) seen: HashSet<(&'a str, &'a str, Side)>,
}

impl<'a> Comparison<'a> {
    /// Notes a change, unless a type that stands on both sides has shown it already.
    pub(super) fn change(&mut self, place: &str, what: impl Into<String>, breaks: &[Protocol]) {
        let change = Change { place: place.to_owned(), what: what.into(), breaks: breaks.to_vec() };
        if !breaks.is_empty() && !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    fn method(&mut self, place: &str, old: &'a Method, new: &'a Method) {
        for (what, old, new, breaks) in [
            ("name in JSON-RPC", &old.jsonrpc, &new.jsonrpc, JSONRPC),
            ("name in XML-RPC", &old.xmlrpc, &new.xmlrpc, XMLRPC),
            ("kind", &old.kind, &new.kind, ALL),
        ] {
            if old != new {
                self.change(place, format!("changed its {what} from `{old}` to `{new}`"), breaks);
            }
        }
        if old.bare != new.bare {
            let now = if new.bare { "is now" } else { "is no longer" };
            self.change(place, format!("{now} `bare`"), ALL);
        } else {
            let side = if old.bare { Side::Read } else { Side::Arguments };
            self.ty(&format!("the request of {place}"), side, &old.request, &new.request);
        }
        self.ty(&format!("the result of {place}"), Side::Written, &old.response, &new.response);
        match (&old.error, &new.error) {
            (Some(old), Some(new)) if old == new => {
                self.ty(place, Side::Error, old, new);
            }
            (None, _) => {}
            (Some(old), Some(new)) => {
                self.change(place, format!("changed its error from {old} to {new}"), ALL);
            }
            (Some(old), None) => self.change(place, format!("no longer fails with {old}"), ALL),
        }
    }
}
