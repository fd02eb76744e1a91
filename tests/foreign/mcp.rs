//! The official client of the Model Context Protocol starts the example `mcp`, and uses what that offers.

use std::time::Duration;

use polyrpc_test_support::{Peers, example, finish};

use crate::clients::report;
use crate::{Outcome, Suite};

/// How long the script may take with all its cases.
const WITHIN: Duration = Duration::from_secs(120);

pub(crate) fn suites() -> Vec<Suite> {
    vec![Suite::new("client mcp stdio", calls)]
}

fn calls() -> Outcome {
    let mut command = Peers::python()?.script("mcp_client.py");
    command.arg(format!("exec:{}", example("mcp")?.display()));
    report(&finish(command, WITHIN)?)
}
