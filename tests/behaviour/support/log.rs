//! What a test's own code logs: spans and events, as text.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Metadata, Subscriber};

/// Fields by their names.
pub(crate) type Fields = BTreeMap<String, String>;

/// What was logged on this thread since [`Log::capture`].
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Entries>>);

#[derive(Default)]
struct Entries {
    spans: Vec<(&'static str, Fields)>,
    events: Vec<Fields>,
}

impl Log {
    /// Captures what this thread logs, for as long as the guard lives. A test that captures has a runtime of one
    /// thread.
    pub(crate) fn capture() -> (Log, DefaultGuard) {
        let log = Log::default();
        let guard = tracing::subscriber::set_default(log.clone());
        (log, guard)
    }

    /// The spans of a name, with their fields as they stand now.
    pub(crate) fn spans(&self, name: &str) -> Vec<Fields> {
        let entries = self.entries();
        entries.spans.iter().filter(|(known, _)| *known == name).map(|(_, fields)| fields.clone()).collect()
    }

    /// The events, with their fields and `level`.
    pub(crate) fn events(&self) -> Vec<Fields> {
        self.entries().events.clone()
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap()
    }
}

struct Collect<'a>(&'a mut Fields);

impl Visit for Collect<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("polyrpc")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields::new();
        span.record(&mut Collect(&mut fields));
        let mut entries = self.entries();
        entries.spans.push((span.metadata().name(), fields));
        Id::from_u64(entries.spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut entries = self.entries();
        let index = span.into_u64() as usize - 1;
        values.record(&mut Collect(&mut entries.spans[index].1));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Collect(&mut fields));
        fields.insert("level".to_owned(), event.metadata().level().to_string());
        self.entries().events.push(fields);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
