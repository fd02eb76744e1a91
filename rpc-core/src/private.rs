//! What generated code names. Not part of the public interface: it changes without notice.

pub use serde::de::{Deserializer, MapAccess};
pub use serde::ser::{
    SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleVariant, Serializer,
};

#[cfg(feature = "client")]
pub use crate::client::Channel;
pub use crate::codec::Error;
pub use crate::codec::proto::{Key, Reader, Writer};
pub use crate::codec::value::{
    Arguments, ByteStr, Decode, Decodes, Direct, Encode, Encodes, Finish, MapKey, Ref, Slots, Source, Str,
    Union, UnitEnum, Unseen, Value, convert_slot, custom, from_text, merge_empty, merge_message, merge_union,
    merge_variant, message_element, nested, present, read_array, read_message, read_name, read_number,
    read_struct, read_union, read_variant, text_field, unacceptable, unsent_field, unsent_text,
    variant_array, variant_empty, variant_field, variant_struct, variant_value,
};
pub use crate::dispatch::{
    Accepted, AcceptsStream, Answers, AnswersStream, Call, DescribedError, Dispatch, ErrorProbe, Inbound,
    Invoke, Outbound, PlainError, ReplyFuture, Returns, ReturnsNothing, ReturnsStream, StreamsIn,
    no_such_method, one_way,
};
pub use crate::schema::snapshot::assert_compatible;
pub use crate::schema::{
    CallKind, Describe, EnumType, EnumValue, Field, MessageType, MethodSchema, ServiceSchema, Type, TypeRef,
    UnionType, Variant, VariantShape, Wire,
};
pub use crate::status::{Cause, Code, IsStatus, Status, raise, raised};
pub use crate::{__if_client as if_client, __transparent as transparent, __unit_enum as unit_enum};
#[cfg(feature = "client")]
pub use polyrpc_transports::{Endpoint, EndpointError};

/// Keeps what is a client's, in builds that have clients.
#[cfg(feature = "client")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_client {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// Leaves out what is a client's, in builds without clients.
#[cfg(not(feature = "client"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_client {
    ($($tokens:tt)*) => {};
}
