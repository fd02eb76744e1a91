//! A script of what happens, from the bytes of an input.

/// Takes numbers and pieces from an input. At its end all of them are 0 and empty.
pub struct Words<'a>(&'a [u8]);

impl<'a> Words<'a> {
    /// Of an input.
    pub fn new(input: &'a [u8]) -> Self {
        Self(input)
    }

    /// The next byte, while there is one.
    #[expect(clippy::should_implement_trait, reason = "it is no iterator, but one of several ways to go on")]
    pub fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number below `most`, which is at most 256.
    pub fn small(&mut self, most: u64) -> u64 {
        u64::from(self.next().unwrap_or_default()) % most
    }

    /// True for an odd byte.
    pub fn flag(&mut self) -> bool {
        self.small(2) == 1
    }

    /// A number of two bytes.
    pub fn number(&mut self) -> usize {
        self.small(256) as usize * 256 + self.small(256) as usize
    }

    /// So many bytes as the next one says.
    pub fn piece(&mut self) -> &'a [u8] {
        let (piece, rest) = self.0.split_at((self.small(256) as usize).min(self.0.len()));
        self.0 = rest;
        piece
    }
}
