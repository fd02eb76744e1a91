//! What a value stands in: a stack of one bit for each array or object.

/// The levels that stand in one word.
const WORD: usize = 128;

/// A stack of bits. Up to 128 of them stand in one word, so that no usual text allocates.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    depth: usize,
    deepest: usize,
    /// The innermost levels, the last one lowest: 1 is an object, 0 an array.
    objects: u128,
    /// The full words of the levels above those.
    outer: Vec<u128>,
}

impl Nesting {
    /// Goes into an object or an array.
    pub(super) fn enter(&mut self, object: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(WORD) {
            self.outer.push(self.objects);
        }
        self.objects = self.objects << 1 | u128::from(object);
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
    }

    /// Leaves the innermost level, and tells how many are left.
    pub(super) fn leave(&mut self) -> usize {
        self.objects >>= 1;
        self.depth = self.depth.saturating_sub(1);
        if self.depth > 0 && self.depth.is_multiple_of(WORD) {
            self.objects = self.outer.pop().unwrap_or_default();
        }
        self.depth
    }

    /// Whether the innermost level is an object.
    pub(super) fn in_object(&self) -> bool {
        self.objects & 1 == 1
    }

    /// The most levels that there were at once.
    pub(super) fn deepest(&self) -> usize {
        self.deepest
    }
}
