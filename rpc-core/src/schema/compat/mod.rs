//! Which changes of a schema break peers that know the old one.
//!
//! A change matters where one side no longer understands what the other writes. The server reads what requests hold
//! and writes what replies hold, so each type is looked at from the sides on which it stands:
//!
//! * a service, a method or a field that is gone, another name, number, type or position: breaks;
//! * a new field: breaks in requests if callers would have to know it (no `Option`, no default), and where positions
//!   count (structs that the texts write as arrays, arguments before others);
//! * a new value or variant: breaks in replies, unless the old enum has one for all that are not known
//!   (`#[rpc(other)]`); never in the details of an error;
//! * an integer that can hold more, an `Option` around what was required: no break in requests; the converse, none
//!   in replies.

mod change;
mod fields;
mod methods;
mod types;
mod variants;

pub use change::Change;
pub use methods::compare;
