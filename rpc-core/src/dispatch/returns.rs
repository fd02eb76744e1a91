//! What generated code asks of a method's return type and error type.

use std::marker::PhantomData;

use crate::schema::{Describe, Type};

/// What a method returns: any `Result`, whatever alias it is written by.
#[diagnostic::on_unimplemented(
    message = "a method returns a `Result`, not `{Self}`",
    label = "write `polyrpc::Result<{Self}>`"
)]
pub trait Returns {
    /// What it gives when it succeeds.
    type Value;
    /// What it gives when it fails.
    type Error;

    /// The result itself.
    fn into_result(self) -> Result<Self::Value, Self::Error>;
}

impl<T, E> Returns for Result<T, E> {
    type Value = T;
    type Error = E;

    fn into_result(self) -> Result<T, E> {
        self
    }
}

/// Finds the schema of an error type, which not every one has: [`DescribedError`] is found before [`PlainError`].
#[derive(Debug)]
pub struct ErrorProbe<E>(PhantomData<E>);

impl<E> ErrorProbe<E> {
    /// The probe.
    pub const NEW: ErrorProbe<E> = ErrorProbe(PhantomData);
}

/// An error whose details are typed.
pub trait DescribedError {
    /// Its schema.
    fn ty(&self) -> &'static Type;
}

impl<E: Describe> DescribedError for ErrorProbe<E> {
    fn ty(&self) -> &'static Type {
        E::ty()
    }
}

/// An error that is a status alone.
pub trait PlainError {
    /// No schema.
    fn ty(&self) -> &'static Type;
}

impl<E> PlainError for &ErrorProbe<E> {
    fn ty(&self) -> &'static Type {
        &Type::Unit
    }
}
