"""grpcurl, which knows what reflection tells it, calls a server of the conformance program:
`grpcurl_client.py --proto-dir DIR ENDPOINT`. The stubs there write a case in proto's JSON, and read the reply."""

import json
import subprocess
import sys
import time

from google.protobuf import json_format
from google.protobuf.message_factory import GetMessageClass

import grpc_wire
from table import CODES, Suite, check_result, shared

PACKAGE = "polyrpc.conformance.v1"
ECHO = f"{PACKAGE}.Echo"
REFLECTION = ("grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection")
suite = Suite()
suite.arguments.add_argument("--proto-dir", required=True)
options = suite.arguments.parse_args()
sys.path.insert(0, options.proto_dir)
import conformance_pb2 as pb  # noqa: E402 - found by --proto-dir

service = pb.DESCRIPTOR.services_by_name["Echo"]
unix = options.endpoint.startswith("unix:")
address = options.endpoint.removeprefix("unix:").removeprefix("tcp://")


def grpcurl(*args, flags=(), body=None):
    """What it did with these arguments, and with a request in JSON."""
    if body is not None:
        flags += ("-d", "@")
    command = ["grpcurl", "-plaintext", "-format-error", *(["-unix"] if unix else []), *flags, address, *args]
    return subprocess.run(command, input=body or "", capture_output=True, text=True, timeout=20, check=False)


def printed(*args, **how):
    done = grpcurl(*args, **how)
    assert done.returncode == 0, f"{done.returncode}: {done.stderr}"
    return done.stdout


def fails(code, *args, **how):
    """The status of a call that fails with this code; its exit status says so too."""
    done = grpcurl(*args, **how)
    assert done.returncode == 64 + CODES[code], f"{done.returncode}: {done.stdout}{done.stderr}"
    status = json.loads(done.stderr)
    assert status["code"] == CODES[code], status
    return status


def check(case):
    method = service.methods_by_name[grpc_wire.camel(case["method"])]
    body = json_format.MessageToJson(grpc_wire.request(method, case["params"]))
    expected = case.get("error")
    if expected is None:
        reply = json_format.Parse(printed(f"{ECHO}/{method.name}", body=body), GetMessageClass(method.output_type)())
        return check_result(case, grpc_wire.result(method, reply))
    status = fails(expected["code"], f"{ECHO}/{method.name}", body=body)
    if "message" in expected:
        assert status.get("message", "") == expected["message"], status
    found = [detail_of(detail) for detail in status.get("details", [])]
    assert found == expected.get("details", []), found


def detail_of(detail):
    name = detail.pop("@type").removeprefix("type.googleapis.com/")
    return {"type": name, "value": grpc_wire.read(json_format.ParseDict(detail, pb.EchoError()))}


for case in shared("grpc", "python", "grpcurl"):
    suite.add(case["case"], check, case)


@suite.case
def services_are_listed():
    names = printed("list").split()
    assert {*REFLECTION, ECHO} <= set(names), names


@suite.case
def the_methods_of_a_service_are_listed():
    names = printed("list", ECHO).split()
    assert sorted(names) == sorted(f"{ECHO}.{method.name}" for method in service.methods), names


@suite.case
def a_method_is_described():
    text = printed("describe", f"{ECHO}.EchoStruct")
    assert f"rpc EchoStruct ( .{PACKAGE}.EchoEchoStructRequest ) returns ( .{PACKAGE}.Nested );" in text, text


@suite.case
def a_message_is_described_with_what_it_imports():
    text = printed("describe", f"{PACKAGE}.Nested")
    for field in (f"optional .{PACKAGE}.Nested inner = 4;", "map<string, bytes> blobs = 5;", ".google.protobuf.Duration took = 7;"):
        assert field in text, text


def reflection_answers(name):
    """grpcurl asks v1 of its own accord, so that v1alpha is called by it as any method is."""
    reply = json.loads(printed(f"{name}/ServerReflectionInfo", body='{"list_services": ""}'))
    names = [entry["name"] for entry in reply["listServicesResponse"]["service"]]
    assert ECHO in names, names
    body = json.dumps({"file_containing_symbol": f"{PACKAGE}.Nested"})
    reply = json.loads(printed(f"{name}/ServerReflectionInfo", body=body))
    assert reply["fileDescriptorResponse"]["fileDescriptorProto"], reply


for name in REFLECTION:
    suite.add(f"{name} answers", reflection_answers, name)


@suite.case
def metadata_travels_to_the_server():
    got = json.loads(printed(f"{ECHO}/Metadata", flags=("-H", "x-text: a b", "-H", "x-raw-bin: AP+A")))["result"]
    assert got["x-text"] == "a b", got
    assert got["x-raw-bin"].rstrip("=") == "AP+A", got


@suite.case
def a_deadline_ends_a_call_in_time():
    started = time.monotonic()
    fails("DEADLINE_EXCEEDED", f"{ECHO}/Sleep", flags=("-max-time", "0.5"), body='{"millis": 15000}')
    assert time.monotonic() - started < 5


suite.run(options.cases)
