"""grpcio calls a server of the conformance program: `grpc_client.py --proto-dir DIR ENDPOINT`."""

import pathlib
import sys
import time

import grpc
from google.protobuf import descriptor_pool, descriptor_pb2
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

import grpc_wire
from sockets import secure
from table import Suite, check_result, shared

PACKAGE = "polyrpc.conformance.v1"
MIB = 1 << 20
suite = Suite()
suite.arguments.add_argument("--proto-dir", required=True)
options = suite.arguments.parse_args()
sys.path.insert(0, options.proto_dir)
import conformance_pb2 as pb  # noqa: E402 - found by --proto-dir
import conformance_pb2_grpc  # noqa: E402

target = options.endpoint.removeprefix("tcp://")
LIMITS = [("grpc.max_receive_message_length", 16 * MIB), ("grpc.max_send_message_length", 16 * MIB)]
if secure(target):
    address, authority = secure(target)
    credentials = grpc.ssl_channel_credentials(pathlib.Path(authority).read_bytes())
    channel = grpc.secure_channel(address, credentials, LIMITS)
else:
    channel = grpc.insecure_channel(target, LIMITS)
stub = conformance_pb2_grpc.EchoStub(channel)
service = pb.DESCRIPTOR.services_by_name["Echo"]


def invoke(case, **how):
    method = service.methods_by_name[grpc_wire.camel(case["method"])]
    reply = getattr(stub, method.name)(grpc_wire.request(method, case["params"]), timeout=10, **how)
    return grpc_wire.result(method, reply)


def fails(code, call, *args, **how):
    try:
        call(*args, **{"timeout": 10, **how})
    except grpc.RpcError as error:
        assert error.code().name == code, f"expected {code}, got {error.code().name}: {error.details()}"
        return error
    raise AssertionError(f"expected {code}, got a reply")


def check(case):
    expected = case.get("error")
    if expected is None:
        return check_result(case, invoke(case))
    error = fails(expected["code"], lambda timeout: invoke(case))
    if "message" in expected:
        assert error.details() == expected["message"], repr(error.details())
    status = rpc_status.from_call(error)
    found = [] if status is None else [detail_of(any_) for any_ in status.details]
    assert found == expected.get("details", []), found


def detail_of(packed):
    name = packed.type_url.removeprefix("type.googleapis.com/")
    error = pb.EchoError()
    assert packed.Unpack(error), packed.type_url
    return {"type": name, "value": grpc_wire.read(error)}


for case in shared("grpc", "python"):
    suite.add(case["case"], check, case)


@suite.case
def gzip_requests_and_replies():
    data = bytes(100_000)
    reply = stub.EchoBytes(pb.EchoEchoBytesRequest(value=data), compression=grpc.Compression.Gzip, timeout=10)
    assert reply.result == data


@suite.case
def metadata_travels_to_the_server():
    sent = (("x-text", "a b%20"), ("x-raw-bin", b"\x00\xff\x80"))
    got = stub.Metadata(pb.EchoMetadataRequest(), metadata=sent, timeout=10).result
    assert got["x-text"] == "a b%20", got
    assert got["x-raw-bin"].rstrip("=") == "AP+A", got
    assert not [key for key in got if key.startswith("grpc-") or key in ("te", "content-type")], got


@suite.case
def a_deadline_ends_a_call_in_time():
    started = time.monotonic()
    fails("DEADLINE_EXCEEDED", stub.Sleep, pb.EchoSleepRequest(millis=5000), timeout=0.1)
    assert time.monotonic() - started < 2


@suite.case
def a_cancelled_call_leaves_the_connection_alive():
    call = stub.Sleep.future(pb.EchoSleepRequest(millis=5000))
    time.sleep(0.05)
    assert call.cancel()
    assert stub.Sum(pb.EchoSumRequest(a=1, b=2), timeout=10).result == 3


@suite.case
def calls_run_at_once():
    started = time.monotonic()
    calls = [stub.Sleep.future(pb.EchoSleepRequest(millis=300)) for _ in range(20)]
    for call in calls:
        call.result(timeout=10)
    assert time.monotonic() - started < 3


