//! `#[derive(RpcError)]`: what reaches a caller, what does not, and what an error says.

use std::error::Error;
use std::fmt;

use polyrpc_core::codec::Codec;
use polyrpc_core::schema::{Describe, Type};
use polyrpc_core::{Code, Detail, Status};
use polyrpc_macros::{Message, RpcError};

#[derive(Message, Clone, Copy, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
struct OrderId(u64);

/// Not a message, and not to be seen by callers.
#[derive(Debug)]
struct DbError;

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("table orders, row 7")
    }
}

impl Error for DbError {}

/// Why an order fails.
#[derive(Debug, RpcError)]
#[rpc(crate = polyrpc_core, package = "shop.v1")]
enum OrderError {
    #[rpc(NotFound, "no order {id:?}")]
    NoSuchOrder { id: OrderId },
    #[rpc(internal)]
    Db(#[from] DbError),
    #[rpc(InvalidArgument, "an empty order")]
    Empty,
    #[rpc(FailedPrecondition, "{0} of {1:>3}: {0} {{}}")]
    #[serde(rename = "short")]
    Short(u32, u32),
    #[rpc(internal, "while reading {path}")]
    Io {
        path: String,
        #[source]
        error: std::io::Error,
    },
    #[rpc(internal)]
    Any(#[from] Box<dyn Error + Send + Sync>),
    #[rpc(status)]
    Rpc(Status),
    #[rpc(Aborted, "{0}", tag = 20)]
    Late(String),
}

/// Another error, with the same variant.
#[derive(Debug, RpcError)]
#[rpc(crate = polyrpc_core, package = "shop.v1")]
enum DeliveryError {
    #[rpc(Aborted, "{0}", tag = 20)]
    Late(String),
    #[rpc(status)]
    Rpc { status: Status },
}

mod older {
    use super::{RpcError, Status};

    /// `OrderError` as an older caller knows it.
    #[derive(Debug, RpcError)]
    #[rpc(crate = polyrpc_core, package = "shop.v1")]
    pub(super) enum OrderError {
        #[rpc(Aborted, "{0}", tag = 20)]
        Late(String),
        #[rpc(status)]
        Rpc(Status),
    }
}

/// The status as it arrives at a caller, by the bytes of its details.
fn travelled(error: OrderError, codec: Codec) -> Status {
    let status = Status::from(error);
    let mut out = Vec::new();
    let detail = &status.details()[0];
    let value: OrderError = detail.decode().unwrap();
    codec.encode_value(&value, &mut out).unwrap();
    let value: OrderError = codec.decode_value(&out).unwrap();
    let mut bytes = Vec::new();
    Codec::Proto.encode_value(&value, &mut bytes).unwrap();
    Status::new(status.code(), status.message().to_owned())
        .with_detail(Detail::from_any(&detail.url(), bytes))
}

#[test]
fn a_typed_error_is_itself_at_the_callers_end() {
    for codec in [Codec::Proto, Codec::Json] {
        let status = travelled(OrderError::NoSuchOrder { id: OrderId(7) }, codec);
        assert_eq!((status.code(), status.message()), (Code::NotFound, "no order OrderId(7)"));
        assert_eq!(status.details()[0].url(), "type.googleapis.com/shop.v1.OrderError");
        assert!(matches!(status.into(), OrderError::NoSuchOrder { id: OrderId(7) }));
        assert!(matches!(travelled(OrderError::Empty, codec).into(), OrderError::Empty));
        assert!(matches!(travelled(OrderError::Short(2, 3), codec).into(), OrderError::Short(2, 3)));
        let late = travelled(OrderError::Late("x".into()), codec).into();
        assert!(matches!(late, OrderError::Late(text) if text == "x"));
    }
}

#[test]
fn variants_keep_their_numbers_and_the_hidden_ones_leave_theirs_unused() {
    let Type::Union(union) = OrderError::ty() else { panic!("no union") };
    let variants: Vec<_> = union.variants.iter().map(|variant| (variant.text, variant.tag)).collect();
    assert_eq!(variants, [("NoSuchOrder", 1), ("Empty", 3), ("short", 4), ("Late", 20)]);
    assert_eq!(
        (union.name, union.package, union.docs),
        ("OrderError", Some("shop.v1"), "Why an order fails.")
    );
    let json = |error: &OrderError| {
        let mut out = Vec::new();
        Codec::Json.encode_value(error, &mut out).map(|()| String::from_utf8(out).unwrap())
    };
    assert_eq!(json(&OrderError::Short(2, 3)).unwrap(), r#"{"short":[2,3]}"#);
    assert_eq!(json(&OrderError::Empty).unwrap(), r#""Empty""#);
    assert!(json(&OrderError::Db(DbError)).unwrap_err().to_string().contains("does not travel"));
    let refused = Codec::Proto.encode_value(&OrderError::Db(DbError), &mut Vec::new()).unwrap_err();
    assert!(refused.to_string().contains("the variant Db does not travel"));
}

#[test]
fn an_error_that_the_caller_does_not_know_is_a_status() {
    let status = travelled(OrderError::Empty, Codec::Proto);
    let older::OrderError::Rpc(status) = status.into() else { panic!("no such variant") };
    assert_eq!((status.code(), status.message()), (Code::InvalidArgument, "an empty order"));
    let late = || travelled(OrderError::Late("x".into()), Codec::Proto);
    assert!(matches!(late().into(), older::OrderError::Late(text) if text == "x"));
    assert!(matches!(late().into(), DeliveryError::Rpc { status } if status.code() == Code::Aborted));
    assert!(matches!(Status::unavailable("gone").into(), OrderError::Rpc(_)));
}

#[test]
fn an_internal_error_is_hidden_and_kept_for_the_log() {
    for error in [OrderError::from(DbError), OrderError::Any(Box::new(DbError))] {
        let status = Status::from(error);
        assert_eq!((status.code(), status.message()), (Code::Internal, "internal error"));
        assert!(status.details().is_empty());
        assert_eq!(status.source().unwrap().to_string(), "table orders, row 7");
        assert!(matches!(status.into(), OrderError::Rpc(status) if status.code() == Code::Internal));
    }
}

#[test]
fn a_status_passes_through_unchanged() {
    let status = Status::unavailable("gone").with_detail(Detail::from_any("a.B", &b"\x08\x01"[..]));
    let error = OrderError::from(status);
    assert_eq!(error.to_string(), "UNAVAILABLE: gone");
    let status = Status::from(error);
    assert_eq!((status.code(), status.message()), (Code::Unavailable, "gone"));
    assert_eq!(status.details()[0].name(), "a.B");
    let raise = || -> Result<(), OrderError> { Err(Status::not_found("x"))? };
    assert!(matches!(raise(), Err(OrderError::Rpc(_))));
}

#[test]
fn an_error_says_its_message_and_names_its_source() {
    let io = || OrderError::Io { path: "a.txt".into(), error: std::io::Error::other("disk") };
    assert_eq!(OrderError::Short(2, 3).to_string(), "2 of   3: 2 {}");
    assert_eq!(io().to_string(), "while reading a.txt");
    assert_eq!(io().source().unwrap().to_string(), "disk");
    assert_eq!(OrderError::Db(DbError).to_string(), "table orders, row 7");
    assert!(OrderError::Db(DbError).source().is_none());
    assert!(OrderError::Empty.source().is_none());
    let raise = || -> Result<(), OrderError> { Err(DbError)? };
    assert!(matches!(raise(), Err(OrderError::Db(DbError))));
    assert_eq!(DeliveryError::Late("late".into()).to_string(), "late");
}

mod by_hand {
    //! Without messages, Display and Error are the user's.

    use super::*;

    #[derive(Debug, RpcError)]
    #[rpc(crate = polyrpc_core)]
    enum ByHand {
        #[rpc(OutOfRange)]
        Far(i32),
        #[rpc(internal)]
        Broken,
        #[rpc(status)]
        Rpc(Status),
    }

    impl fmt::Display for ByHand {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                ByHand::Far(by) => write!(f, "too far by {by}"),
                ByHand::Broken => f.write_str("broken"),
                ByHand::Rpc(status) => status.fmt(f),
            }
        }
    }

    impl Error for ByHand {}

    #[test]
    fn the_message_is_what_display_says() {
        let status = Status::from(ByHand::Far(3));
        assert_eq!((status.code(), status.message()), (Code::OutOfRange, "too far by 3"));
        assert_eq!(status.details()[0].name(), "ByHand");
        assert!(matches!(status.into(), ByHand::Far(3)));
        let hidden = Status::from(ByHand::Broken);
        assert_eq!(hidden.source().unwrap().to_string(), "broken");
    }
}

mod untyped {
    //! An error of which callers get a status alone.

    use super::*;

    #[derive(Debug, RpcError)]
    #[rpc(crate = polyrpc_core)]
    enum Untyped {
        #[rpc(internal)]
        Db(#[from] DbError),
        #[rpc(status)]
        Rpc(Status),
    }

    #[test]
    fn nothing_of_it_travels() {
        assert!(matches!(Untyped::ty(), Type::Unit));
        let status = Status::from(Untyped::from(DbError));
        assert_eq!((status.code(), status.details().len()), (Code::Internal, 0));
        assert!(matches!(Status::not_found("x").into(), Untyped::Rpc(_)));
    }
}

#[no_implicit_prelude]
mod bare {
    #[derive(::core::fmt::Debug, ::polyrpc_macros::RpcError)]
    #[rpc(crate = ::polyrpc_core)]
    pub(super) enum Bare {
        #[rpc(NotFound, "no {0}, no {1:?}")]
        Two(::std::string::String, ::std::vec::Vec<u8>),
        #[rpc(NotFound, "nothing")]
        Nothing {},
        #[rpc(internal)]
        Text(#[from] ::core::fmt::Error),
        #[rpc(status)]
        Rpc(::polyrpc_core::Status),
    }
}

#[test]
fn the_derive_needs_no_prelude() {
    let status = Status::from(bare::Bare::Two("x".into(), vec![1]));
    assert_eq!(status.message(), "no x, no [1]");
    assert!(matches!(status.into(), bare::Bare::Two(text, bytes) if text == "x" && bytes == [1]));
    assert!(bare::Bare::from(fmt::Error).source().is_none());
    let mut out = Vec::new();
    Codec::Proto.encode_value(&bare::Bare::Nothing {}, &mut out).unwrap();
    assert_eq!(out, b"\x12\x00");
}
