//! Base64 for values, by the fastest engine that the machine has: much data in a text is little else.

use std::io;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};

use self::fastest::Fastest;

#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
mod fastest {
    use base64::engine::GeneralPurposeConfig;
    pub(super) use base64::engine::Simd as Fastest;

    pub(super) fn standard(config: GeneralPurposeConfig) -> Fastest {
        Fastest::standard(config)
    }

    pub(super) fn url_safe(config: GeneralPurposeConfig) -> Fastest {
        Fastest::url_safe(config)
    }
}

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon"))))]
mod fastest {
    use base64::alphabet;
    pub(super) use base64::engine::GeneralPurpose as Fastest;
    use base64::engine::GeneralPurposeConfig;

    pub(super) fn standard(config: GeneralPurposeConfig) -> Fastest {
        Fastest::new(&alphabet::STANDARD, config)
    }

    pub(super) fn url_safe(config: GeneralPurposeConfig) -> Fastest {
        Fastest::new(&alphabet::URL_SAFE, config)
    }
}

/// Writes the padding, and reads with or without it.
const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
/// Reads what careless encoders write, too.
const LENIENT: GeneralPurposeConfig = CONFIG.with_decode_allow_trailing_bits(true);

static STANDARD: LazyLock<Fastest> = LazyLock::new(|| fastest::standard(CONFIG));
static LENIENT_STANDARD: LazyLock<Fastest> = LazyLock::new(|| fastest::standard(LENIENT));
static LENIENT_URL_SAFE: LazyLock<Fastest> = LazyLock::new(|| fastest::url_safe(LENIENT));

/// Writes the text of these bytes, in one line, with padding.
pub(super) fn encode<W: io::Write + ?Sized>(bytes: &[u8], out: &mut W) -> io::Result<()> {
    // A multiple of three bytes at a time is encoded as one text without padding in between.
    const CHUNK: usize = 3 * 256;
    let mut buffer = [0; 4 * CHUNK / 3];
    for chunk in bytes.chunks(CHUNK) {
        let length = STANDARD.encode_slice(chunk, &mut buffer).map_err(io::Error::other)?;
        out.write_all(&buffer[..length])?;
    }
    Ok(())
}

/// The bytes of a text in the standard alphabet, padded or not.
#[cfg(feature = "xmlrpc")]
pub(super) fn decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// The bytes of a text in either alphabet, padded or not, whatever its last bits are.
pub(super) fn decode_any(text: &str) -> Option<Vec<u8>> {
    LENIENT_STANDARD.decode(text).or_else(|_| LENIENT_URL_SAFE.decode(text)).ok()
}
