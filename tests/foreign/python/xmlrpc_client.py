"""`xmlrpc.client` calls a server of the conformance program: `xmlrpc_client.py ENDPOINT`."""

import datetime
import time
import xmlrpc.client

from sockets import UnixConnection, context, secure
from table import METHODS, Suite, check_result, number_of, shared
from xmlrpc_wire import from_wire, to_wire, write_i8

suite = Suite()
options = suite.arguments.parse_args()
write_i8()


class UnixTransport(xmlrpc.client.Transport):
    def make_connection(self, host):
        return UnixConnection(options.endpoint.removeprefix("unix:"))


def proxy(**how):
    if options.endpoint.startswith("unix:"):
        # a transport of one's own takes the headers itself
        transport = UnixTransport(use_builtin_types=how.get("use_builtin_types", False), headers=how.pop("headers", ()))
        return xmlrpc.client.ServerProxy("http://localhost/RPC2", transport=transport, **how)
    if secure(options.endpoint):
        address = f"https://{secure(options.endpoint)[0]}"
        return xmlrpc.client.ServerProxy(address, context=context(options.endpoint), **how)
    return xmlrpc.client.ServerProxy(options.endpoint.replace("tcp:", "http:"), **how)


plain = proxy(allow_none=True)
builtin = proxy(allow_none=True, use_builtin_types=True)


def positional(case):
    """The arguments in the order of the method, up to the last one given."""
    params, kinds = case["params"], METHODS.get(case["method"], {"params": {}})["params"]
    return [argument(params[name], kind) for name, kind in kinds.items() if name in params]


def argument(value, kind):
    try:
        return to_wire(value, kind)
    except (TypeError, ValueError, AttributeError):
        return value  # a case that sends what does not fit


def invoke(server, case):
    result = getattr(server.echo, case["method"])(*positional(case))
    kind = METHODS[case["method"]]["result"]
    return result if kind is None else from_wire(result, kind)


def fault(call, *args):
    try:
        result = call(*args)
    except xmlrpc.client.Fault as error:
        return error
    raise AssertionError(f"expected a fault, got {result!r}")


def check(server, case):
    expected = case.get("error")
    if expected is None:
        return check_result(case, invoke(server, case))
    error = fault(invoke, server, case)
    assert error.faultCode == number_of(expected), f"expected {number_of(expected)}, got {error}"
    assert error.faultString == expected.get("message", error.faultString), repr(error.faultString)


for case in shared("xmlrpc", "xmlrpc-python", "python"):
    suite.add(case["case"], check, plain, case)
    suite.add(f"{case['case']}, builtin types", check, builtin, case)


@suite.case
def every_spelling_of_a_method():
    for name in ("echo.sum", "polyrpc.conformance.v1.Echo.Sum", "polyrpc.conformance.v1.Echo/Sum"):
        assert getattr(plain, name)(2, 3) == 5, name


@suite.case
def both_spellings_of_a_time():
    expected = "19980717T14:08:55"
    for text in (expected, "1998-07-17T14:08:55", "1998-07-17T14:08:55Z", "19980717T14:08:55Z", "1998-07-17T16:08:55+02:00"):
        got = plain.echo.echo_timestamp(xmlrpc.client.DateTime(text))
        assert got.value == expected, f"{text} came back as {got.value}"
    moment = datetime.datetime(1998, 7, 17, 14, 8, 55)
    assert builtin.echo.echo_timestamp(moment) == moment


@suite.case
def integers_where_doubles_are_expected():
    assert plain.echo.echo_f64(3) == 3.0


@suite.case
def missing_and_surplus_arguments():
    assert plain.echo.concat(["a", "b"]) == "ab"
    assert plain.echo.concat(["a", "b"], None) == "ab"
    for args in ((), (1,), (1, 2, 3)):
        error = fault(plain.echo.sum, *args)
        assert error.faultCode == -32602, error
    assert "b" in fault(plain.echo.sum, 1).faultString


