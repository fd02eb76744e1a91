//! A message for each row, which holds it in every kind of container, and in those containers once more.

use std::collections::BTreeMap;

use polyrpc_macros::Message;

/// Calls a macro with all the rows: a name, the proto package of its messages, and the type.
///
/// ```
/// macro_rules! count {
///     ($($name:ident $package:literal: $T:ty;)*) => {
///         [$(($package, size_of::<$T>())),*].len()
///     };
/// }
/// assert!(polyrpc_test_model::each_row!(count) > 25);
/// ```
#[macro_export]
macro_rules! each_row {
    ($then:ident) => {
        $then! {
            bools "rows.bools": bool;
            i8s "rows.i8s": i8;
            i16s "rows.i16s": i16;
            i32s "rows.i32s": i32;
            i64s "rows.i64s": i64;
            u8s "rows.u8s": u8;
            u16s "rows.u16s": u16;
            u32s "rows.u32s": u32;
            u64s "rows.u64s": u64;
            f32s "rows.f32s": f32;
            f64s "rows.f64s": f64;
            strings "rows.strings": String;
            chars "rows.chars": char;
            uuids "rows.uuids": ::uuid::Uuid;
            addresses "rows.addresses": ::std::net::IpAddr;
            bytes_in_a_vec "rows.bytes_in_a_vec": Vec<u8>;
            bytes_of_bytes "rows.bytes_of_bytes": ::bytes::Bytes;
            bytes_in_an_array "rows.bytes_in_an_array": [u8; 3];
            times "rows.times": ::std::time::SystemTime;
            durations "rows.durations": ::std::time::Duration;
            any_json "rows.any_json": ::serde_json::Value;
            foreign "rows.foreign": ::polyrpc_core::Json<$crate::Foreign>;
            unit "rows.unit": ();
            unit_enums "rows.unit_enums": $crate::Colour;
            newtypes "rows.newtypes": $crate::Amount;
            data_enums "rows.data_enums": $crate::Shape;
        }
    };
}

macro_rules! messages {
    ($($name:ident $package:literal: $T:ty;)*) => {
        $(pub mod $name {
            use super::*;

            #[derive(Message, Debug)]
            #[rpc(crate = polyrpc_core)]
            pub struct Newtype(pub $T);

            #[derive(Message, Debug)]
            #[rpc(crate = polyrpc_core)]
            pub enum Variant {
                Nothing,
                One($T),
                Maybe(Option<$T>),
                List(Vec<$T>),
                Map(BTreeMap<String, $T>),
                Two($T, Option<$T>),
                Named { value: $T, maybe: Option<$T> },
            }

            #[derive(Message, Debug)]
            #[rpc(crate = polyrpc_core, package = $package)]
            pub struct Holder {
                pub value: $T,
                pub option: Option<$T>,
                pub list: Vec<$T>,
                pub map: BTreeMap<String, $T>,
                pub tuple: ($T, Option<$T>),
                pub array: [$T; 2],
                pub newtype: Newtype,
                pub variant: Variant,
                pub lists: Vec<Vec<$T>>,
                pub options: Vec<Option<$T>>,
                pub maybe_list: Option<Vec<$T>>,
                pub map_of_lists: BTreeMap<String, Vec<$T>>,
                pub list_of_maps: Vec<BTreeMap<String, Option<$T>>>,
                pub list_of_tuples: Vec<($T, Vec<$T>)>,
                pub variants: Vec<Variant>,
                pub inner: Option<Box<Holder>>,
            }
        })*

        /// All of them.
        #[derive(Message, Debug)]
        #[rpc(crate = polyrpc_core)]
        pub struct Rows {
            $(pub $name: $name::Holder,)*
        }
    };
}

each_row!(messages);
