//! From other errors to a status.

use std::error::Error;

use super::Status;

/// Turns unexpected errors into a status that hides them from the caller.
pub trait ResultExt<T> {
    /// The error is logged with an id; the caller gets `INTERNAL` and that id, never its text.
    ///
    /// ```
    /// use polyrpc_core::{Code, ResultExt, Status};
    ///
    /// fn port(text: &str) -> Result<u16, Status> {
    ///     text.parse::<u16>().internal()
    /// }
    /// assert_eq!(port("x").unwrap_err().code(), Code::Internal);
    /// ```
    fn internal(self) -> Result<T, Status>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> ResultExt<T> for Result<T, E> {
    fn internal(self) -> Result<T, Status> {
        self.map_err(Status::hidden)
    }
}
