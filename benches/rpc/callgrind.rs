//! Instructions and allocations of a whole call, counted by valgrind: figures that a busy machine does not change.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::load::Loaded;
use crate::measure::Options;
use crate::measure::process::Process;
use crate::servers::Server;
use crate::workload::{Protocol, Workload};

const IN_FLIGHT: usize = 64;

/// Calls of each caller in the two runs: their difference leaves out what a start and a connection cost.
const RUNS: [usize; 2] = [10, 40];

/// What a run counted.
struct Counts {
    instructions: u64,
    allocations: u64,
}

/// Prints a line for each server and workload.
pub(crate) async fn run(options: &Options) -> io::Result<()> {
    let found = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        println!("valgrind is not there: instructions are not counted");
        return Ok(());
    }
    println!("protocol workload  server     instructions/call  allocations/call");
    for protocol in Protocol::ALL {
        for workload in [Workload::Small, Workload::Order] {
            if !workload.is_asked_for(protocol, options) {
                continue;
            }
            for server in std::iter::once(Server::Ours).chain(Server::peers(protocol, options)) {
                let [short, long] = [
                    count(server, protocol, workload, RUNS[0]).await?,
                    count(server, protocol, workload, RUNS[1]).await?,
                ];
                let calls = (IN_FLIGHT * (RUNS[1] - RUNS[0])) as u64;
                let instructions = long.instructions.saturating_sub(short.instructions) / calls;
                let allocations = long.allocations.saturating_sub(short.allocations) as f64 / calls as f64;
                println!("{protocol:8} {workload:8}  {server:9}  {instructions:17}  {allocations:16.1}");
            }
        }
    }
    Ok(())
}

async fn count(server: Server, protocol: Protocol, workload: Workload, calls: usize) -> io::Result<Counts> {
    let file = std::env::temp_dir().join(format!("polyrpc-callgrind.{}", std::process::id()));
    let process = Process::start(&[server.name()], callgrind(&file)?)?;
    let mut loaded = Loaded::connect(server, process, (protocol, workload), IN_FLIGHT).await?;
    loaded.calls(move |made| made < calls, &mut Vec::new()).await?;
    loaded.into_process().stop()?;
    let profile = std::fs::read_to_string(&file)?;
    std::fs::remove_file(&file)?;
    read(&profile).ok_or_else(|| io::Error::other("valgrind wrote no profile"))
}

fn callgrind(file: &Path) -> io::Result<Command> {
    let mut out = PathBuf::from("--callgrind-out-file=").into_os_string();
    out.push(file);
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--tool=callgrind"]).arg(out).arg(std::env::current_exe()?);
    Ok(command)
}

/// Reads the sum of all instructions, and how often the allocator was called ("The Callgrind Format").
fn read(profile: &str) -> Option<Counts> {
    let mut instructions = None;
    let mut allocations = 0;
    // A name stands in full where it first comes, and behind a number that stands for it later.
    let mut names: HashMap<&str, bool> = HashMap::new();
    let mut callee_allocates = false;
    for line in profile.lines() {
        if let Some(total) = line.strip_prefix("totals: ") {
            instructions = total.trim().parse().ok();
        } else if let Some(function) = line.strip_prefix("cfn=").or_else(|| line.strip_prefix("fn=")) {
            let (id, name) = function.split_once(' ').unwrap_or((function, ""));
            if !name.is_empty() {
                names.insert(id, ALLOCATORS.contains(&name));
            }
            if line.starts_with("cfn=") {
                callee_allocates = names.get(id).copied().unwrap_or_default();
            }
        } else if let Some(calls) = line.strip_prefix("calls=")
            && callee_allocates
        {
            allocations += calls.split(' ').next()?.parse::<u64>().ok()?;
        }
    }
    Some(Counts { instructions: instructions?, allocations })
}

const ALLOCATORS: [&str; 5] = ["malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc"];
