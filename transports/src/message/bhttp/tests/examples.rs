//! The examples of section 5, byte for byte.

use http::uri::Scheme;

use super::*;
use crate::message::bhttp::encode;

const KNOWN_REQUEST: &str = "
    00034745 54056874 74707300 0a2f6865 6c6c6f2e 74787440 6c0a7573 65722d61
    67656e74 34637572 6c2f372e 31362e33 206c6962 6375726c 2f372e31 362e3320
    4f70656e 53534c2f 302e392e 376c207a 6c69622f 312e322e 3304686f 73740f77
    77772e65 78616d70 6c652e63 6f6d0f61 63636570 742d6c61 6e677561 67650665
    6e2c206d 690000";

const INDETERMINATE_REQUEST: &str = "
    02034745 54056874 74707300 0a2f6865 6c6c6f2e 7478740a 75736572 2d616765
    6e743463 75726c2f 372e3136 2e33206c 69626375 726c2f37 2e31362e 33204f70
    656e5353 4c2f302e 392e376c 207a6c69 622f312e 322e3304 686f7374 0f777777
    2e657861 6d706c65 2e636f6d 0f616363 6570742d 6c616e67 75616765 06656e2c
    206d6900 00000000 00000000 00000000";

const INFORMATIONAL: &str = "
    406607 72756e6e 696e670a 22736c65 65702031 35220040 67046c69 6e6b233c
    2f737479 6c652e63 73733e3b 2072656c 3d707265 6c6f6164 3b206173 3d737479
    6c65046c 696e6b24 3c2f7363 72697074 2e6a733e 3b207265 6c3d7072 656c6f61
    643b2061 733d7363 72697074 00";

const FINAL: &str = "
    40c804 64617465 1d4d6f6e 2c203237 204a756c 20323030 39203132 3a32383a
    35332047 4d540673 65727665 72064170 61636865 0d6c6173 742d6d6f 64696669
    65641d57 65642c20 3232204a 756c2032 30303920 31393a31 353a3536 20474d54
    04657461 67142233 34616133 38372d64 2d313536 38656230 30220d61 63636570
    742d7261 6e676573 05627974 65730e63 6f6e7465 6e742d6c 656e6774 68023531
    04766172 790f4163 63657074 2d456e63 6f64696e 670c636f 6e74656e 742d7479
    70650a74 6578742f 706c6169 6e003348 656c6c6f 20576f72 6c642120 4d792063
    6f6e7465 6e742069 6e636c75 64657320 61207472 61696c69 6e672043 524c462e
    0d0a0000";

const CHUNKED: &str = "
    0140c800 1d546869 7320636f 6e74656e 7420636f 6e746169 6e732043 524c462e
    0d0a0d07 74726169 6c657204 74657874";

pub(super) fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.split_whitespace().collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

/// All of them: a request or not, and the bytes.
pub(super) fn all() -> [(bool, Vec<u8>); 4] {
    [
        (true, bytes(KNOWN_REQUEST)),
        (true, bytes(INDETERMINATE_REQUEST)),
        (false, bytes(&format!("03 {INFORMATIONAL} {FINAL}"))),
        (false, bytes(CHUNKED)),
    ]
}

fn the_request() -> request::Parts {
    let headers = [
        ("user-agent", "curl/7.16.3 libcurl/7.16.3 OpenSSL/0.9.7l zlib/1.2.3"),
        ("host", "www.example.com"),
        ("accept-language", "en, mi"),
    ];
    request_parts("GET", "/hello.txt", &headers)
}

fn the_response() -> response::Parts {
    let headers = [
        ("date", "Mon, 27 Jul 2009 12:28:53 GMT"),
        ("server", "Apache"),
        ("last-modified", "Wed, 22 Jul 2009 19:15:56 GMT"),
        ("etag", "\"34aa387-d-1568eb00\""),
        ("accept-ranges", "bytes"),
        ("content-length", "51"),
        ("vary", "Accept-Encoding"),
        ("content-type", "text/plain"),
    ];
    response_parts(200, &headers)
}

const HELLO: &[u8] = b"Hello World! My content includes a trailing CRLF.\r\n";

#[test]
fn the_known_length_request_is_written_and_read() {
    let mut written = Vec::new();
    encode::request(&the_request(), &Scheme::HTTPS, b"", None, &mut written);
    assert_eq!(written, bytes(KNOWN_REQUEST));
    assert_eq!(whole_request(&written), read_of(&the_request(), b"", None));
}

#[test]
fn the_indeterminate_length_request_is_written_and_read() {
    let mut written = Vec::new();
    encode::request_head(&the_request(), &Scheme::HTTPS, &mut written);
    encode::end(None, &mut written);
    let padded = bytes(INDETERMINATE_REQUEST);
    assert_eq!(written, padded[..padded.len() - 10]);
    assert_eq!(whole_request(&padded), read_of(&the_request(), b"", None));
}

#[test]
fn up_to_twelve_bytes_may_be_cut_off_the_padded_request() {
    let message = bytes(INDETERMINATE_REQUEST);
    for cut in 0..=12 {
        let read = whole_request(&message[..message.len() - cut]);
        assert_eq!(read, read_of(&the_request(), b"", None), "{cut} bytes cut off");
    }
    let read = read::<request::Parts>(&message[..message.len() - 13]);
    assert_eq!(read.error, Some(Malformed::Cut("the header section")));
}

#[test]
fn the_response_is_written_and_read_without_its_informational_ones() {
    let mut written = Vec::new();
    encode::response_head(&the_response(), &mut written).unwrap();
    encode::chunk_length(HELLO.len(), &mut written);
    written.extend_from_slice(HELLO);
    encode::end(None, &mut written);
    assert_eq!(written, bytes(&format!("03 {FINAL}")));
    assert_eq!(whole_response(&written), read_of(&the_response(), HELLO, None));

    let informed = bytes(&format!("03 {INFORMATIONAL} {FINAL}"));
    assert_eq!(whole_response(&informed), read_of(&the_response(), HELLO, None));
}

#[test]
fn the_chunked_response_is_written_and_read() {
    let content = b"This content contains CRLF.\r\n";
    let trailers = fields(&[("trailer", "text")]);
    let mut written = Vec::new();
    // The example had this field before it became binary.
    let parts = response_parts(200, &[("transfer-encoding", "chunked")]);
    encode::response(&parts, content, Some(&trailers), &mut written).unwrap();
    assert_eq!(written, bytes(CHUNKED));
    assert_eq!(whole_response(&written), read_of(&response_parts(200, &[]), content, Some(trailers)));
}
