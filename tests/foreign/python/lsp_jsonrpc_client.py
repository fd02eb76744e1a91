"""python-lsp-jsonrpc calls the conformance program as its child: `lsp_jsonrpc_client.py exec:PROGRAM?arg=…`."""

import collections
import concurrent.futures
import itertools
import queue
import subprocess
import threading
import time

from pylsp_jsonrpc.endpoint import Endpoint
from pylsp_jsonrpc.exceptions import JsonRpcException, JsonRpcInvalidParams, JsonRpcMethodNotFound
from pylsp_jsonrpc.streams import JsonRpcStreamReader, JsonRpcStreamWriter

from table import METHODS, Suite, check_result, command_of, number_of, shared

STREAMS = ("echo.count", "echo.fail_after", "echo.chat")
suite = Suite()
options = suite.arguments.parse_args()


class Child:
    """A child, the endpoint that calls it, and the thread that reads what it says until it says no more."""

    def __init__(self):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command_of(options.endpoint), **pipes)
        self.writer = JsonRpcStreamWriter(self.process.stdin)
        self.ids = itertools.count(1)
        self.last = None
        self.streams = collections.defaultdict(queue.Queue)
        self.late = queue.Queue()
        handlers = {method: self.heard for method in STREAMS}
        self.endpoint = Endpoint(handlers, self.writer.write, self.new_id)
        listen = JsonRpcStreamReader(self.process.stdout).listen
        self.reading = threading.Thread(target=listen, args=[self.consume], daemon=True)
        self.reading.start()

    def new_id(self):
        self.last = f"call {next(self.ids)}"
        return self.last

    def consume(self, message):
        try:
            self.endpoint.consume(message)
        except concurrent.futures.InvalidStateError:
            # The endpoint has no place for the answer to a call that it cancelled.
            self.late.put(message)

    def heard(self, params):
        self.streams[params["subscription"]].put(params)

    def call(self, method, params=None):
        return self.endpoint.request(method, params).result(timeout=20)

    def failure(self, method, params=None):
        try:
            result = self.call(method, params)
        except JsonRpcException as error:
            return error
        raise AssertionError(f"expected an error, got {result!r}")

    def end(self):
        """Closes its input, and sees it end well."""
        self.writer.close()
        assert self.process.wait(timeout=5) == 0, self.process.returncode
        self.gone()

    def gone(self):
        self.reading.join(timeout=5)
        assert not self.reading.is_alive(), "its output is still open"


child = Child()
call, failure, endpoint = child.call, child.failure, child.endpoint


def observed_soon(number):
    ends = time.monotonic() + 0.1
    while (seen := call("echo.observed_cancellations")) < number:
        assert time.monotonic() < ends, f"only {seen} of {number}"
    assert seen == number, (seen, number)


def stream(name):
    """What a stream says, and how it ends."""
    assert isinstance(name, str)
    items = []
    while "result" in (params := child.streams[name].get(timeout=10)):
        items.append(params["result"])
    return items, params


def check(case, params):
    method, expected = f"echo.{case['method']}", case.get("error")
    if expected is None:
        return check_result(case, call(method, params))
    error = failure(method, params)
    assert error.code == number_of(expected), f"expected {number_of(expected)}, got {error.code}: {error}"
    assert error.message == expected.get("message", error.message), error
    if error.code > -32100:
        assert error.data == {"code": expected["code"], "details": expected.get("details", [])}, error.data


for case in shared("jsonrpc", "python", "no-empty-message"):
    names = METHODS.get(case["method"], {"params": {}})["params"]
    suite.add(case["case"], check, case, case["params"])
    by_position = [case["params"][name] for name in names if name in case["params"]]
    suite.add(f"{case['case']}, by position", check, case, by_position)


@suite.case
def an_error_has_its_data_typed():
    error = failure("echo.fail_typed", [7])
    assert error.code == -32005 and error.data["code"] == "NOT_FOUND", error.data
    assert error.data["details"][0]["value"] == {"Typed": {"id": 7}}, error.data


@suite.case
def the_protocols_errors_have_their_classes():
    assert isinstance(failure("nobody.knows"), JsonRpcMethodNotFound)
    error = failure("echo.sum", [1])
    assert isinstance(error, JsonRpcInvalidParams) and "b: missing" in error.message, error


@suite.case
def notifications_are_heard():
    endpoint.notify("echo.notify", {"value": "by pylsp_jsonrpc"})
    ends = time.monotonic() + 5
    while "by pylsp_jsonrpc" not in call("echo.notified"):
        assert time.monotonic() < ends, "never heard"


