//! Numbers, and the newtype of one.

use polyrpc_test_model::Amount;
use proptest::prelude::*;

use super::Row;

plain_rows! {
    i8: any::<i8>();
    i16: any::<i16>();
    i32: integers(i32::MIN, i32::MAX);
    i64: integers(i64::MIN, i64::MAX);
    u8: any::<u8>();
    u16: any::<u16>();
    u32: integers(0, u32::MAX);
}

/// Of all sizes, and the edges more often than chance has them.
fn integers<T>(min: T, max: T) -> impl Strategy<Value = T>
where
    T: Arbitrary + Copy + TryFrom<i32, Error: std::fmt::Debug>,
{
    let small = (0..300_i32).prop_map(|value| T::try_from(value).unwrap());
    prop_oneof![2 => any::<T>(), 2 => small, 1 => Just(min), 1 => Just(max)]
}

impl Row for u64 {
    fn any() -> BoxedStrategy<u64> {
        prop_oneof![integers(0, u64::MAX), Just(i64::MAX as u64), Just(i64::MAX as u64 + 1)].boxed()
    }

    fn over_xml(&self) -> Option<u64> {
        i64::try_from(*self).is_ok().then_some(*self)
    }
}

macro_rules! floats {
    ($($rust:ident)*) => {$(
        impl Row for $rust {
            fn any() -> BoxedStrategy<$rust> {
                let odd = [$rust::NAN, $rust::INFINITY, $rust::NEG_INFINITY, -0.0, $rust::MIN_POSITIVE / 3.0, $rust::MAX];
                prop_oneof![4 => any::<u64>().prop_map(|bits| $rust::from_bits(bits as _)), 1 => -9.0..9.0 as $rust, 2 => prop::sample::select(odd.to_vec())].boxed()
            }

            fn over_xml(&self) -> Option<$rust> {
                self.is_finite().then_some(*self)
            }
        }
    )*};
}

floats!(f32 f64);

/// What is refused in a part is refused in the whole.
impl Row for Amount {
    fn any() -> BoxedStrategy<Amount> {
        u64::any().prop_map(Amount).boxed()
    }

    fn over_xml(&self) -> Option<Amount> {
        self.0.over_xml().map(Amount)
    }
}
