//! What is its content: newtypes, boxes, types that are converted.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use serde::de;

use crate::codec::Error;

/// `X`, if what a type holds is known.
#[doc(hidden)]
#[macro_export]
macro_rules! __known {
    ($known:ident) => { $known };
    ($known:ident $first:ident $($held:ident)*) => {
        <$first as $crate::__private::Describe>::Known<$crate::__known!($known $($held)*)>
    };
}

/// Implements the traits for a type by those of its content.
///
/// Of `this`, a reference, `borrow` makes a reference to the content; `open` and `close` are functions from the
/// value to its content and back: `close` gives a `Result`, and `open` may give an Option, where the content cannot
/// always be had. `hint` is `Encode::proto_hint`. Behind them may stand what the content's traits hold: generated code
/// writes it, so that all of it has the place of the content's type, and a content that cannot travel is one mistake.
#[doc(hidden)]
#[macro_export]
macro_rules! __transparent {
    (
        impl [$($generics:ident)?] $outer:ty, $inner:ty;
        |$this:ident| borrow $borrow:expr, hint $hint:expr;
        open $open:expr, close $close:expr
    ) => {
        $crate::__transparent! {
            impl [$($generics)?] $outer, $inner;
            |$this| borrow $borrow, hint $hint;
            open $open, close $close;
            describe [
                <$inner as $crate::__private::Describe>::PACKED,
                <$inner as $crate::__private::Describe>::OPTIONAL,
                <$inner as $crate::__private::Describe>::CHECK,
                <$inner as $crate::__private::Describe>::ty
            ]
            encode [
                $crate::__private::Encode::proto_element,
                $crate::__private::Encode::proto_field,
                $crate::__private::Encode::proto_body,
                $crate::__private::Encode::proto_packed,
                $crate::__private::Encode::serialize,
                $crate::__private::Encode::is_absent,
                $crate::__private::Encode::is_null
            ]
            decode [
                <$inner as $crate::__private::Decode<'_>>::proto_merge,
                <$inner as $crate::__private::Decode<'_>>::proto_merge_element,
                <$inner as $crate::__private::Decode<'_>>::proto_absent,
                <$inner as $crate::__private::Decode<'_>>::proto_body,
                <$inner as $crate::__private::Decode<'_>>::proto_unpack,
                <$inner as $crate::__private::Decode<'_>>::deserialize,
                <$inner as $crate::__private::Decode<'_>>::absent
            ]
        }
    };
    (
        impl [$($generics:ident)?] $outer:ty, $inner:ty;
        |$this:ident| borrow $borrow:expr, hint $hint:expr;
        open $open:expr, close $close:expr;
        describe [$packed:expr, $optional:expr, $check:expr, $ty:expr]
        encode [
            $proto_element:expr, $proto_field:expr, $write_body:expr, $proto_packed:expr,
            $serialize:expr, $is_absent:expr, $is_null:expr
        ]
        decode [
            $proto_merge:expr, $proto_merge_element:expr, $proto_absent:expr, $read_body:expr,
            $proto_unpack:expr, $deserialize:expr, $absent:expr
        ]
    ) => {
        impl<$($generics)?> $crate::__private::Describe for $outer
        $(where $generics: $crate::__private::Describe)?
        {
            type Known<X> = $crate::__known!(X $($generics)?);

            const PACKED: ::core::option::Option<$crate::__private::Wire> = $packed;
            const OPTIONAL: bool = $optional;
            const CHECK: () = $check;

            fn ty() -> &'static $crate::__private::Type {
                $ty()
            }
        }

        impl<$($generics)?> $crate::__private::Encode for $outer
        $(where $generics: $crate::__private::Encode)?
        {
            fn proto_element(&self, tag: ::core::primitive::u32, out: &mut $crate::__private::Writer<'_>) {
                let $this = self;
                $proto_element($borrow, tag, out)
            }

            fn proto_field(&self, tag: ::core::primitive::u32, out: &mut $crate::__private::Writer<'_>) {
                let $this = self;
                $proto_field($borrow, tag, out)
            }

            fn proto_body(&self, out: &mut $crate::__private::Writer<'_>) {
                let $this = self;
                $write_body($borrow, out)
            }

            fn proto_packed(&self, out: &mut $crate::__private::Writer<'_>) {
                let $this = self;
                $proto_packed($borrow, out)
            }

            fn proto_hint(&self) -> ::core::primitive::usize {
                let $this = self;
                $hint($this)
            }

            fn serialize<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                let $this = self;
                $serialize($borrow, serializer)
            }

            fn is_absent(&self) -> ::core::primitive::bool {
                let $this = self;
                $is_absent($borrow)
            }

            fn is_null(&self) -> ::core::primitive::bool {
                let $this = self;
                $is_null($borrow)
            }
        }

        impl<'de, $($generics)?> $crate::__private::Decode<'de> for $outer
        $(where $generics: $crate::__private::Decode<'de>)?
        {
            fn proto_merge(
                slot: &mut ::core::option::Option<Self>,
                key: $crate::__private::Key,
                input: &mut $crate::__private::Reader<'de>,
            ) -> ::core::result::Result<(), $crate::__private::Error> {
                $crate::__private::convert_slot(slot, $open, $close, |content| {
                    $proto_merge(content, key, input)
                })
            }

            fn proto_merge_element(
                slot: &mut ::core::option::Option<Self>,
                key: $crate::__private::Key,
                input: &mut $crate::__private::Reader<'de>,
            ) -> ::core::result::Result<(), $crate::__private::Error> {
                $crate::__private::convert_slot(slot, $open, $close, |content| {
                    $proto_merge_element(content, key, input)
                })
            }

            fn proto_absent() -> ::core::option::Option<Self> {
                $proto_absent().map($close)?.ok()
            }

            fn proto_body(
                input: $crate::__private::Reader<'de>,
            ) -> ::core::result::Result<Self, $crate::__private::Error> {
                $close($read_body(input)?).map_err($crate::__private::unacceptable)
            }

            fn proto_unpack(
                input: &mut $crate::__private::Reader<'de>,
            ) -> ::core::result::Result<Self, $crate::__private::Error> {
                $close($proto_unpack(input)?).map_err($crate::__private::unacceptable)
            }

            fn deserialize<D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $close($deserialize(deserializer)?).map_err($crate::__private::custom)
            }

            fn absent() -> ::core::option::Option<Self> {
                $absent().map($close)?.ok()
            }
        }
    };
}

