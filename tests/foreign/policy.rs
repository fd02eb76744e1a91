//! What `POLYRPC_FOREIGN` asks for is done: this program runs itself, on a machine without Python and Go.

use std::process::{Command, Output};

use crate::{Outcome, Suite};

pub(crate) fn suites() -> Vec<Suite> {
    vec![
        Suite::new("policy auto", auto_names_what_it_left_out),
        Suite::new("policy require", require_fails),
        Suite::new("policy off", off_leaves_all_out),
    ]
}

/// Suites that need what is not there, for no program is to be found, and what the last line names then.
const NEEDY: [(&str, &str); 2] = [("oracle", "Python"), ("client grpcurl tcp", "grpcurl")];

/// A suite in a program of its own.
fn without_programs(suite: &str, policy: &str) -> Result<(Output, String), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.arg(suite).env("PATH", "").env("POLYRPC_FOREIGN", policy);
    let output = command.output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok((output, text))
}

fn check(policy: &str, succeeds: bool, last_line: fn(&str) -> String) -> Outcome {
    for (suite, what) in NEEDY {
        let (output, text) = without_programs(suite, policy)?;
        let last = text.lines().last().unwrap_or_default();
        if output.status.success() != succeeds || !last.starts_with(&last_line(what)) {
            return Err(format!("{suite}: {}:\n{text}", output.status).into());
        }
    }
    Ok(())
}

fn auto_names_what_it_left_out() -> Outcome {
    let named = |what: &str| format!("foreign: left out {what}: ");
    check("auto", true, named)?;
    check("", true, named)
}

fn require_fails() -> Outcome {
    check("require", false, |_| "foreign: 1 suites, 1 failed".to_owned())
}

fn off_leaves_all_out() -> Outcome {
    check("off", true, |what| format!("foreign: left out {what}: POLYRPC_FOREIGN is off"))
}
