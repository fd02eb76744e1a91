//! What generated code asks of a method's return type and error type.

use std::marker::PhantomData;

use crate::schema::{Describe, Type};
use crate::status::Status;

/// What a method returns: any `Result`, whatever alias it is written by.
#[diagnostic::on_unimplemented(
    message = "a method returns a `Result`, not `{Self}`",
    label = "write `polyrpc::Result<{Self}>`"
)]
pub trait Returns: Sized {
    /// What it gives when it succeeds.
    type Value;
    /// What it gives when it fails.
    type Error;

    /// The result itself.
    fn into_result(self) -> Result<Self::Value, Self::Error>;
    /// What is returned for a result.
    fn from_result(result: Result<Self::Value, Self::Error>) -> Self;
}

// Whatever a value and an error need is asked here, where the compiler says once that it is missing.
impl<T: Describe, E: From<Status>> Returns for Result<T, E> {
    type Value = T;
    type Error = E;

    fn into_result(self) -> Result<T, E> {
        self
    }

    fn from_result(result: Result<T, E>) -> Result<T, E> {
        result
    }
}

/// What a one-way method returns: a `Result` of nothing.
#[diagnostic::on_unimplemented(
    message = "a one-way method returns a `Result<()>`, not `{Self}`",
    label = "nobody waits for an answer: write `polyrpc::Result<()>`"
)]
pub trait ReturnsNothing: Sized {
    /// Nothing.
    type Value;
    /// What it gives when it fails, which the log alone gets.
    type Error;

    /// The result itself.
    fn into_result(self) -> Result<(), Self::Error>;
    /// What is returned for a result.
    fn from_result(result: Result<(), Self::Error>) -> Self;
}

impl<E: From<Status>> ReturnsNothing for Result<(), E> {
    type Value = ();
    type Error = E;

    fn into_result(self) -> Result<(), E> {
        self
    }

    fn from_result(result: Result<(), E>) -> Result<(), E> {
        result
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
