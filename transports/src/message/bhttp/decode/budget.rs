//! How large a head, or the trailers, may yet become.

use super::Malformed;

/// What a field takes beyond its name and value, as HTTP/2 counts it (RFC 9113, section 6.5.2).
pub(super) const PER_FIELD: u64 = 32;

#[derive(Debug)]
pub struct Budget {
    left: usize,
    limit: usize,
}

impl Budget {
    pub(super) fn new(limit: usize) -> Self {
        Self { left: limit, limit }
    }

    /// Begins anew.
    pub(super) fn refill(&mut self) {
        self.left = self.limit;
    }

    /// Fails when so many bytes are more than is left. What passes is a length that memory may have.
    pub(super) fn check(&self, bytes: u64) -> Result<usize, Malformed> {
        usize::try_from(bytes).ok().filter(|&bytes| bytes <= self.left).ok_or_else(|| self.exceeded())
    }

    /// Takes off what has come.
    pub(super) fn spend(&mut self, bytes: u64) -> Result<(), Malformed> {
        self.left -= self.check(bytes)?;
        Ok(())
    }

    pub(super) fn exceeded(&self) -> Malformed {
        Malformed::TooLarge { limit: self.limit }
    }
}