/// Lets `merge` work on the content of what a slot holds.
pub fn convert_slot<T, U, O: Into<Option<U>>, E: fmt::Display>(
    slot: &mut Option<T>,
    open: impl FnOnce(T) -> O,
    close: impl FnOnce(U) -> Result<T, E>,
    merge: impl FnOnce(&mut Option<U>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut content = slot.take().and_then(|value| open(value).into());
    merge(&mut content)?;
    *slot = content.map(close).transpose().map_err(unacceptable)?;
    Ok(())
}

/// The error of a conversion, in proto.
#[cold]
pub fn unacceptable<E: fmt::Display>(error: E) -> Error {
    Error::new(error.to_string())
}

/// The error of a conversion, in the texts.
#[cold]
pub fn custom<E: fmt::Display, D: de::Error>(error: E) -> D {
    D::custom(error)
}

__transparent! {
    impl [T] Box<T>, T;
    |this| borrow &**this, hint |_| 0;
    open |this: Box<T>| *this, close |content| Ok::<_, Infallible>(Box::new(content))
}

__transparent! {
    impl [T] Arc<T>, T;
    |this| borrow &**this, hint |this: &Arc<T>| this.as_ref().proto_hint();
    open |this: Arc<T>| Arc::into_inner(this), close |content| Ok::<_, Infallible>(Arc::new(content))
}

/// What owns a text or a list in another way than String and Vec do.
macro_rules! owned {
    ($([$($generics:ident)?] $outer:ty, $inner:ty, $open:path;)*) => {$(
        __transparent! {
            impl [$($generics)?] $outer, $inner;
            |this| borrow &**this, hint |this: &$outer| (**this).proto_hint();
            open |this: $outer| $open(this), close |content: $inner| Ok::<_, Infallible>(<$outer>::from(content))
        }
    )*};
}

owned! {
    [] Box<str>, String, String::from;
    [] Arc<str>, String, unshared;
    [] Cow<'static, str>, String, String::from;
    [T] Box<[T]>, Vec<T>, Vec::from;
}

/// Text never is merged with.
fn unshared(_: Arc<str>) -> Option<String> {
    None
}
