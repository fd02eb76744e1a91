//! tonic at the edge: its services beside ours, its statuses to ours and back.
//!
//! Nothing on the call path of our own services comes through here, so that a successor of tonic can take its place.

#[cfg(feature = "server")]
mod mount;
mod status;

#[cfg(feature = "server")]
pub(crate) use mount::mounted;
