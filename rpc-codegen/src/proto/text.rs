//! Lines and blocks.

/// A text in the making.
#[derive(Default)]
pub(super) struct Text {
    out: String,
    indent: usize,
}

impl Text {
    /// A line of its own.
    pub(super) fn line(&mut self, line: &str) {
        self.out.extend(std::iter::repeat_n("  ", self.indent));
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// An empty line between what stood before and what comes; none at the beginning of a block.
    pub(super) fn part(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("{\n") {
            self.out.push('\n');
        }
    }

    /// Documentation, as comments.
    pub(super) fn docs(&mut self, docs: &str) {
        for line in docs.lines() {
            self.line(format!("// {line}").trim_end());
        }
    }

    /// A block with what `content` writes into it, `{}` if that is nothing.
    pub(super) fn block(&mut self, head: &str, content: impl FnOnce(&mut Self)) {
        self.line(&format!("{head} {{"));
        let empty = self.out.len();
        self.indent += 1;
        content(self);
        self.indent -= 1;
        if self.out.len() == empty {
            self.out.pop();
            self.out.push_str("}\n");
        } else {
            self.line("}");
        }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }
}
