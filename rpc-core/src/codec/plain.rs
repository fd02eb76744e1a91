//! Long runs of plain text, gone over a block at a time.

/// How many bytes are looked at together.
const BLOCK: usize = 32;

/// How many bytes stand before the first block that has a special one in it. The compiler makes vector instructions of
/// `special`, if it has no branches: `|` and `&` instead of `||` and `&&`.
#[inline]
pub(crate) fn plain_blocks(bytes: &[u8], special: impl Fn(u8) -> bool) -> usize {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let plain = |block: &&[u8; BLOCK]| !block.iter().fold(false, |found, &byte| found | special(byte));
    BLOCK * blocks.iter().take_while(plain).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_with_the_first_special_byte_is_not_gone_over() {
        for at in 0..100 {
            let mut text = [b'a'; 100];
            text[at] = b'<';
            assert_eq!(plain_blocks(&text, |byte| byte == b'<'), (at / BLOCK * BLOCK).min(96));
        }
        assert_eq!(plain_blocks(&[b'a'; 100], |byte| byte == b'<'), 96);
    }
}
