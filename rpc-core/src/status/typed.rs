//! Between an enum of errors and a status; what `#[derive(RpcError)]` writes calls these.

use std::error::Error;
use std::ops::Deref;

use super::{Code, Detail, Status};
use crate::codec::{Decode, Encode};

/// The status of an error: with a code, the caller gets the error itself as a detail; without, it is hidden.
pub fn raise<E>(error: E, code: Option<Code>) -> Status
where
    E: Encode + Error + Send + Sync + 'static,
{
    match code {
        Some(code) => Status::new(code, error.to_string()).with_detail(Detail::new(error)),
        None => Status::hidden(error),
    }
}

/// The error that a status was made of, if it carries one of that type which is known here.
pub fn raised<E>(status: &Status) -> Option<E>
where
    E: for<'de> Decode<'de>,
{
    status.details().iter().find_map(Detail::decode)
}

/// An error, by `How` it is one: because its type is, or because it points to one, as a `Box<dyn Error>` does.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error",
    label = "neither an `Error`, nor a box of one that threads may share",
    note = "an internal variant without a message says what its error says: give it one, as in `#[rpc(internal, \"…\")]`"
)]
pub trait Cause<How> {
    /// The error.
    fn as_error(&self) -> &(dyn Error + 'static);
}

/// Because its type is one.
#[derive(Debug)]
pub enum Itself {}

/// Because it points to one.
#[derive(Debug)]
pub enum Pointed {}

impl<E: Error + 'static> Cause<Itself> for E {
    fn as_error(&self) -> &(dyn Error + 'static) {
        self
    }
}

impl<E: Deref<Target = dyn Error + Send + Sync>> Cause<Pointed> for E {
    fn as_error(&self) -> &(dyn Error + 'static) {
        &**self
    }
}

/// What the `#[rpc(status)]` variant holds.
#[diagnostic::on_unimplemented(
    message = "the `#[rpc(status)]` variant holds a `Status`, not `{Self}`",
    label = "write `polyrpc::Status` here"
)]
pub trait IsStatus {
    /// Wraps a status.
    fn of_status(status: Status) -> Self;
    /// The status.
    fn as_status(&self) -> &Status;
    /// The status itself.
    fn into_status(self) -> Status;
}

impl IsStatus for Status {
    fn of_status(status: Status) -> Status {
        status
    }

    fn as_status(&self) -> &Status {
        self
    }

    fn into_status(self) -> Status {
        self
    }
}

#[cfg(test)]
mod tests {
    use polyrpc_macros::RpcError;

    use super::{Detail, Status};

    #[derive(Debug, RpcError)]
    #[rpc(crate = crate)]
    enum OrderError {
        #[rpc(NotFound, "no order {id}")]
        NoSuchOrder { id: u64 },
        #[rpc(status)]
        Rpc(Status),
    }

    #[test]
    fn a_received_status_stays_marked() {
        let status = Status::from(OrderError::from(Status::not_found("x").received()));
        assert!(status.is_remote());
        let status = Status::from(OrderError::from(Status::not_found("x").received().forward()));
        assert_eq!(status.leaving().message(), "x");
    }

    #[test]
    fn an_error_is_found_among_details_of_either_form() {
        let details = [
            Detail::from_json("shop.v1.OrderError", r#"{"NoSuchOrder":{"id":7}}"#),
            Detail::from_any("type.googleapis.com/shop.v1.OrderError", &b"\x0a\x02\x08\x07"[..]),
        ];
        for detail in details {
            let status = Status::not_found("x").with_detail(Detail::from_any("a.B", &b""[..]));
            let error = OrderError::from(status.with_detail(detail).received());
            assert!(matches!(error, OrderError::NoSuchOrder { id: 7 }), "{error}");
        }
        let unknown = Detail::from_json("shop.v1.OrderError", r#"{"TooLate":{}}"#);
        let error = OrderError::from(Status::not_found("x").with_detail(unknown));
        assert!(matches!(error, OrderError::Rpc(status) if status.details().len() == 1));
    }
}
