//! The protocol's own methods
//! ([introspection](https://xmlrpc-c.sourceforge.io/introspection.html),
//! [getCapabilities](https://web.archive.org/web/2012/http://tech.groups.yahoo.com/group/xml-rpc/message/2897)).

use std::fmt::{self, Display};
use std::future::ready;
use std::sync::Arc;

use serde::de::{Deserialize, IgnoredAny};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::server::invalid_params;
use super::signature::signatures;
use crate::codec::xml::{Dialect, ParamsReader, write_value};
use crate::dispatch::{Call, Invoke, ReplyFuture, Route, Router};
use crate::schema::{MethodSchema, Protocol, ServiceSchema};
use crate::status::{Case, Status};

pub(super) const MULTICALL: &str = "system.multicall";
const LIST_METHODS: &str = "system.listMethods";
const METHOD_SIGNATURE: &str = "system.methodSignature";
const METHOD_HELP: &str = "system.methodHelp";
const GET_CAPABILITIES: &str = "system.getCapabilities";

/// The protocol's own service.
static SYSTEM: ServiceSchema = ServiceSchema::new("system", "", "system").short(Some("")).methods(&METHODS);

static METHODS: [MethodSchema; 5] = [
    own(0, LIST_METHODS, "/system/listMethods", "Lists the names of all methods."),
    own(
        1,
        METHOD_SIGNATURE,
        "/system/methodSignature",
        "Lists the signatures of a method: for each the type of the result, then those of the parameters.",
    ),
    own(2, METHOD_HELP, "/system/methodHelp", "Tells what a method does."),
    own(
        3,
        MULTICALL,
        "/system/multicall",
        "Makes many calls, each a struct of methodName and params, and returns for each an array of its \
         result, or a fault.",
    ),
    own(4, GET_CAPABILITIES, "/system/getCapabilities", "Lists the specifications that are kept."),
];

const fn own(index: usize, name: &'static str, path: &'static str, help: &'static str) -> MethodSchema {
    MethodSchema::new(index, name, path, || &SYSTEM).docs(help)
}

/// The signatures of the methods, in their order.
const SIGNATURES: [&[&str]; 5] =
    [&["array"], &["array", "string"], &["string", "string"], &["array", "array"], &["struct"]];

/// A specification that is kept.
struct Capability {
    url: &'static str,
    version: i32,
}

const CAPABILITIES: [(&str, Capability); 7] = [
    ("xmlrpc", Capability { url: "http://www.xmlrpc.com/spec", version: 1 }),
    ("faults_interop", Capability { url: FAULTS, version: 20010516 }),
    // Two names are in use for one thing.
    ("introspect", Capability { url: INTROSPECTION, version: 1 }),
    ("introspection", Capability { url: INTROSPECTION, version: 1 }),
    (MULTICALL, Capability { url: "http://www.xmlrpc.com/discuss/msgReader$1208", version: 1 }),
    ("nil", Capability { url: "http://www.ontosys.com/xml-rpc/extensions.php", version: 1 }),
    ("i8", Capability { url: "http://ws.apache.org/xmlrpc/types.html", version: 1 }),
];

const FAULTS: &str = "http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php";
const INTROSPECTION: &str = "http://xmlrpc-c.sourceforge.net/introspection.html";

/// The protocol's own methods, for those that no service has. They are calls like all others: each passes the upper
/// waist. `system.multicall` is none itself, but each call in it is.
#[derive(Clone)]
pub(crate) struct Introspection([Route; 5]);

impl Introspection {
    /// Tells of the services of `router`, to those whom what `wrap` puts around each call lets through.
    pub(crate) fn new(
        router: Arc<Router>,
        wrap: &dyn Fn(Arc<dyn Invoke>) -> Arc<dyn Invoke>,
    ) -> Introspection {
        let teller = wrap(Arc::new(Teller(router)));
        Introspection(METHODS.each_ref().map(|own| Route::new(teller.clone(), own)))
    }

