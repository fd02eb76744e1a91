//! The type table: every row, in every codec, alone and nested, against independent implementations.

mod clocks;
mod rows;
mod support;
