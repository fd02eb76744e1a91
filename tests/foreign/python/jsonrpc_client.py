"""The standard library's HTTP and JSON call a server of the conformance program: `jsonrpc_client.py ENDPOINT`."""

import http.client
import itertools
import json
import time

from sockets import connection
from table import FOREIGN, METHODS, Suite, check_result, number_of, shared

VECTORS = json.loads((FOREIGN / "jsonrpc_vectors.json").read_text())
JSON = "application/json"
suite = Suite()
options = suite.arguments.parse_args()
ids = itertools.count(1)
link = connection(options.endpoint)


def post(body, content_type=JSON, **headers):
    """The status and body of one POST, on the connection that all calls share."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if content_type is not None:
        headers["Content-Type"] = content_type
    try:
        link.request("POST", "/", body=body.encode() if isinstance(body, str) else body, headers=headers)
        reply = link.getresponse()
        return reply, reply.read()
    except (OSError, http.client.HTTPException):
        link.close()  # one case's failure is not the next one's
        raise


def request(method, params):
    return {"jsonrpc": "2.0", "method": method, "params": params, "id": next(ids)}


def exchange(message, **headers):
    reply, body = post(json.dumps(message), **headers)
    assert reply.status == 200 and reply.headers.get_content_type() == JSON, (reply.status, reply.headers.items())
    return json.loads(body)


def call(method, *args, **headers):
    return exchange(request(method, list(args)), **headers)


def check_reply(case, message, reply):
    assert reply["jsonrpc"] == "2.0" and reply["id"] == message["id"], reply
    expected = case.get("error")
    if expected is None:
        assert set(reply) == {"jsonrpc", "id", "result"}, reply
        return check_result(case, reply["result"])
    assert set(reply) == {"jsonrpc", "id", "error"}, reply
    error = reply["error"]
    assert error["code"] == number_of(expected), f"expected {number_of(expected)}, got {error}"
    assert error["message"] == expected.get("message", error["message"]), error
    if number_of(expected) <= -32000 and number_of(expected) > -32100:
        assert error["data"] == {"code": expected["code"], "details": expected.get("details", [])}, error


def by_name(case):
    return request(f"echo.{case['method']}", case["params"])


def by_position(case):
    names = METHODS.get(case["method"], {"params": {}})["params"]
    return request(f"echo.{case['method']}", [case["params"][name] for name in names if name in case["params"]])


def check(case, spelling):
    message = spelling(case)
    check_reply(case, message, exchange(message))


cases = shared("jsonrpc", "python")
for case in cases:
    suite.add(case["case"], check, case, by_name)
    suite.add(f"{case['case']}, by position", check, case, by_position)


@suite.case
def all_cases_in_one_batch():
    messages = [by_name(case) for case in cases]
    replies = {reply["id"]: reply for reply in exchange(messages)}
    assert len(replies) == len(messages)
    for case, message in zip(cases, messages):
        check_reply(case, message, replies[message["id"]])


def exact(text):
    """JSON with numbers as they are spelled, and errors reduced to their code."""
    document = json.loads(text, parse_int=lambda digits: f"#{digits}", parse_float=lambda digits: f"#{digits}")
    for message in document if isinstance(document, list) else [document]:
        if "error" in message:
            message["error"] = message["error"]["code"]
    return sorted(map(json.dumps, document)) if isinstance(document, list) else document


def check_vector(vector):
    reply, body = post(vector["request"])
    if vector["response"] is None:
        assert (reply.status, body) == (204, b""), (reply.status, body)
        return
    assert reply.status == 200, (reply.status, body)
    expected, got = exact(vector["response"]), exact(body)
    assert got == expected, f"expected {expected}, got {body.decode()}"
    for message in (json.loads(body) if isinstance(got, list) else [json.loads(body)]):
        assert message.get("error", {"message": "-"})["message"], "an empty error message"


for vector in VECTORS:
    suite.add(vector["name"], check_vector, vector)


@suite.case
def text_that_is_not_utf8():
    reply, body = post(b'{"jsonrpc":"2.0","method":"echo","params":["\xff"],"id":1}')
    assert json.loads(body)["error"]["code"] in (-32700, -32602), body


@suite.case
def deep_nesting_is_refused_and_the_server_lives():
    deep = "[" * 100_000
    reply, body = post('{"jsonrpc":"2.0","method":"echo.echo_value","params":' + deep)
    assert json.loads(body)["error"]["code"] in (-32700, -32600, -32602), body
    assert call("echo.sum", 1, 2)["result"] == 3


@suite.case
def content_types():
    body = json.dumps(request("subtract", [42, 23]))
    for kind in (JSON, "application/json-rpc", "application/jsonrequest", "application/json; charset=UTF-8"):
        reply, data = post(body, kind)
        assert reply.status == 200 and json.loads(data)["result"] == 19, (kind, reply.status)
    for kind in ("text/plain", "application/json; charset=latin-1", "application/octet-stream", None):
        reply, data = post(body, kind)
        assert reply.status == 415, (kind, reply.status)


@suite.case
def errors_name_the_path():
    value = {"id": 1, "name": "x", "tags": ["a", 5], "blobs": {}, "at": "1970-01-01T00:00:00Z", "took": "1s"}
    error = call("echo.echo_struct", value)["error"]
    assert error["code"] == -32602 and "tags[1]" in error["message"], error
    assert "subtrahend" in call("subtract", 1)["error"]["message"]


@suite.case
def a_deadline_in_a_header():
    started = time.monotonic()
    error = call("echo.sleep", 5000, rpc_timeout="100m")["error"]
    assert error["code"] == -32004 and error["data"]["code"] == "DEADLINE_EXCEEDED", error
    assert time.monotonic() - started < 2


@suite.case
def headers_are_metadata():
    got = call("echo.metadata", X_Tenant="7", x_raw_bin="AP+A")["result"]
    assert got["x-tenant"] == "7" and got["x-raw-bin"].rstrip("=") == "AP+A", got
    assert not {"host", "content-type", "content-length", "connection"} & set(got), got


@suite.case
def notifications_are_heard():
    reply, body = post('{"jsonrpc":"2.0","method":"echo.notify","params":["by urllib"]}')
    assert (reply.status, body) == (204, b"")
    ends = time.monotonic() + 5
    while "by urllib" not in call("echo.notified")["result"]:
        assert time.monotonic() < ends, "never heard"
        time.sleep(0.02)


@suite.case
def large_bodies():
    text = "x" * (3 << 20)
    assert call("echo.echo_string", text)["result"] == text
    reply, body = post(json.dumps(request("echo.echo_string", ["x" * (5 << 20)])))
    assert reply.status == 413 and json.loads(body)["error"]["code"] == -32008, (reply.status, body[:200])
    link.close()
    assert call("echo.sum", 1, 2)["result"] == 3


suite.run(options.cases)
