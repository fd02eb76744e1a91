//! What the macros share: collecting errors, reading attributes, turning names.

pub(crate) mod case;
pub(crate) mod docs;
pub(crate) mod errors;
pub(crate) mod keys;
