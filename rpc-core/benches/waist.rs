//! What the upper waist costs: a small unary call with its proto codec, from the erased call to the erased reply.
//!
//! As a test it counts allocations. As a benchmark (`cargo bench -p polyrpc-core --features client --bench waist`) it counts
//! instructions too, where valgrind is there, and fails above [`INSTRUCTIONS`]: neither depends on how busy the
//! machine is.

#![expect(unsafe_code, reason = "an allocator that counts is an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::process::{Command, ExitCode, Stdio};
use std::task::{Context, Poll, Waker};

use polyrpc_core::{Call, Channel, Dispatch, Invoke, Reply, ReplyFuture, Result, ServiceSchema};
use polyrpc_macros::service;

/// The future of the method, and the reply.
const ALLOCATIONS: usize = 2;

/// Instructions of a call, optimised: somewhat above what was measured, for other compilers' sake.
const INSTRUCTIONS: u64 = 1_300;

/// Calls that are counted.
const CALLS: u64 = 1_000;

#[service(package = "waist.v1", crate = polyrpc_core)]
trait Sums {
    async fn sum(&self, a: i64, b: i64) -> Result<i64>;
}

struct Adder;

impl Sums for Adder {
    async fn sum(&self, a: i64, b: i64) -> Result<i64> {
        Ok(a + b)
    }
}

/// The service with a look at each call. Its replies are there at once.
struct Watched(SumsServer<Adder>);

impl Invoke for Watched {
    fn invoke(&self, call: Call) -> ReplyFuture {
        let before = allocations();
        let reply = at_the_waist(&self.0, call);
        LAST.set(allocations() - before);
        Box::pin(std::future::ready(reply))
    }
}

impl Dispatch for Watched {
    fn schema(&self) -> &'static ServiceSchema {
        self.0.schema()
    }
}

/// The part that is counted; valgrind finds it by its name.
#[inline(never)]
fn at_the_waist(service: &SumsServer<Adder>, call: Call) -> Result<Reply> {
    match service.invoke(call).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(reply) => reply,
        Poll::Pending => unreachable!("the handler waits for nothing"),
    }
}

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some(ONLY_CALL) => {
            call();
            ExitCode::SUCCESS
        }
        _ => check(std::env::args().any(|argument| argument == "--bench")),
    }
}

/// The word that makes this program do nothing but the calls.
const ONLY_CALL: &str = "only-call";

fn check(instructions_too: bool) -> ExitCode {
    call();
    let allocations = LAST.get();
    println!("upper waist: {allocations} allocations a call (at most {ALLOCATIONS})");
    let mut good = allocations <= ALLOCATIONS;
    if instructions_too {
        match instructions() {
            Some(count) => {
                println!("upper waist: {count} instructions a call (at most {INSTRUCTIONS})");
                good &= count <= INSTRUCTIONS;
            }
            None => println!("upper waist: valgrind is not there, so instructions are not counted"),
        }
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn call() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let client = SumsClient::new(Channel::local(Watched(SumsServer::new(Adder))));
        for a in 0..CALLS as i64 {
            assert_eq!(client.sum(a, 567_890).await.expect("a sum"), a + 567_890);
        }
    });
}

fn instructions() -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*at_the_waist*"])
        .arg(std::env::current_exe().ok()?)
        .arg(ONLY_CALL)
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8(output.stderr).ok()?;
    let (_, collected) = said.split_once("Collected : ")?;
    Some(collected.split_whitespace().next()?.parse::<u64>().ok()? / CALLS)
}

thread_local! {
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
    static LAST: Cell<usize> = const { Cell::new(0) };
}

/// How often this thread asked for memory.
fn allocations() -> usize {
    ALLOCATED.get()
}

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

// SAFETY: every request goes on to the system's allocator as it came; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.set(ALLOCATED.get() + 1);
        // SAFETY: the caller keeps the promises of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the promises of `dealloc`, and all memory comes from this allocator.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATED.set(ALLOCATED.get() + 1);
        // SAFETY: the caller keeps the promises of `realloc`, and all memory comes from this allocator.
        unsafe { System.realloc(memory, layout, size) }
    }
}
