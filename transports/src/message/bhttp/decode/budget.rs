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

    /// Takes `length` and `extra` bytes off, before any of them has come, and gives the length back.
    pub(super) fn spend(&mut self, length: u64, extra: u64) -> Result<usize, Malformed> {
        // No overflow: a length is below 2^62.
        let left = usize::try_from(length + extra).ok().and_then(|bytes| self.left.checked_sub(bytes));
        self.left = left.ok_or_else(|| self.exceeded())?;
        Ok(length as usize)
    }

    /// Fails when so many bytes are more than is left.
    pub(super) fn check(&self, length: u64) -> Result<(), Malformed> {
        if length > self.left as u64 { Err(self.exceeded()) } else { Ok(()) }
    }

    pub(super) fn exceeded(&self) -> Malformed {
        Malformed::TooLarge { limit: self.limit }
    }
}
