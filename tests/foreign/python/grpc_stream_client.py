"""grpcio streams with a server of the conformance program: `grpc_stream_client.py --proto-dir DIR ENDPOINT`."""

import queue
import sys
import time

import grpc
from grpc_status import rpc_status

from table import Suite

suite = Suite()
suite.arguments.add_argument("--proto-dir", required=True)
options = suite.arguments.parse_args()
sys.path.insert(0, options.proto_dir)
import conformance_pb2 as pb  # noqa: E402 - found by --proto-dir
import conformance_pb2_grpc  # noqa: E402

target = options.endpoint.removeprefix("tcp://")
stub = conformance_pb2_grpc.EchoStub(grpc.insecure_channel(target))


def count(n, interval=None, **how):
    return stub.Count(pb.EchoCountRequest(n=n, interval_millis=interval), **{"timeout": 30, **how})


def values(*numbers):
    return (pb.EchoCollectRequest(values=number) for number in numbers)


def results(call):
    return [item.result for item in call]


def fails(code, items):
    """The items before the failure, and the failure."""
    seen = []
    try:
        seen.extend(item.result for item in items)
    except grpc.RpcError as error:
        assert error.code().name == code, f"expected {code}, got {error.code().name}: {error.details()}"
        return seen, error
    raise AssertionError(f"expected {code}, got {len(seen)} items and the end")


def observed():
    return stub.ObservedCancellations(pb.EchoObservedCancellationsRequest(), timeout=10).result


def observed_soon(count):
    """Waits until so many cancellations were observed: at most 100 ms, as it was promised."""
    ends = time.monotonic() + 0.1
    while observed() < count:
        assert time.monotonic() < ends, f"only {observed()} of {count} after 100 ms"
    assert observed() == count, f"{observed()} instead of {count}"


class Lines:
    """A stream of requests that is sent line by line, until it is closed."""

    def __init__(self):
        self.queue = queue.SimpleQueue()

    def __iter__(self):
        return iter(self.queue.get, None)

    def say(self, line):
        self.queue.put(pb.EchoChatRequest(lines=line))

    def close(self):
        self.queue.put(None)


@suite.case
def a_stream_of_replies():
    assert results(count(1000)) == list(range(1000))
    assert results(count(0)) == []
    assert results(count(3, interval=5)) == [0, 1, 2]


@suite.case
def a_stream_of_requests():
    assert stub.Collect(values(*range(1000)), timeout=30).result == 499_500
    assert stub.Collect(values(), timeout=10).result == 0


@suite.case
def both_ways_line_by_line():
    lines = Lines()
    call = stub.Chat(iter(lines), timeout=30)
    for said in ["one", "", "zwölf"]:
        lines.say(said)
        assert next(call).result == said.upper()
    lines.close()
    assert list(call) == [] and call.code() == grpc.StatusCode.OK


@suite.case
def replies_go_on_after_the_requests_ended():
    texts = [f"line {number}" for number in range(5000)]
    call = stub.Chat(iter([pb.EchoChatRequest(lines=text) for text in texts]), timeout=30)
    time.sleep(0.1)
    assert results(call) == [text.upper() for text in texts]


@suite.case
def a_typed_error_behind_the_messages():
    call = stub.FailAfter(pb.EchoFailAfterRequest(n=3), timeout=10)
    seen, error = fails("NOT_FOUND", call)
    assert seen == [0, 1, 2], seen
    [detail] = rpc_status.from_call(error).details
    typed = pb.EchoError()
    assert detail.Unpack(typed) and typed.typed.id == 3, detail
    # It stood in trailers, not in the head.
    assert "grpc-status-details-bin" not in dict(call.initial_metadata())
    assert "grpc-status-details-bin" in dict(call.trailing_metadata())


@suite.case
def a_failure_before_the_first_message():
    seen, _ = fails("NOT_FOUND", stub.FailAfter(pb.EchoFailAfterRequest(n=0), timeout=10))
    assert seen == []


@suite.case
def a_failure_while_requests_are_sent():
    sent = 0

    def endless():
        nonlocal sent
        yield from values(2**64 - 1)
        while True:
            sent += 1
            yield pb.EchoCollectRequest(values=1)

    # The call is made where the only item is asked for.
    _, error = fails("OUT_OF_RANGE", (stub.Collect(requests, timeout=10) for requests in [endless()]))
    assert error.details() == "the sum is beyond 64 bits", error.details()
    time.sleep(0.05)
    stopped = sent
    time.sleep(0.1)
    assert sent == stopped, "the requests go on after the call"


@suite.case
def a_cancelled_stream_is_observed():
    before = observed()
    call = count(1_000_000, interval=1)
    assert next(call).result == 0
    call.cancel()
    observed_soon(before + 1)
    lines = Lines()
    call = stub.Chat(iter(lines), timeout=30)
    lines.say("a")
    assert next(call).result == "A"
    call.cancel()
    observed_soon(before + 2)
    lines.close()
    call = stub.Sleep.future(pb.EchoSleepRequest(millis=60_000))
    time.sleep(0.1)
    call.cancel()
    observed_soon(before + 3)


@suite.case
def a_call_that_ends_is_no_cancellation():
    before = observed()
    assert results(count(3)) == [0, 1, 2]
    assert results(stub.Chat(iter([pb.EchoChatRequest(lines="a")]), timeout=10)) == ["A"]
    stub.Sleep(pb.EchoSleepRequest(millis=1), timeout=10)
    time.sleep(0.1)
    assert observed() == before


@suite.case
def a_deadline_within_a_stream():
    before = observed()
    seen, _ = fails("DEADLINE_EXCEEDED", count(1_000_000, interval=20, timeout=0.3))
    assert 1 <= len(seen) <= 15, seen
    observed_soon(before + 1)


@suite.case
def compressed_requests():
    call = stub.Collect(values(*range(1000)), timeout=30, compression=grpc.Compression.Gzip)
    assert call.result == 499_500


@suite.case
def cancels_in_a_row_harm_no_other_call():
    before = observed()
    lines = Lines()
    steady = stub.Chat(iter(lines), timeout=120)
    for number in range(1000):
        call = count(1_000_000, interval=1000)
        next(call)
        call.cancel()
        if number % 100 == 0:
            lines.say(f"still {number}")
            assert next(steady).result == f"STILL {number}"
    observed_soon(before + 1000)
    lines.close()
    assert list(steady) == [] and steady.code() == grpc.StatusCode.OK


suite.run(options.cases)
