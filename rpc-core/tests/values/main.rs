//! The type table: every row, in every codec, alone and nested, against independent implementations.

mod args;
mod clocks;
mod leaves;
mod nested;
mod rows;
mod support;
