//! Whose turn it is to send.

use std::collections::VecDeque;

use super::part::Part;

/// What waits to be sent, by priority: the highest first, and within one what needs no credit, and then call by call.
#[derive(Default)]
pub(super) struct Turns {
    /// By falling priority. One that is empty is kept for its next part, while there are few.
    lines: Vec<Line>,
}

/// What has one priority.
pub(super) struct Line {
    pub(super) priority: u32,
    /// Parts that need no credit.
    pub(super) control: VecDeque<Part>,
    /// Calls that have something to send.
    pub(super) calls: VecDeque<u64>,
}

/// Lines that are kept when they fall empty.
const KEPT: usize = 4;

impl Line {
    fn is_empty(&self) -> bool {
        self.control.is_empty() && self.calls.is_empty()
    }
}

impl Turns {
    /// The line of a priority.
    pub(super) fn line(&mut self, priority: u32) -> &mut Line {
        let place = self.lines.partition_point(|line| line.priority > priority);
        if self.lines.get(place).is_none_or(|line| line.priority != priority) {
            if self.lines.len() >= KEPT {
                self.lines.retain(|line| !line.is_empty());
            }
            let place = self.lines.partition_point(|line| line.priority > priority);
            let line = Line { priority, control: VecDeque::new(), calls: VecDeque::new() };
            self.lines.insert(place, line);
            return &mut self.lines[place];
        }
        &mut self.lines[place]
    }

    /// The first line with something in it.
    pub(super) fn first(&mut self) -> Option<&mut Line> {
        self.lines.iter_mut().find(|line| !line.is_empty())
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.iter().all(Line::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_priority_has_the_first_turn_and_few_lines_are_kept() {
        let mut turns = Turns::default();
        for priority in [5, 0, 9, 5, 32_767] {
            turns.line(priority).calls.push_back(u64::from(priority));
        }
        let mut order = Vec::new();
        while let Some(line) = turns.first() {
            order.extend(line.calls.drain(..));
        }
        assert_eq!(order, [32_767, 9, 5, 5, 0]);
        assert!(turns.is_empty());
        for priority in 0..1000 {
            turns.line(priority);
        }
        assert!(turns.lines.len() <= KEPT, "{}", turns.lines.len());
    }
}
