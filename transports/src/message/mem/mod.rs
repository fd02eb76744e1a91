//! Calls within the process: the request is handed to the service, which runs in the caller's own task.

mod client;
mod listener;
mod served;
mod table;

pub(crate) use self::client::Client;
pub(crate) use self::listener::{Bound, bind};
