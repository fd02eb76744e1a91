//! What the targets share.

mod mirror;
mod rich;
mod signal;
mod trip;
mod words;

pub use rich::Rich;
pub use signal::report_stack_overflows;
pub use trip::{decode, through_prost, trip};
pub use words::Words;
