//! What a unary call within the process costs: handed over as it is, which is what `mem:` does, and as messages of the
//! layer that all other message transports share, in instructions. Of the latter only what it cannot do without is counted:
//! request and response are written, cut into parts, put together and read, all in the caller's task.
//!
//! `cargo bench -p polyrpc-transports --bench mem`, where valgrind is there; how busy the machine is changes nothing.
//! As a test it only sees to it that both ways carry the same.

use std::convert::Infallible;
use std::hint::black_box;
use std::pin::pin;
use std::process::{Command, Stdio};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use http::uri::Scheme;
use http::{HeaderMap, Request, Response, request, response};
use polyrpc_transports::__private::bhttp::{self, Decoder, Head, encode};
use polyrpc_transports::__private::layer::{Calls, Config, Event};
use polyrpc_transports::{Body, ClientConfig, Endpoint, HttpClient, Listener, ServerConfig};
use tokio::runtime::{Builder, Runtime};
use tower_service::Service;

/// Calls that are counted.
const CALLS: u64 = 1_000;

/// A frame of gRPC's with fifteen bytes.
const CONTENT: &[u8] = b"\0\0\0\0\x0fan order by hand";

/// The word that makes this program do nothing but one of the [`CASES`].
const ONLY: &str = "only";

type Case = (&'static str, fn());

const CASES: [Case; 2] = [("handed over", handed_over), ("as messages", as_messages)];

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [word, case] if word == ONLY => {
            CASES.iter().filter(|(name, _)| name == case).for_each(|(_, run)| run())
        }
        arguments => {
            both_carry_the_same();
            if arguments.iter().any(|argument| argument == "--bench") {
                report();
            }
        }
    }
}

fn request() -> Request<Body> {
    Request::post("http://localhost/shop.v1.Orders/Place")
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("grpc-timeout", "1000m")
        .header("user-agent", "grpc-rust-polyrpc/0.1.0")
        .body(Body::from(Bytes::from_static(CONTENT)))
        .expect("a request")
}

/// What both ways lead to.
fn answer(request: Request<Body>) -> Response<Body> {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", "0".parse().expect("a value"));
    let Body::Full { data, .. } = request.into_body() else { panic!("the body is at hand") };
    let response = Response::builder().header("content-type", "application/grpc");
    response.body(Body::with_trailers(data, trailers)).expect("a response")
}

#[derive(Clone)]
struct Answer;

impl Service<Request<Body>> for Answer {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        std::future::ready(Ok(answer(request)))
    }
}

/// A name that is served, and a client of it that has called before.
struct Mem {
    runtime: Runtime,
    client: HttpClient,
}

impl Mem {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let endpoint: Endpoint = "mem:bench".parse().expect("an endpoint");
        let client = HttpClient::new(&endpoint, ClientConfig::new()).expect("a client");
        runtime.block_on(async {
            let listener = Listener::bind(&endpoint).await.expect("the name is free");
            tokio::spawn(listener.serve(|_| Answer, ServerConfig::new(), std::future::pending()));
            client.clone().send(request()).await.expect("it is served");
        });
        Self { runtime, client }
    }

    /// A call that never waits.
    fn call(&self, request: Request<Body>) -> Response<Body> {
        let mut call = pin!(self.client.clone().send(request));
        match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(response) => response.expect("an answer"),
            Poll::Pending => panic!("it waits"),
        }
    }
}

/// Both ends of the layer.
struct Messages {
    client: Calls,
    server: Calls,
    next: u64,
    now: Instant,
}

impl Messages {
    fn new() -> Self {
        let config = Config { window: 64 << 10, most_calls: 256, silence: None };
        let reply_to = Bytes::from_static(b"/polyrpc.bench.0123456789abcdef0123456789abcdef");
        Self {
            client: Calls::of_client(config.clone(), 1, reply_to.clone()),
            server: Calls::at_server(config, 1, reply_to),
            next: 0,
            now: Instant::now(),
        }
    }

    fn call(&mut self, request: Request<Body>) -> Response<Body> {
        let number = self.next;
        self.next += 1;
        let (head, body) = request.into_parts();
        let Body::Full { data, trailers } = body else { panic!("the body is at hand") };
        let mut out = Vec::new();
        encode::request(&head, &Scheme::HTTP, &data, trailers.as_deref(), &mut out);
        self.client.open(number, 0, self.now);
        self.client.send(number, out.into(), true);
        let (head, body) = carry::<request::Parts>(&mut self.client, &mut self.server, self.now);

        let (head, body) = answer(Request::from_parts(head, body)).into_parts();
        let Body::Full { data, trailers } = body else { panic!("the body is at hand") };
        let mut out = Vec::new();
        encode::response(&head, &data, trailers.as_deref(), &mut out).expect("it is final");
        self.server.send(number, out.into(), true);
        let (head, body) = carry::<response::Parts>(&mut self.server, &mut self.client, self.now);
        Response::from_parts(head, body)
    }
}

/// One direction of a call, from end to end.
fn carry<H: Head>(from: &mut Calls, to: &mut Calls, now: Instant) -> (H, Body) {
    let mut message = Vec::new();
    from.transmit(8192, &mut message).expect("a message");
    to.receive(message.into(), 0, now).expect("it can be read");
    let mut decoder = Decoder::<H>::new(16 * 1024);
    while let Some(event) = to.event() {
        if let Event::Data(number, data, _) = event {
            to.took(number, data.len());
            decoder.push(data);
            decoder.finish();
        }
    }
    let (mut head, mut data, mut trailers) = (None, Bytes::new(), None);
    while let Some(event) = decoder.next().expect("a message") {
        match event {
            bhttp::Event::Head(it) => head = Some(it),
            bhttp::Event::Data(it) => data = it,
            bhttp::Event::Trailers(it) => trailers = Some(Box::new(it)),
            bhttp::Event::End => break,
        }
    }
    (head.expect("a head"), Body::Full { data, trailers })
}

/// The part that is counted; valgrind finds it by its name.
#[inline(never)]
fn at_the_call(call: impl FnOnce() -> Response<Body>) {
    drop(black_box(call()));
}

fn handed_over() {
    let mem = Mem::new();
    let _entered = mem.runtime.enter();
    for _ in 0..CALLS {
        let request = black_box(request());
        at_the_call(|| mem.call(request));
    }
}

fn as_messages() {
    let mut messages = Messages::new();
    for _ in 0..CALLS {
        let request = black_box(request());
        at_the_call(|| messages.call(request));
    }
}

fn both_carry_the_same() {
    let mem = Mem::new();
    let _entered = mem.runtime.enter();
    let shown = |response: Response<Body>| {
        let (head, body) = response.into_parts();
        let Body::Full { data, trailers } = body else { panic!("the body is at hand") };
        (head.status, head.headers, data, trailers)
    };
    assert_eq!(shown(mem.call(request())), shown(Messages::new().call(request())));
}

fn report() {
    for (name, _) in CASES {
        match instructions(name) {
            Some(count) => println!("{name:12}{count:6} instructions"),
            None => return println!("valgrind is not there, so instructions are not counted"),
        }
    }
}

fn instructions(case: &str) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*at_the_call*"])
        .arg(std::env::current_exe().ok()?)
        .args([ONLY, case])
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8(output.stderr).ok()?;
    let (_, collected) = said.split_once("Collected : ")?;
    Some(collected.split_whitespace().next()?.parse::<u64>().ok()? / CALLS)
}
