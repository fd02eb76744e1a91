//! What can be asked for, by its name.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use super::{Descriptor, service};
use crate::codec::proto::file_descriptor;
use crate::schema::proto::{File, Symbol, each_symbol, full, well_known_files};

/// The files by path, and where each symbol stands.
#[derive(Debug)]
pub(super) struct Index {
    services: BTreeSet<String>,
    files: HashMap<String, Entry>,
    /// The paths of the files that define the symbols of these full names.
    symbols: HashMap<String, String>,
    messages: HashSet<String>,
}

#[derive(Debug)]
struct Entry {
    descriptor: Descriptor,
    imports: Vec<String>,
}

impl Index {
    pub(super) fn new(files: &[File]) -> Index {
        let mut index = Index {
            services: BTreeSet::new(),
            files: HashMap::new(),
            symbols: HashMap::new(),
            messages: HashSet::new(),
        };
        files.iter().for_each(|file| index.add(file));
        let own = service::FILES.iter().map(|file| file());
        // A server may have the service of such a name itself.
        let own = own.filter(|file| !files.iter().any(|other| other.package == file.package));
        own.chain(well_known_files()).for_each(|file| index.add(&file));
        index
    }

    fn add(&mut self, file: &File) {
        self.services.extend(file.services.iter().map(|service| full(&file.package, &service.name)));
        each_symbol(file, &mut |name, what| {
            if what == Symbol::Message {
                self.messages.insert(name.clone());
            }
            self.symbols.insert(name, file.path.clone());
        });
        let entry = Entry { descriptor: file_descriptor(file).into(), imports: file.imports.clone() };
        self.files.insert(file.path.clone(), entry);
    }

    /// The full names of all services, in order.
    pub(super) fn services(&self) -> &BTreeSet<String> {
        &self.services
    }

    /// Whether there is a message of that full name.
    pub(super) fn is_message(&self, name: &str) -> bool {
        self.messages.contains(name)
    }

    /// The file that defines a symbol, and all that it imports, as [`file`](Self::file) gives them.
    pub(super) fn symbol(&self, name: &str, sent: &mut HashSet<String>) -> Option<Vec<Descriptor>> {
        self.file(self.symbols.get(name)?, sent)
    }

    /// A file, and all that it imports, directly or not, without those that were sent before.
    pub(super) fn file(&self, path: &str, sent: &mut HashSet<String>) -> Option<Vec<Descriptor>> {
        let mut found = vec![self.files.get(path)?.descriptor.clone()];
        sent.insert(path.to_owned());
        let mut queue = VecDeque::from([path]);
        while let Some(entry) = queue.pop_front().and_then(|path| self.files.get(path)) {
            for import in entry.imports.iter().filter(|import| sent.insert((*import).clone())) {
                found.extend(self.files.get(import).map(|entry| entry.descriptor.clone()));
                queue.push_back(import);
            }
        }
        Some(found)
    }
}
