//! Which calls of a client were begun already: a request that comes twice is executed once.

/// How far behind the latest call one may come late.
const WINDOW: u64 = 1024;
const WORDS: usize = WINDOW as usize / 64;

/// The calls of one client, whose numbers grow.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// One more than the highest number; none was seen at 0.
    next: u64,
    /// A bit for each of the last numbers, by the number's remainder.
    bits: [u64; WORDS],
}

impl Seen {
    /// Takes note of a call; false for one that was seen, or may have been too long ago to tell.
    pub(super) fn is_new(&mut self, call: u64) -> bool {
        if call == u64::MAX {
            // None is higher, so that it could not be told from the next of that number.
            return false;
        }
        if call >= self.next {
            let steps = (call - self.next).saturating_add(1).min(WINDOW);
            (0..steps).for_each(|step| self.set(call.wrapping_sub(step), false));
            self.next = call + 1;
        } else if self.next - call > WINDOW || self.has(call) {
            return false;
        }
        self.set(call, true);
        true
    }

    fn has(&self, call: u64) -> bool {
        let (word, bit) = place(call);
        self.bits[word] & bit != 0
    }

    fn set(&mut self, call: u64, seen: bool) {
        let (word, bit) = place(call);
        match seen {
            true => self.bits[word] |= bit,
            false => self.bits[word] &= !bit,
        }
    }
}

fn place(call: u64) -> (usize, u64) {
    let place = call % WINDOW;
    (place as usize / 64, 1 << (place % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_new_once_in_whatever_order_calls_come() {
        let mut seen = Seen::default();
        for call in [1, 3, 2, 1500, 700, 4000, 3500, u64::MAX - 1] {
            assert!(seen.is_new(call), "{call}");
            assert!(!seen.is_new(call), "{call}");
        }
        for old in [1, 3000, u64::MAX] {
            assert!(!seen.is_new(old), "{old}");
        }
    }

    #[test]
    fn numbers_that_share_a_place_are_told_apart() {
        let mut seen = Seen::default();
        assert!(seen.is_new(5));
        assert!(seen.is_new(5 + WINDOW));
        assert!(!seen.is_new(5));
        assert!(seen.is_new(6));
    }
}
