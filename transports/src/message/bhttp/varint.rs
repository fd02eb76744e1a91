//! Integers of one, two, four or eight bytes; the first two bits say which (RFC 9000, section 16).

/// How many bytes `value` takes in its shortest form.
pub(super) fn size(value: usize) -> usize {
    match value {
        0..0x40 => 1,
        0x40..0x4000 => 2,
        0x4000..0x4000_0000 => 4,
        // Nothing that is in memory has a length of 2^62 or more.
        _ => 8,
    }
}

/// Writes `value` in its shortest form.
pub(super) fn put(value: usize, out: &mut Vec<u8>) {
    match size(value) {
        1 => out.push(value as u8),
        2 => out.extend_from_slice(&(value as u16 | 0x4000).to_be_bytes()),
        4 => out.extend_from_slice(&(value as u32 | 0x8000_0000).to_be_bytes()),
        _ => out.extend_from_slice(&(value as u64 | 0xc000_0000_0000_0000).to_be_bytes()),
    }
}

/// How many bytes the integer has that begins with this byte.
pub(super) fn size_at(first: u8) -> usize {
    1 << (first >> 6)
}

/// Reads an integer that takes all of `bytes`. It need not be in its shortest form (RFC 9292, section 3).
pub(super) fn read(bytes: &[u8]) -> u64 {
    let value = bytes.iter().fold(0, |value, &byte| value << 8 | u64::from(byte));
    // The two bits on top are no part of it.
    value & (u64::MAX >> (66 - 8 * bytes.len().clamp(1, 8)))
}