@suite.case
def errors_name_the_path():
    value = {"id": 1, "name": "x", "tags": ["a", 5], "blobs": {}, "at": xmlrpc.client.DateTime(0), "took": "1s"}
    error = fault(plain.echo.echo_struct, value)
    assert error.faultCode == -32602 and "tags[1]" in error.faultString, error


@suite.case
def multicall():
    calls = xmlrpc.client.MultiCall(plain)
    calls.echo.sum(1, 2)
    calls.echo.echo_string("x")
    calls.echo.fail("NOT_FOUND", "gone")
    calls.echo.sum(3, 4)
    results = calls()
    assert (results[0], results[1], results[3]) == (3, "x", 7)
    error = fault(lambda: results[2])
    assert (error.faultCode, error.faultString) == (-32005, "gone"), error


@suite.case
def multicall_of_odd_entries():
    assert plain.system.multicall([]) == []
    inner = {"methodName": "system.multicall", "params": [[]]}
    entries = [inner, {"methodName": "no.such", "params": []}, {"params": []}, 5]
    for result in plain.system.multicall(entries):
        assert set(result) == {"faultCode", "faultString"}, result


@suite.case
def introspection():
    methods = plain.system.listMethods()
    for name in ("echo.sum", "validator1.easyStructTest", "system.listMethods", "system.multicall"):
        assert name in methods, f"{name} is not listed"
    assert ["int", "int", "int"] in plain.system.methodSignature("echo.sum"), plain.system.methodSignature("echo.sum")
    assert isinstance(plain.system.methodHelp("echo.sum"), str)
    assert fault(plain.system.methodHelp, "no.such").faultCode in (-32601, -32602)
    capabilities = plain.system.getCapabilities()
    for name in ("xmlrpc", "introspect", "faults_interop"):
        entry = capabilities[name]
        assert isinstance(entry["specUrl"], str) and isinstance(entry["specVersion"], int), entry


@suite.case
def large_values():
    data = bytes(range(256)) * 8192
    assert builtin.echo.echo_bytes(data) == data
    numbers = list(range(20_000))
    assert plain.echo.echo_list(numbers) == numbers


@suite.case
def one_way_calls_are_heard():
    plain.echo.notify("by xmlrpc.client")
    ends = time.monotonic() + 5
    while "by xmlrpc.client" not in plain.echo.notified():
        assert time.monotonic() < ends, "never heard"
        time.sleep(0.02)


@suite.case
def headers_are_metadata():
    with proxy(allow_none=True, headers=[("X-Tenant", "7"), ("x-raw-bin", "AP+A")]) as server:
        got = server.echo.metadata()
    assert got["x-tenant"] == "7" and got["x-raw-bin"].rstrip("=") == "AP+A", got


@suite.case
def the_validation_suite():
    validator = plain.validator1
    stooges = {"larry": 1, "moe": -2, "curly": 10}
    assert validator.arrayOfStructsTest([stooges, stooges, {"curly": 5, "moe": 0, "larry": 0}]) == 25
    counted = validator.countTheEntities("<<&'\"\"\" >&")
    names = ("ctLeftAngleBrackets", "ctRightAngleBrackets", "ctAmpersands", "ctApostrophes", "ctQuotes")
    assert [counted[name] for name in names] == [2, 1, 2, 1, 3], counted
    assert validator.easyStructTest(stooges) == 9
    assert validator.echoStructTest({"a": {"b": [1, "x"]}}) == {"a": {"b": [1, "x"]}}
    sent = [1, True, "s", 0.5, xmlrpc.client.DateTime("19980717T14:08:55"), xmlrpc.client.Binary(b"\0")]
    assert validator.manyTypesTest(*sent) == sent
    assert validator.moderateSizeArrayCheck(["first", *["x"] * 150, "last"]) == "firstlast"
    calendar = {"2000": {"04": {"01": stooges}}}
    assert validator.nestedStructTest(calendar) == 9
    assert validator.simpleStructReturnTest(7) == {"times10": 70, "times100": 700, "times1000": 7000}


suite.run(options.cases)
