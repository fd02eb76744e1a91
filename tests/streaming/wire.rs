//! Messages for tonic, as they stand on the wire.

use ::tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use bytes::{Buf, BufMut};

/// A codec that leaves the bytes of messages as they are.
#[derive(Clone, Copy, Default)]
pub(crate) struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = tonic::Status;

    fn encode(&mut self, item: Vec<u8>, out: &mut EncodeBuf<'_>) -> Result<(), tonic::Status> {
        out.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = tonic::Status;

    fn decode(&mut self, input: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, tonic::Status> {
        Ok(Some(input.copy_to_bytes(input.remaining()).to_vec()))
    }
}

pub(crate) fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// `{ 1: value }`, for a value that is not zero.
pub(crate) fn number(value: u64) -> Vec<u8> {
    [vec![0x08], varint(value)].concat()
}

/// The value of `{ 1: value }`.
pub(crate) fn value(message: &[u8]) -> u64 {
    let Some((tag, bytes)) = message.split_first() else { return 0 };
    assert_eq!(*tag, 0x08);
    bytes.iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f))
}
