//! What `POLYRPC_FOREIGN` asks for is done: this program runs itself, on a machine without Python.

use std::process::{Command, Output};

use crate::{Outcome, Suite};

pub(crate) fn suites() -> Vec<Suite> {
    vec![
        Suite::new("policy auto", auto_names_what_it_left_out),
        Suite::new("policy require", require_fails),
        Suite::new("policy off", off_leaves_all_out),
    ]
}

/// A suite that needs Python, where no program is to be found.
fn without_python(policy: &str) -> Result<(Output, String), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.arg("oracle").env("PATH", "").env("POLYRPC_FOREIGN", policy);
    let output = command.output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok((output, text))
}

fn check(policy: &str, succeeds: bool, last_line: &str) -> Outcome {
    let (output, text) = without_python(policy)?;
    let last = text.lines().last().unwrap_or_default();
    match output.status.success() == succeeds && last.starts_with(last_line) {
        true => Ok(()),
        false => Err(format!("{}:\n{text}", output.status).into()),
    }
}

fn auto_names_what_it_left_out() -> Outcome {
    check("auto", true, "foreign: left out Python: ")?;
    check("", true, "foreign: left out Python: ")
}

fn require_fails() -> Outcome {
    check("require", false, "foreign: 1 suites, 1 failed")
}

fn off_leaves_all_out() -> Outcome {
    check("off", true, "foreign: left out Python: POLYRPC_FOREIGN is off")
}
