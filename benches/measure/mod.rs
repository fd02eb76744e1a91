//! How it is measured, whatever is: rounds that take turns, of servers in processes of their own.

mod options;
pub(crate) mod process;
mod rounds;

pub(crate) use options::Options;
pub(crate) use rounds::{Figures, Load, Round, compare};
