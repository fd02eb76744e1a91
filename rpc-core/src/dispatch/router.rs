//! Which method a name means.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::Invoke;
use crate::schema::{MethodSchema, Protocol, ServiceSchema};

/// Where a call goes.
#[derive(Clone)]
pub(crate) struct Route {
    target: Arc<dyn Invoke>,
    method: &'static MethodSchema,
}

impl Route {
    pub(crate) fn new(target: Arc<dyn Invoke>, method: &'static MethodSchema) -> Route {
        Route { target, method }
    }

    pub(crate) fn target(&self) -> &dyn Invoke {
        &*self.target
    }

    pub(crate) fn method(&self) -> &'static MethodSchema {
        self.method
    }
}

/// All methods of a server by all their names, a table for each protocol.
#[derive(Default)]
pub(crate) struct Router {
    tables: [HashMap<String, Route>; Protocol::ALL.len()],
    services: Vec<&'static ServiceSchema>,
    /// The methods of JSON-RPC that end streams.
    unsubscribes: HashSet<&'static str>,
}

impl Router {
    /// Adds the methods of a service.
    pub(crate) fn add(
        &mut self,
        schema: &'static ServiceSchema,
        target: &Arc<dyn Invoke>,
    ) -> Result<(), RouterError> {
        for method in schema.methods {
            self.unsubscribes.extend(method.subscription.and_then(|names| names.unsubscribe));
            for protocol in Protocol::ALL {
                for name in method.spellings(protocol) {
                    self.claim(protocol, name, Route::new(target.clone(), method))?;
                }
            }
        }
        self.services.push(schema);
        Ok(())
    }

    fn claim(&mut self, protocol: Protocol, name: String, route: Route) -> Result<(), RouterError> {
        match self.tables[protocol as usize].entry(name) {
            Entry::Vacant(free) => {
                free.insert(route);
                Ok(())
            }
            Entry::Occupied(taken) => Err(RouterError {
                protocol,
                name: taken.key().clone(),
                methods: [taken.get().method.full_name(), route.method.full_name()],
            }),
        }
    }

    /// The method that `protocol` knows by `name`.
    pub(crate) fn find(&self, protocol: Protocol, name: &str) -> Option<&Route> {
        self.tables[protocol as usize].get(name)
    }

    /// Whether a method of JSON-RPC is one that ends streams.
    pub(crate) fn unsubscribes(&self, name: &str) -> bool {
        self.unsubscribes.contains(name)
    }

    /// The services, in the order in which they were added.
    pub(crate) fn services(&self) -> &[&'static ServiceSchema] {
        &self.services
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.services.iter().map(|service| service.full_name)).finish()
    }
}

/// Two methods of a server claim one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouterError {
    protocol: Protocol,
    name: String,
    methods: [&'static str; 2],
}

impl fmt::Display for RouterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RouterError { protocol, name, methods: [first, second] } = self;
        write!(f, "{first} and {second} are both `{name}` in {protocol}")?;
        match first == second {
            true => write!(f, ": the service was added twice"),
            false => write!(
                f,
                ": give one of the services another short name with #[service(short = \"…\")], \
                 or none with short = false"
            ),
        }
    }
}

impl std::error::Error for RouterError {}
