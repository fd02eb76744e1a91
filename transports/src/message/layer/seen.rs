//! Which calls of a client were begun already: a request that comes twice is executed once.

/// How far behind the latest call one may come late.
const WINDOW: u64 = 1024;
const WORDS: usize = WINDOW as usize / 64;

/// What is known of a call's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    New,
    Seen,
    /// It is so far behind others that nobody can tell.
    Old,
}

/// The calls of one client, whose numbers grow.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// One more than the highest number; none was seen at 0.
    next: u64,
    /// A bit for each of the last numbers, by the number's remainder.
    bits: [u64; WORDS],
}

impl Seen {
    /// Takes note of a call.
    pub(super) fn note(&mut self, call: u64) -> Number {
        if call == u64::MAX {
            // None is higher, so that it could not be told from the next of that number.
            return Number::Seen;
        }
        if call >= self.next {
            let steps = (call - self.next).saturating_add(1).min(WINDOW);
            (0..steps).for_each(|step| self.set(call.wrapping_sub(step), false));
            self.next = call + 1;
        } else if self.next - call > WINDOW {
            return Number::Old;
        } else if self.has(call) {
            return Number::Seen;
        }
        self.set(call, true);
        Number::New
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
            assert_eq!(seen.note(call), Number::New, "{call}");
        }
        for call in [4000, 3500, u64::MAX - 1, u64::MAX] {
            assert!(seen.note(call) != Number::New, "{call}");
        }
        assert_eq!([1, 3000].map(|call| seen.note(call)), [Number::Old; 2]);
    }

    #[test]
    fn numbers_that_share_a_place_are_told_apart() {
        let mut seen = Seen::default();
        let said = [5, 5 + WINDOW, 5, 6, 6].map(|call| seen.note(call));
        assert_eq!(said, [Number::New, Number::New, Number::Old, Number::New, Number::Seen]);
    }
}
