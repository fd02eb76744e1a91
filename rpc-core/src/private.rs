//! What generated code names. Not part of the public interface: it changes without notice.

pub use serde::de::{Deserializer, MapAccess};
pub use serde::ser::{
    SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleVariant, Serializer,
};

pub use crate::codec::Error;
pub use crate::codec::proto::{Key, Reader, Writer};
pub use crate::codec::value::{
    Arguments, ByteStr, Decode, Encode, Finish, MapKey, Ref, Slots, Source, Str, Union, UnitEnum,
    convert_slot, custom, from_text, merge_empty, merge_message, merge_union, merge_variant, message_element,
    nested, present, read_array, read_message, read_name, read_number, read_struct, read_union, read_variant,
    text_field, unacceptable, unsent_field, unsent_text, variant_array, variant_empty, variant_field,
    variant_struct, variant_value,
};
pub use crate::dispatch::{Accepted, Inbound, Outbound, one_way};
pub use crate::schema::{
    Describe, EnumType, EnumValue, Field, MessageType, Type, TypeRef, UnionType, Variant, VariantShape, Wire,
};
pub use crate::status::{AsError, Code, IsStatus, Status, raise, raised};
pub use crate::{__transparent as transparent, __unit_enum as unit_enum};
