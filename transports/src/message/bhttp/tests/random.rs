//! Messages by chance. A failure names its seed.

use http::uri::Scheme;

use super::*;
use crate::message::bhttp::encode;

const SEEDS: u64 = 1_000;

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ (word >> 31)) % bound as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, choice: &[T]) -> T {
        choice[self.below(choice.len())]
    }

    fn bytes(&mut self, most: usize, of: &[u8]) -> Vec<u8> {
        (0..self.below(most + 1)).map(|_| self.one_of(of)).collect()
    }

    fn fields(&mut self) -> HeaderMap {
        let mut fields = HeaderMap::new();
        for _ in 0..self.below(6) {
            let name = [b"x", &self.bytes(70, b"abc-_1.~")[..]].concat();
            // Blanks only where they belong to the value.
            let value = [b"v", &self.bytes(90, b"a \t,;\xc3\xff")[..], b"v"].concat();
            fields
                .append(HeaderName::from_lowercase(&name).unwrap(), HeaderValue::from_bytes(&value).unwrap());
        }
        fields
    }

    /// Sections of one message, behind its control data.
    fn rest(&mut self) -> (HeaderMap, Vec<u8>, Option<HeaderMap>) {
        let most = self.one_of(&[0, 5, 100, 20_000]);
        let trailers = Some(self.fields()).filter(|trailers| !trailers.is_empty());
        let pattern = self.bytes(10, b"\0\x01\x40\x80\xff");
        let content = pattern.into_iter().cycle().take(self.below(most + 1)).collect();
        (self.fields(), content, trailers)
    }

    fn parts<'a>(&mut self, mut message: &'a [u8]) -> Vec<&'a [u8]> {
        let most =
            if message.len() < 1000 { self.one_of(&[2, 10, 1000]) } else { self.one_of(&[1000, 50_000]) };
        let mut parts = Vec::new();
        while !message.is_empty() {
            let (part, rest) = message.split_at(self.below(most).min(message.len()));
            parts.push(part);
            message = rest;
        }
        parts
    }

    /// Content in chunks, and the end.
    fn chunks(&mut self, content: &[u8], trailers: Option<&HeaderMap>, out: &mut Vec<u8>) {
        for chunk in self.parts(content) {
            encode::chunk_length(chunk.len(), out);
            out.extend_from_slice(chunk);
        }
        encode::end(trailers, out);
        out.resize(out.len() + self.below(3), 0);
    }
}

fn a_request(chance: &mut Chance) -> (Read, Vec<u8>) {
    let uri = chance.one_of(&["/", "/a.B/C?d=e", "https://node:1/x", "http://[::1]/"]);
    let mut parts = request_parts(chance.one_of(&["GET", "POST", "X-ODD"]), uri, &[]);
    let (headers, content, trailers) = chance.rest();
    parts.headers = headers;
    let mut message = Vec::new();
    if chance.below(2) == 0 {
        encode::request(&parts, &Scheme::HTTP, &content, trailers.as_ref(), &mut message);
    } else {
        encode::request_head(&parts, &Scheme::HTTP, &mut message);
        chance.chunks(&content, trailers.as_ref(), &mut message);
    }
    (read_of(&parts, &content, trailers), message)
}

fn a_response(chance: &mut Chance) -> (Read, Vec<u8>) {
    let mut parts = response_parts(chance.one_of(&[200, 404, 599]), &[]);
    let (headers, content, trailers) = chance.rest();
    parts.headers = headers;
    let mut message = Vec::new();
    if chance.below(2) == 0 {
        encode::response(&parts, &content, trailers.as_ref(), &mut message).unwrap();
    } else {
        encode::response_head(&parts, &mut message).unwrap();
        chance.chunks(&content, trailers.as_ref(), &mut message);
    }
    (read_of(&parts, &content, trailers), message)
}

#[test]
fn what_is_written_is_read_in_whatever_parts_it_comes() {
    for seed in 0..SEEDS {
        let chance = &mut Chance(seed);
        let (due, message) = a_request(chance);
        assert_eq!(read_parts::<request::Parts>(chance.parts(&message), LIMIT), due, "seed {seed}");
        let (due, message) = a_response(chance);
        assert_eq!(read_parts::<response::Parts>(chance.parts(&message), LIMIT), due, "seed {seed}");
    }
}

#[test]
fn what_is_garbled_is_read_alike_in_whatever_parts_it_comes() {
    let (mut taken, mut refused) = (0, 0);
    for seed in 0..SEEDS {
        let chance = &mut Chance(seed);
        let (_, mut message) = a_request(chance);
        for _ in 0..=chance.below(3) {
            let at = chance.below(message.len().min(300));
            match chance.below(3) {
                0 => message[at] = chance.below(256) as u8,
                1 => drop(message.remove(at)),
                _ => message.insert(at, chance.one_of(b"\0\x01\x3f\x40\x80\xc0\xffA:")),
            }
        }
        let due = read::<request::Parts>(&message);
        assert_eq!(read_parts::<request::Parts>(chance.parts(&message), LIMIT), due, "seed {seed}");
        if due.error.is_none() { taken += 1 } else { refused += 1 }
    }
    assert!(taken > SEEDS / 50 && refused > SEEDS / 50, "{taken} taken, {refused} refused");
}
