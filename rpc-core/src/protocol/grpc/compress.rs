//! Compressed messages ([compression.md](https://github.com/grpc/grpc/blob/master/doc/compression.md)).

use std::io::{Read, Write};

use bytes::Bytes;
use flate2::Compression as Level;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::frame::too_large;
use super::zstd;
use crate::compression::Compression;
use crate::status::Status;

/// The encodings that we read and write, as `grpc-accept-encoding` lists them.
pub(super) const ACCEPTED: &str = "gzip,zstd";

/// Bytes that are reserved at first for what is decompressed.
const LEAST: usize = 1024;

/// How a message is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Identity,
    Gzip,
    Zstd,
}

impl Encoding {
    /// The name in `grpc-encoding`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Encoding::Identity => "identity",
            Encoding::Gzip => "gzip",
            Encoding::Zstd => "zstd",
        }
    }

    /// The encoding that a `grpc-encoding` header names; identity without one.
    ///
    /// # Errors
    ///
    /// `UNIMPLEMENTED` for one that we lack; the message lists those that we have.
    pub(crate) fn named(name: Option<&[u8]>) -> Result<Encoding, Status> {
        match name {
            None | Some(b"identity") => Ok(Encoding::Identity),
            Some(b"gzip") => Ok(Encoding::Gzip),
            Some(b"zstd") => Ok(Encoding::Zstd),
            Some(other) => Err(Status::unimplemented(format!(
                "grpc-encoding `{}` is not supported, only {ACCEPTED}",
                other.escape_ascii()
            ))),
        }
    }

    /// The first encoding of a `grpc-accept-encoding` list that compresses and that we have.
    pub(crate) fn accepted(list: Option<&str>) -> Option<Encoding> {
        let names = list?.split(',').map(str::trim);
        names
            .filter_map(|name| Encoding::named(Some(name.as_bytes())).ok())
            .find(|e| *e != Encoding::Identity)
    }

    /// Appends `message`, compressed.
    pub(crate) fn compress(self, message: &[u8], out: &mut Vec<u8>) -> Result<(), Status> {
        match self {
            Encoding::Identity => out.extend_from_slice(message),
            Encoding::Zstd => out.extend_from_slice(&compress_to_vec(message, CompressionLevel::Fastest)),
            Encoding::Gzip => {
                let mut encoder = GzEncoder::new(out, Level::fast());
                let written = encoder.write_all(message).and_then(|()| encoder.finish().map(drop));
                written.map_err(|error| Status::internal(format!("gzip: {error}")))?;
            }
        }
        Ok(())
    }

    /// The message that was compressed, unless it has more than `limit` bytes.
    pub(super) fn decompress(self, message: &[u8], limit: usize) -> Result<Bytes, Status> {
        match self {
            Encoding::Identity => Err(Status::internal(
                "a message is marked as compressed, but the call names no grpc-encoding",
            )),
            Encoding::Gzip => read(MultiGzDecoder::new(message), limit).map(Bytes::from),
            Encoding::Zstd => {
                let mut out = Vec::new();
                zstd::decompress(message, &mut out, limit).map(|()| out.into())
            }
        }
    }
}

impl From<Compression> for Encoding {
    fn from(compression: Compression) -> Encoding {
        match compression {
            Compression::Gzip => Encoding::Gzip,
            Compression::Zstd => Encoding::Zstd,
        }
    }
}

/// Reads to the end.
fn read(mut source: impl Read, limit: usize) -> Result<Vec<u8>, Status> {
    let mut out = Vec::new();
    loop {
        grow(&mut out, 1, limit.saturating_add(1));
        let room = out.capacity() - out.len();
        let count = (&mut source).take(room as u64).read_to_end(&mut out).map_err(|error| broken(&error))?;
        if out.len() > limit {
            return Err(too_large(out.len(), limit));
        }
        if count < room {
            return Ok(out);
        }
    }
}

/// Makes room for `more` bytes. Grows as a vector does, but not beyond `most`.
pub(super) fn grow(out: &mut Vec<u8>, more: usize, most: usize) {
    if out.capacity() - out.len() < more {
        let doubled = out.len().max(LEAST).min(most.saturating_sub(out.len()));
        out.reserve_exact(doubled.max(more));
    }
}

pub(super) fn broken(error: &dyn std::fmt::Display) -> Status {
    Status::internal(format!("a compressed message does not decompress: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_is_read_back() {
        for encoding in [Encoding::Gzip, Encoding::Zstd] {
            for message in [&b""[..], b"short", &vec![7; 100_000]] {
                let mut out = b"head".to_vec();
                encoding.compress(message, &mut out).unwrap();
                assert_eq!(encoding.decompress(&out[4..], 100_000).unwrap(), message, "{encoding:?}");
            }
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        for encoding in [Encoding::Gzip, Encoding::Zstd] {
            let mut out = Vec::new();
            encoding.compress(&vec![0; 10_000_000], &mut out).unwrap();
            let error = encoding.decompress(&out, 1_000_000).unwrap_err();
            assert_eq!(error.code(), crate::Code::ResourceExhausted, "{encoding:?}");
        }
    }

    #[test]
    fn garbage_is_refused() {
        for encoding in [Encoding::Identity, Encoding::Gzip, Encoding::Zstd] {
            assert_eq!(encoding.decompress(b"garbage", 100).unwrap_err().code(), crate::Code::Internal);
        }
    }

    #[test]
    fn negotiation_takes_the_first_that_we_have() {
        assert_eq!(Encoding::accepted(Some("identity,deflate, zstd,gzip")), Some(Encoding::Zstd));
        assert_eq!(Encoding::accepted(Some("identity,br")), None);
        assert_eq!(Encoding::accepted(None), None);
        for unknown in ["snappy", "GZIP", "", "gzip,zstd"] {
            let refused = Encoding::named(Some(unknown.as_bytes())).unwrap_err();
            assert_eq!(refused.code(), crate::Code::Unimplemented, "{unknown}");
            assert!(refused.message().ends_with("only gzip,zstd"), "{refused}");
        }
    }
}
