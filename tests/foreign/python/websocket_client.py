"""websockets calls a server of the conformance program over one WebSocket: `websocket_client.py ENDPOINT`."""

import itertools
import json
import time

from websockets.sync.client import connect, unix_connect

from table import Suite

suite = Suite()
options = suite.arguments.parse_args()
ids = itertools.count(1)


def opened():
    if options.endpoint.startswith("unix:"):
        return unix_connect(options.endpoint.removeprefix("unix:"), "ws://localhost/")
    return connect("ws://" + options.endpoint.removeprefix("tcp://") + "/any/path")


link = opened()


def say(message, on=None):
    (on or link).send(json.dumps(message))


def hear(on=None):
    return json.loads((on or link).recv(timeout=10))


def request(method, params=None):
    message = {"jsonrpc": "2.0", "method": method, "id": next(ids)}
    return message if params is None else {**message, "params": params}


def call(method, params=None):
    """The result of a call that nothing else comes between."""
    message = request(method, params)
    say(message)
    answer = hear()
    assert answer["id"] == message["id"], answer
    assert "error" not in answer, answer
    return answer["result"]


def notify(method, params):
    say({"jsonrpc": "2.0", "method": method, "params": params})


def rest(name, seen=()):
    """The items of a stream from here, and how it ended."""
    items = list(seen)
    while True:
        params = hear()["params"]
        assert params["subscription"] == name, params
        if "result" not in params:
            return items, params
        items.append(params["result"])


@suite.case
def calls():
    assert call("echo.sum", [1, 2]) == 3
    assert call("echo.echo_string", {"value": "snow ☃"}) == "snow ☃"


@suite.case
def calls_are_answered_out_of_order():
    slow, quick = request("echo.sleep", [200]), request("echo.sum", [3, 4])
    say(slow)
    say(quick)
    assert [hear()["id"], hear()["id"]] == [quick["id"], slow["id"]]


@suite.case
def a_batch_is_answered_together():
    batch = [request("echo.sum", [1, 1]), request("nobody.knows"), {"jsonrpc": "2.0", "method": "echo.notify", "params": ["x"]}]
    say(batch)
    first, second = hear()
    assert first["result"] == 2 and second["error"]["code"] == -32601


@suite.case
def a_stream_is_a_subscription():
    name = call("echo.count", [4])
    assert isinstance(name, str)
    assert rest(name) == ([0, 1, 2, 3], {"subscription": name, "done": True})


@suite.case
def a_failure_arrives_typed_behind_the_items():
    name = call("echo.fail_after", [2])
    items, ended = rest(name)
    assert items == [0, 1]
    assert ended["error"]["code"] == -32005
    assert ended["error"]["data"]["details"][0]["value"] == {"Typed": {"id": 2}}, ended


@suite.case
def items_of_an_argument_are_notifications():
    message = request("echo.collect")
    say(message)
    for value in [1, 2, 3]:
        notify("rpc.next", {"id": message["id"], "value": value})
    notify("rpc.done", {"id": message["id"]})
    assert hear()["result"] == 6


@suite.case
def both_ways_at_once():
    message = request("echo.chat")
    say(message)
    name = hear()["result"]
    for text in ["one", "two"]:
        notify("rpc.next", {"id": message["id"], "value": text})
        assert hear()["params"] == {"subscription": name, "result": text.upper()}
    notify("rpc.done", {"id": message["id"]})
    assert hear()["params"] == {"subscription": name, "done": True}


@suite.case
def nothing_follows_an_unsubscription():
    before = call("echo.observed_cancellations")
    name = call("echo.count", [1_000_000, 1])
    assert hear()["params"]["result"] == 0
    leave = request("rpc.unsubscribe", [name])
    say(leave)
    while (heard := hear()).get("id") != leave["id"]:
        assert heard["params"]["subscription"] == name
    assert heard["result"] is True
    time.sleep(0.1)
    assert call("echo.observed_cancellations") == before + 1


@suite.case
def a_call_is_cancelled_by_its_id():
    slow = request("echo.sleep", [10_000])
    say(slow)
    notify("$/cancelRequest", {"id": slow["id"]})
    answer = hear()
    assert (answer["id"], answer["error"]["code"]) == (slow["id"], -32001)


@suite.case
def a_socket_that_does_not_read_holds_back_only_itself():
    lagging = opened()
    say(request("echo.count", [1_000_000]), lagging)
    name = call("echo.count", [1000])
    assert rest(name)[0] == list(range(1000))
    # It has missed nothing.
    assert isinstance(json.loads(lagging.recv(timeout=10))["result"], str)
    for expected in range(5000):
        assert json.loads(lagging.recv(timeout=10))["params"]["result"] == expected
    lagging.close()


@suite.case
def large_messages_in_fragments():
    text = "x" * 300_000
    message = request("echo.echo_string", [text])
    whole = json.dumps(message)
    link.send(whole[start : start + 10_000] for start in range(0, len(whole), 10_000))
    assert hear()["result"] == text


@suite.case
def pings_are_answered():
    assert link.ping().wait(timeout=10)


@suite.case
def a_closed_socket_cancels_what_runs():
    other = opened()
    before = call("echo.observed_cancellations")
    say(request("echo.count", [1_000_000, 1]), other)
    other.recv(timeout=10)
    other.close()
    time.sleep(0.1)
    assert call("echo.observed_cancellations") == before + 1


suite.run(options.cases)