@suite.case
def an_unknown_method_is_unimplemented():
    for path in (f"/{PACKAGE}.Echo/Nothing", "/no.such.Service/Echo"):
        call = channel.unary_unary(path, request_serializer=bytes, response_deserializer=bytes)
        fails("UNIMPLEMENTED", call, b"")


@suite.case
def a_message_that_does_not_decode_is_refused():
    call = channel.unary_unary(f"/{PACKAGE}.Echo/Sum", request_serializer=bytes, response_deserializer=bytes)
    error = fails("INVALID_ARGUMENT", call, b"\x08")
    assert error.details(), "an empty message"


@suite.case
def two_messages_on_a_unary_call_are_unimplemented():
    call = channel.stream_unary(f"/{PACKAGE}.Echo/Sum", request_serializer=bytes, response_deserializer=bytes)
    fails("UNIMPLEMENTED", call, iter([b"", b""]))
    fails("UNIMPLEMENTED", call, iter([]))


@suite.case
def large_messages():
    assert stub.Size(pb.EchoSizeRequest(data=bytes(3 * MIB)), timeout=20).result == 3 * MIB
    assert len(stub.Blob(pb.EchoBlobRequest(len=3 * MIB), timeout=20).result) == 3 * MIB
    fails("RESOURCE_EXHAUSTED", stub.Size, pb.EchoSizeRequest(data=bytes(5 * MIB)), timeout=20)
    assert stub.Sum(pb.EchoSumRequest(a=1, b=2), timeout=10).result == 3


@suite.case
def a_small_body_that_inflates_past_the_limit_is_refused():
    request = pb.EchoSizeRequest(data=bytes(8 * MIB))
    fails("RESOURCE_EXHAUSTED", stub.Size, request, compression=grpc.Compression.Gzip, timeout=20)


@suite.case
def one_way_calls_are_heard():
    stub.Notify(pb.EchoNotifyRequest(value="by grpcio"), timeout=10)
    ends = time.monotonic() + 5
    while "by grpcio" not in stub.Notified(pb.EchoNotifiedRequest(), timeout=10).result:
        assert time.monotonic() < ends, "never heard"
        time.sleep(0.02)


def reflect(version, request):
    path = f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo"
    serialize = reflection_pb2.ServerReflectionRequest.SerializeToString
    parse = reflection_pb2.ServerReflectionResponse.FromString  # v1 and v1alpha are the same bytes
    call = channel.stream_stream(path, request_serializer=serialize, response_deserializer=parse)
    return next(call(iter([request]), timeout=10))


def reflection(version):
    listed = reflect(version, reflection_pb2.ServerReflectionRequest(list_services=""))
    names = [entry.name for entry in listed.list_services_response.service]
    assert f"{PACKAGE}.Echo" in names, names
    symbol = reflection_pb2.ServerReflectionRequest(file_containing_symbol=f"{PACKAGE}.Echo")
    files = reflect(version, symbol).file_descriptor_response.file_descriptor_proto
    parsed = [descriptor_pb2.FileDescriptorProto.FromString(data) for data in files]
    assert any(file.package == PACKAGE for file in parsed), [file.name for file in parsed]
    missing = reflection_pb2.ServerReflectionRequest(file_by_filename="no/such.proto")
    assert reflect(version, missing).error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]


suite.add("reflection_v1", reflection, "v1")
suite.add("reflection_v1alpha", reflection, "v1alpha")


@suite.case
def a_client_built_from_reflection_alone():
    pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
    method = pool.FindServiceByName(f"{PACKAGE}.Echo").methods_by_name["EchoStruct"]
    request, reply = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
    path = f"/{PACKAGE}.Echo/EchoStruct"
    call = channel.unary_unary(path, request_serializer=request.SerializeToString, response_deserializer=reply.FromString)
    sent = request()
    sent.value.id = 7
    sent.value.at.seconds = 9
    sent.value.took.nanos = 1000
    got = call(sent, timeout=10)
    assert (got.id, got.at.seconds, got.took.nanos) == (7, 9, 1000), got


suite.run(options.cases)