@suite.case
def calls_are_answered_out_of_order():
    order = queue.Queue()
    for name, method, params in [("slow", "echo.sleep", [200]), ("quick", "echo.sum", [1, 2])]:
        endpoint.request(method, params).add_done_callback(lambda _, name=name: order.put(name))
    assert [order.get(timeout=5), order.get(timeout=5)] == ["quick", "slow"]


@suite.case
def many_calls_at_once():
    calls = [endpoint.request("echo.sum", [number, 1]) for number in range(500)]
    assert [future.result(timeout=10) for future in calls] == list(range(1, 501))


@suite.case
def a_cancelled_future_cancels_its_call():
    before = call("echo.observed_cancellations")
    slow = endpoint.request("echo.sleep", [60_000])
    cancelled = child.last
    assert slow.cancel()
    answer = child.late.get(timeout=1)
    assert answer["id"] == cancelled and answer["error"]["code"] == -32001, answer
    observed_soon(before + 1)


@suite.case
def a_call_is_cancelled_by_its_id():
    before = call("echo.observed_cancellations")
    slow = endpoint.request("echo.sleep", [60_000])
    endpoint.notify("$/cancelRequest", {"id": child.last})
    error = slow.exception(timeout=1)
    assert error.code == -32001 and error.data["code"] == "CANCELLED", error
    observed_soon(before + 1)


@suite.case
def a_stream_comes_to_a_handler():
    name = call("echo.count", {"n": 1000})
    assert stream(name) == (list(range(1000)), {"subscription": name, "done": True})


@suite.case
def a_stream_fails_typed_behind_its_items():
    items, end = stream(call("echo.fail_after", [2]))
    assert items == [0, 1] and end["error"]["code"] == -32005, end
    assert end["error"]["data"]["details"][0]["value"] == {"Typed": {"id": 2}}, end


@suite.case
def a_stream_is_cancelled_by_the_id_of_its_call():
    before = call("echo.observed_cancellations")
    name = call("echo.count", [1_000_000, 1])
    endpoint.notify("$/cancelRequest", {"id": child.last})
    items, end = stream(name)
    assert items == list(range(len(items))) and end["error"]["code"] == -32001, end
    observed_soon(before + 1)


@suite.case
def nothing_follows_an_unsubscription():
    before = call("echo.observed_cancellations")
    name = call("echo.count", [1_000_000, 1])
    assert call("rpc.unsubscribe", [name]) is True
    while not child.streams[name].empty():
        assert "result" in child.streams[name].get()
    time.sleep(0.05)
    assert child.streams[name].empty()
    observed_soon(before + 1)


@suite.case
def items_of_an_argument_are_notifications():
    total = endpoint.request("echo.collect")
    up = child.last
    for value in range(100):
        endpoint.notify("rpc.next", {"id": up, "value": value})
    endpoint.notify("rpc.done", {"id": up})
    assert total.result(timeout=5) == 4950


@suite.case
def both_ways_line_by_line():
    opened = endpoint.request("echo.chat")
    up = child.last
    name = opened.result(timeout=5)
    for line in ["one", "", "zwölf"]:
        endpoint.notify("rpc.next", [up, line])
        assert child.streams[name].get(timeout=5) == {"subscription": name, "result": line.upper()}
    endpoint.notify("rpc.done", [up])
    assert child.streams[name].get(timeout=5) == {"subscription": name, "done": True}


@suite.case
def big_messages():
    # The library writes six bytes for each of these.
    text = "ä☃" * 250_000
    several = [endpoint.request("echo.echo_string", {"value": text}) for _ in range(3)]
    assert all(echoed.result(timeout=20) == text for echoed in several)


@suite.case
def what_was_asked_is_answered_before_the_child_ends_with_its_input():
    other = Child()
    slow = other.endpoint.request("echo.sleep", [300])
    assert other.call("echo.sum", [1, 2]) == 3
    other.end()
    assert slow.result(timeout=0) is None


@suite.case
def a_killed_child_is_seen():
    other = Child()
    assert other.call("echo.sum", [1, 2]) == 3
    pending = other.endpoint.request("echo.sleep", [60_000])
    other.process.kill()
    assert other.process.wait(timeout=5) == -9
    other.gone()
    # The endpoint itself fails nothing: its user reads the end of the stream.
    assert not pending.done()


@suite.case
def the_child_ends_with_its_input():
    child.end()


suite.run(options.cases)
