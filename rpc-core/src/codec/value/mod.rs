//! Values: how each Rust type is encoded and decoded, in proto by the primitives of [`proto`](super::proto), in
//! the texts by serde.

mod arguments;
mod bytes;
#[cfg(feature = "chrono")]
mod chrono;
mod decode;
mod duration;
mod encode;
mod finish;
mod forward;
#[cfg(feature = "jiff")]
mod jiff;
mod json;
mod json_value;
mod known;
mod list;
mod map;
mod number;
mod option;
mod precise;
mod seconds;
mod seed;
mod set;
mod slots;
mod source;
mod spelled;
mod text;
#[cfg(feature = "time")]
mod time;
mod timestamp;
mod tuple;
mod union;
mod unit;
mod unit_enum;

pub use arguments::{Arguments, from_text, present};
pub use bytes::ByteStr;
pub use decode::Decode;
pub(crate) use decode::{merge_body, merge_items, merge_wrapped};
pub(crate) use encode::wrapped_element;
pub use encode::{Encode, message_element, nested};
pub use finish::Finish;
pub(crate) use finish::{FromProto, FromText};
pub use forward::{convert_slot, custom, unacceptable};
pub use json::Json;
pub use known::{Decodes, Direct, Encodes, Unseen, Value};
pub use map::MapKey;
pub(crate) use seed::Seed;
use seed::value_variant;
pub use seed::{Ref, text_field, variant_field};
pub use slots::{Slots, merge_message, read_array, read_message, read_struct};
pub use source::Source;
pub(crate) use source::{Elements, Members};
pub use text::Str;
pub use union::{
    Union, merge_empty, merge_union, merge_variant, read_union, read_variant, unsent_field, unsent_text,
    variant_array, variant_empty, variant_struct, variant_value,
};
pub use unit_enum::{UnitEnum, read_name, read_number};
