//! Maps by the numbers of calls.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by the numbers of calls.
pub(crate) type Numbers<V> = HashMap<u64, V, BuildHasherDefault<NumberHasher>>;

/// Spreads numbers that grow one by one, in a few instructions. Who chooses them to collide has few calls at once, and finds
/// them among its own alone.
#[derive(Default)]
pub(crate) struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        // The golden ratio, as a fraction of 2^64: Knuth, The Art of Computer Programming, volume 3, section 6.4.
        self.0 = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        // The map takes its place from the low bits and a tag from the high ones.
        self.0 ^ (self.0 >> 32)
    }
}
