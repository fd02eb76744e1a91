//! What the command line asks for.

use std::time::Duration;

/// How long and how often is measured, and what is printed.
pub(crate) struct Options {
    pub(crate) json: bool,
    pub(crate) rounds: usize,
    pub(crate) round: Duration,
    words: Vec<String>,
}

impl Options {
    /// Reads the arguments; a word that is no option is a filter.
    ///
    /// cargo says `--bench` when it runs a benchmark; without it (`cargo test --benches`) a short run shows that
    /// everything works.
    pub(crate) fn read(arguments: impl Iterator<Item = String>, usage: &str) -> Result<Options, String> {
        let mut options =
            Options { json: false, rounds: 2, round: Duration::from_millis(20), words: Vec::new() };
        let (mut bench, mut quick) = (false, false);
        for argument in arguments {
            match argument.as_str() {
                "--bench" => bench = true,
                "--quick" => quick = true,
                "--json" => options.json = true,
                option if option.starts_with('-') => return Err(format!("unknown option {option}\n{usage}")),
                _ => options.words.push(argument),
            }
        }
        if bench && !quick {
            (options.rounds, options.round) = (15, Duration::from_millis(300));
        }
        Ok(options)
    }

    /// Whether the words let something through that is one of a kind: each word that names one of the kind restricts it.
    pub(crate) fn allows(&self, kind: &[&str], name: &str) -> bool {
        let mut named = self.words.iter().filter(|word| kind.contains(&word.as_str())).peekable();
        named.peek().is_none() || named.any(|word| word == name)
    }
}