    /// Where a call of that name goes.
    pub(super) fn route(&self, name: &str) -> Option<&Route> {
        self.0.iter().find(|route| route.method().name == name)
    }
}

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Introspection")
    }
}

/// Knows what there is to tell.
struct Teller(Arc<Router>);

impl Invoke for Teller {
    fn invoke(&self, call: Call) -> ReplyFuture {
        let name = call.method().name;
        Box::pin(ready(call.answer(|params, out| introspect(&self.0, name, params, out))))
    }
}

/// Appends the result of a method of the protocol's own to `out`.
fn introspect(router: &Router, method: &str, params: &[u8], out: &mut Vec<u8>) -> Result<(), Status> {
    match method {
        LIST_METHODS => {
            no_arguments(method, params)?;
            write(&names(router), out)
        }
        METHOD_SIGNATURE => match find(router, &name_argument(method, params)?)? {
            Found::Own(own) => write(&[SIGNATURES[own.index]], out),
            Found::Service(method) => write(&signatures(method), out),
        },
        METHOD_HELP => match find(router, &name_argument(method, params)?)? {
            Found::Own(method) | Found::Service(method) => write(method.docs, out),
        },
        GET_CAPABILITIES => {
            no_arguments(method, params)?;
            write(&Capabilities, out)
        }
        _ => Err(unknown(method)),
    }
}

/// The status of a call of a method that nobody has.
pub(super) fn unknown(method: &str) -> Status {
    Status::of_case(Case::MethodNotFound, format!("{}: {method}", Case::MethodNotFound.text()))
}

fn names(router: &Router) -> Vec<String> {
    let methods = router.services().iter().flat_map(|service| service.methods);
    let mut names: Vec<String> = methods.map(|method| method.spelling(Protocol::XmlRpc).concat()).collect();
    for own in &METHODS {
        if router.find(Protocol::XmlRpc, own.name).is_none() {
            names.push(own.name.to_owned());
        }
    }
    names
}

enum Found {
    Own(&'static MethodSchema),
    Service(&'static MethodSchema),
}

fn find(router: &Router, name: &str) -> Result<Found, Status> {
    if let Some(route) = router.find(Protocol::XmlRpc, name) {
        return Ok(Found::Service(route.method()));
    }
    METHODS.iter().find(|own| own.name == name).map(Found::Own).ok_or_else(|| unknown(name))
}

fn arguments<'de, T: Deserialize<'de>>(params: &'de [u8]) -> Result<Vec<T>, Status> {
    ParamsReader::new(params).and_then(Vec::deserialize).map_err(|error| invalid_params(error.message()))
}

fn no_arguments(method: &str, params: &[u8]) -> Result<(), Status> {
    match arguments::<IgnoredAny>(params)?.is_empty() {
        true => Ok(()),
        false => Err(invalid_params(format_args!("{method} takes no values"))),
    }
}

/// The one argument of a method that is asked about another.
fn name_argument(method: &str, params: &[u8]) -> Result<String, Status> {
    let mut names = arguments::<String>(params)?;
    match (names.pop(), names.is_empty()) {
        (Some(name), true) => Ok(name),
        (None, _) => Err(invalid_params("methodName: missing")),
        (Some(_), false) => Err(invalid_params(format_args!("{method} takes 1 value, not more"))),
    }
}

fn write<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result<(), Status> {
    write_value(value, out, Dialect::EXTENDED).map_err(|error| unencodable(&error))
}

fn unencodable(error: &dyn Display) -> Status {
    Status::of_case(Case::Internal, format!("the reply cannot be encoded: {error}"))
}

struct Capabilities;

impl Serialize for Capabilities {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(CAPABILITIES.iter().map(|(name, capability)| (name, capability)))
    }
}

impl Serialize for Capability {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("Capability", 2)?;
        members.serialize_field("specUrl", self.url)?;
        members.serialize_field("specVersion", &self.version)?;
        members.end()
    }
}
