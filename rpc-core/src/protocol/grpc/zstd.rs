//! Zstandard ([RFC 8878](https://www.rfc-editor.org/rfc/rfc8878)), read without believing what a frame announces.

use std::io::Read;

use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::compress::{broken, grow};
use super::frame::too_large;
use crate::status::Status;

/// The least window that there is, as the logarithm of its bytes.
const MIN_WINDOW_LOG: u32 = 10;

/// Most bytes of a block; a smaller window allows no block that is larger than itself.
const BLOCK: usize = 128 << 10;

/// The largest window that is reserved, whatever the limit: no level of zstd's own asks for more.
const MAX_WINDOW: usize = 128 << 20;

/// Bytes up to the one that announces the window: the magic number and two descriptors.
const HEAD: usize = 6;

/// The frame header's mark that its content is the window.
const SINGLE_SEGMENT: u8 = 0x20;

/// Appends the content of all frames in `input`, unless there are more than `limit` bytes.
pub(super) fn decompress(mut input: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), Status> {
    loop {
        input = match skippable(input) {
            Some(length) => input.get(length..).ok_or_else(|| broken(&"a frame is cut off"))?,
            None => frame(input, out, limit)?,
        };
        if input.is_empty() {
            return Ok(());
        }
    }
}

/// The length of a frame that is none: for users of the format to put their own data in (section 3.1.2).
fn skippable(input: &[u8]) -> Option<usize> {
    let (magic, rest) = input.split_first_chunk::<4>()?;
    if u32::from_le_bytes(*magic) & !0xf != 0x184d_2a50 {
        return None;
    }
    let length = u32::from_le_bytes(*rest.first_chunk::<4>()?) as usize;
    length.checked_add(8)
}

/// Appends the content of one frame, and gives what stands behind it.
fn frame<'a>(input: &'a [u8], out: &mut Vec<u8>, limit: usize) -> Result<&'a [u8], Status> {
    let (announced, rest) = input.split_at(input.len().min(HEAD));
    let mut head = announced.to_vec();
    let window = bound_window(&mut head, limit);
    let mut source = head.chain(rest);
    let mut decoder = FrameDecoder::new();
    let most = window.unwrap_or(limit.min(MAX_WINDOW));
    decoder.set_max_window_size(most as u64);
    decoder.init(&mut source).map_err(|error| refused(&error, most))?;
    while !decoder.is_finished() {
        let decoded = decoder.decode_blocks(&mut source, BlockDecodingStrategy::UptoBlocks(1));
        decoded.map_err(|error| broken(&error))?;
        let ready = decoder.can_collect();
        // Before the end, the decoder keeps a whole window back.
        let kept = if ready > 0 && !decoder.is_finished() { window.unwrap_or(0) } else { 0 };
        let length = out.len() + ready + kept;
        if length > limit {
            return Err(too_large(length, limit));
        }
        grow(out, ready, limit);
        decoder.collect_to_writer(&mut *out).map_err(|error| broken(&error))?;
    }
    let (_, rest) = source.into_inner();
    Ok(rest)
}

/// The window in bytes that the head of a frame asks for, but no larger than is needed for `limit` bytes of content:
/// the decoder reserves it at once, whatever comes. None where the content is the window.
fn bound_window(head: &mut [u8], limit: usize) -> Option<usize> {
    let [.., descriptor, window] = head else { return None };
    if *descriptor & SINGLE_SEGMENT != 0 {
        return None;
    }
    let enough = limit.clamp(BLOCK, MAX_WINDOW).next_power_of_two().trailing_zeros() - MIN_WINDOW_LOG;
    // Five bits of exponent, three of mantissa.
    let (exponent, mantissa) = (u32::from(*window >> 3), usize::from(*window & 7));
    if exponent < enough {
        let base = 1_usize << (MIN_WINDOW_LOG + exponent);
        return Some(base + base / 8 * mantissa);
    }
    *window = (enough << 3) as u8;
    Some(1 << (MIN_WINDOW_LOG + enough))
}

fn refused(error: &FrameDecoderError, limit: usize) -> Status {
    match error {
        FrameDecoderError::WindowSizeTooBig { requested, .. } => too_large(*requested as usize, limit),
        other => broken(other),
    }
}

#[cfg(test)]
mod tests {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;
    use crate::Code;

    fn read(input: &[u8], limit: usize) -> Result<Vec<u8>, Code> {
        let mut out = Vec::new();
        decompress(input, &mut out, limit).map(|()| out).map_err(|status| status.code())
    }

    /// A frame with a window byte, and `bytes` of one byte, repeated in blocks of the given size.
    fn repeats(window: u8, block: usize, bytes: usize) -> Vec<u8> {
        let mut frame = b"\x28\xb5\x2f\xfd\x00".to_vec();
        frame.push(window);
        for start in (0..bytes).step_by(block) {
            let header = (block << 3 | 1 << 1) as u32 | u32::from(start + block == bytes);
            frame.extend_from_slice(&header.to_le_bytes()[..3]);
            frame.push(7);
        }
        frame
    }

    #[test]
    fn frames_may_follow_each_other_with_skippable_ones_between() {
        let mut input = compress_to_vec(&b"one"[..], CompressionLevel::Fastest);
        input.extend_from_slice(b"\x53\x2a\x4d\x18\x02\0\0\0xx");
        input.extend_from_slice(&compress_to_vec(&b"two"[..], CompressionLevel::Fastest));
        assert_eq!(read(&input, 6).unwrap(), b"onetwo");
        assert_eq!(read(&input, 5), Err(Code::ResourceExhausted));
        for cut in 1..input.len() {
            // No panic, and only whole frames are read.
            assert!(read(&input[..cut], 6).is_ok_and(|out| out == b"one") || read(&input[..cut], 6).is_err());
        }
    }

    #[test]
    fn a_window_is_not_reserved_because_a_frame_asks_for_it() {
        // Exponent 19 and mantissa 0 are 512 MiB: more than the decoder would take by itself.
        assert_eq!(read(&repeats(19 << 3, BLOCK, BLOCK), 1 << 20).unwrap(), vec![7; BLOCK]);
        assert_eq!(read(&repeats(31 << 3 | 7, BLOCK, BLOCK), 100), Err(Code::ResourceExhausted));
        let mut head = *b"\x28\xb5\x2f\xfd\x00\x98";
        assert_eq!(bound_window(&mut head, 4 << 20), Some(4 << 20));
        assert_eq!(bound_window(&mut head, 5 << 20), Some(4 << 20));
        // Exponent 31 is 2 TiB.
        let mut head = *b"\x28\xb5\x2f\xfd\x00\xff";
        assert_eq!(bound_window(&mut head, usize::MAX), Some(MAX_WINDOW));
    }

    #[test]
    fn a_bomb_stops_at_the_limit_whatever_its_window() {
        for (window, block) in [(0, 1 << 10), (8 << 3, BLOCK), (12 << 3, BLOCK), (19 << 3, BLOCK)] {
            let whole = read(&repeats(window, block, 1 << 20), 1 << 20);
            assert_eq!(whole.map(|out| out.len()), Ok(1 << 20), "{window}");
            let over = read(&repeats(window, block, (1 << 20) + block), 1 << 20);
            assert_eq!(over, Err(Code::ResourceExhausted), "{window}");
        }
        // One segment that says how much it holds: 4 GiB.
        let single = b"\x28\xb5\x2f\xfd\xa0\xff\xff\xff\xff";
        assert_eq!(read(single, 1 << 20), Err(Code::ResourceExhausted));
    }
}
