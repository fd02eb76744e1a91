//! The type table: every row, in every codec, alone and nested, against independent implementations.

mod args;
mod clocks;
mod errors;
mod holders;
mod keys;
mod leaves;
mod merges;
mod mirror;
mod nested;
mod oracle;
mod peers;
mod rows;
mod support;
