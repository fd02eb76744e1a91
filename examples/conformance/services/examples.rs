//! The methods of the examples in JSON-RPC 2.0, section 7, under their bare names.

use polyrpc::{Result, service};

/// The examples of the JSON-RPC 2.0 specification.
#[service(package = "polyrpc.conformance.v1", short = "")]
pub(crate) trait Examples {
    /// The difference of two numbers.
    async fn subtract(&self, minuend: i64, subtrahend: i64) -> Result<i64>;
    /// The sum of three numbers.
    async fn sum(&self, a: i64, b: i64, c: i64) -> Result<i64>;
    async fn update(&self, a: i64, b: i64, c: i64, d: i64, e: i64) -> Result<()>;
    async fn notify_hello(&self, a: i64) -> Result<()>;
    async fn notify_sum(&self, a: i64, b: i64, c: i64) -> Result<()>;
    async fn get_data(&self) -> Result<(String, i64)>;
    /// Returns what it gets.
    async fn echo(&self, value: String) -> Result<String>;
}

/// The implementation.
pub(crate) struct Specified;

impl Examples for Specified {
    async fn subtract(&self, minuend: i64, subtrahend: i64) -> Result<i64> {
        Ok(minuend.wrapping_sub(subtrahend))
    }

    async fn sum(&self, a: i64, b: i64, c: i64) -> Result<i64> {
        Ok(a.wrapping_add(b).wrapping_add(c))
    }

    async fn update(&self, _: i64, _: i64, _: i64, _: i64, _: i64) -> Result<()> {
        Ok(())
    }

    async fn notify_hello(&self, _: i64) -> Result<()> {
        Ok(())
    }

    async fn notify_sum(&self, _: i64, _: i64, _: i64) -> Result<()> {
        Ok(())
    }

    async fn get_data(&self) -> Result<(String, i64)> {
        Ok(("hello".to_owned(), 5))
    }

    async fn echo(&self, value: String) -> Result<String> {
        Ok(value)
    }
}
