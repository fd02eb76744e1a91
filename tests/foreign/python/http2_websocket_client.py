"""h2 and wsproto call a server of the conformance program over WebSockets of HTTP/2: `http2_websocket_client.py ENDPOINT`."""

import itertools
import time

from h2.errors import ErrorCodes
from wsproto.events import CloseConnection, Ping, Pong

from http2_websocket import Http2
from table import Suite

suite = Suite()
options = suite.arguments.parse_args()
ids = itertools.count(1)
http2 = Http2(options.endpoint)
link = http2.open()


def request(method, params=None):
    message = {"jsonrpc": "2.0", "method": method, "id": next(ids)}
    return message if params is None else {**message, "params": params}


def call(method, params=None, on=None):
    """The result of a call that nothing else comes between."""
    on = on or link
    message = request(method, params)
    on.say(message)
    answer = on.hear()
    assert answer["id"] == message["id"] and "error" not in answer, answer
    return answer["result"]


def rest(name):
    """The items of a stream from here, and how it ended."""
    items = []
    while True:
        params = link.hear()["params"]
        assert params["subscription"] == name, params
        if "result" not in params:
            return items, params
        items.append(params["result"])


def cancelled(before):
    """Waits until one more call than before was observed to have been cancelled."""
    start = time.monotonic()
    while (observed := call("echo.observed_cancellations")) == before:
        assert time.monotonic() - start < 5, "it was never observed"
    assert observed == before + 1


@suite.case
def the_settings_allow_it():
    assert http2.connect_protocol == 1


@suite.case
def a_socket_is_opened_by_200():
    # Keys are of HTTP/1.1 alone (RFC 8441, section 5).
    assert link.headers[":status"] == "200", link.headers
    assert "sec-websocket-accept" not in link.headers and "upgrade" not in link.headers


@suite.case
def a_subprotocol_is_chosen():
    other = http2.open(**{"sec-websocket-protocol": "chat, jsonrpc"})
    assert other.headers["sec-websocket-protocol"] == "jsonrpc", other.headers
    other.abort()


@suite.case
def another_version_is_refused():
    for version in ("8", None):
        other = http2.open(**{"sec-websocket-version": version})
        assert (other.headers[":status"], other.headers["sec-websocket-version"]) == ("426", "13"), other.headers
        http2.until(lambda: other.ended)


@suite.case
def another_protocol_is_refused():
    other = http2.open(**{":protocol": "connect-udp"})
    assert int(other.headers[":status"]) >= 400, other.headers
    assert call("echo.sum", [1, 1]) == 2


@suite.case
def calls():
    assert call("echo.sum", [1, 2]) == 3
    assert call("echo.echo_string", {"value": "snow ☃"}) == "snow ☃"


@suite.case
def a_stream_is_a_subscription():
    name = call("echo.count", [4])
    assert rest(name) == ([0, 1, 2, 3], {"subscription": name, "done": True})


@suite.case
def a_failure_arrives_typed_behind_the_items():
    items, ended = rest(call("echo.fail_after", [2]))
    assert items == [0, 1]
    assert ended["error"]["data"]["details"][0]["value"] == {"Typed": {"id": 2}}, ended


@suite.case
def both_ways_at_once():
    message = request("echo.chat")
    link.say(message)
    name = link.hear()["result"]
    for text in ["one", "two"]:
        link.say({"jsonrpc": "2.0", "method": "rpc.next", "params": {"id": message["id"], "value": text}})
        assert link.hear()["params"] == {"subscription": name, "result": text.upper()}
    link.say({"jsonrpc": "2.0", "method": "rpc.done", "params": {"id": message["id"]}})
    assert link.hear()["params"] == {"subscription": name, "done": True}


@suite.case
def nothing_follows_an_unsubscription():
    before = call("echo.observed_cancellations")
    name = call("echo.count", [1_000_000, 1])
    assert link.hear()["params"]["result"] == 0
    leave = request("rpc.unsubscribe", [name])
    link.say(leave)
    while (heard := link.hear()).get("id") != leave["id"]:
        assert heard["params"]["subscription"] == name
    assert heard["result"] is True
    cancelled(before)


@suite.case
def a_large_message_goes_through_the_windows():
    text = "x" * 3_000_000
    assert call("echo.echo_string", [text]) == text


@suite.case
def a_socket_that_does_not_read_holds_back_only_itself():
    before = call("echo.observed_cancellations")
    lagging = http2.open()
    lagging.paused = True
    lagging.say(request("echo.count", [1_000_000]))
    name = call("echo.count", [50_000])
    assert rest(name)[0] == list(range(50_000))
    # It has missed nothing.
    lagging.resume()
    assert isinstance(lagging.hear()["result"], str)
    for expected in range(10_000):
        assert lagging.hear()["params"]["result"] == expected
    lagging.abort()
    cancelled(before)


@suite.case
def pings_are_answered():
    link.send(Ping(payload=b"there?"))
    heard = link.hear()
    assert isinstance(heard, Pong) and heard.payload == b"there?", heard


@suite.case
def a_stream_that_is_reset_cancels_what_runs():
    before = call("echo.observed_cancellations")
    other = http2.open()
    call("echo.count", [1_000_000, 1], other)
    other.abort()
    cancelled(before)


@suite.case
def a_closed_socket_cancels_what_runs():
    before = call("echo.observed_cancellations")
    other = http2.open()
    call("echo.count", [1_000_000, 1], other)
    other.send(CloseConnection(code=1000))
    while not isinstance(heard := other.hear(), CloseConnection):
        pass
    assert heard.code == 1000, heard
    http2.until(lambda: other.ended)
    assert other.reset in (None, ErrorCodes.NO_ERROR), other.reset
    cancelled(before)


suite.run(options.cases)
