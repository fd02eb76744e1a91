"""The Echo service by grpcio, with gzip on: `grpc_server.py --proto-dir DIR [ENDPOINT]`."""

import argparse
import base64
import concurrent.futures
import sys

import grpc
from google.protobuf import any_pb2
from google.rpc import status_pb2
from grpc_status import rpc_status

import grpc_streams
import grpc_wire
from echo import Echo, Failure
from table import CODES, METHODS

HIDDEN = ("user-agent",)


def metadata_of(context):
    pairs = [(key, value) for key, value in context.invocation_metadata() if key not in HIDDEN]
    return {key: base64.b64encode(value).decode() if isinstance(value, bytes) else value for key, value in pairs}


def abort(pb2, failure, context):
    """Ends the call with google.rpc.Status in `grpc-status-details-bin` when there are details."""
    status = status_pb2.Status(code=CODES[failure.code], message=failure.message)
    for detail in failure.details:
        error = grpc_wire.fill(pb2.EchoError(), detail["value"])
        packed = any_pb2.Any()
        packed.Pack(error)
        status.details.append(packed)
    if failure.details:
        context.abort_with_status(rpc_status.to_status(status))
    context.abort(getattr(grpc.StatusCode, failure.code), failure.message)


def handler(pb2, echo, name, method):
    def call(request, context):
        try:
            if name == "metadata":
                return grpc_wire.reply(method, metadata_of(context))
            return grpc_wire.reply(method, echo.call(name, grpc_wire.read(request)))
        except Failure as failure:
            abort(pb2, failure, context)

    return call


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--proto-dir", required=True)
    arguments.add_argument("endpoint", nargs="?", default="127.0.0.1:0")
    options = arguments.parse_args()
    sys.path.insert(0, options.proto_dir)
    import conformance_pb2
    import conformance_pb2_grpc

    echo = Echo()
    service = conformance_pb2.DESCRIPTOR.services_by_name["Echo"]
    servicer = conformance_pb2_grpc.EchoServicer()
    for name in METHODS:
        method = service.methods_by_name[grpc_wire.camel(name)]
        setattr(servicer, method.name, handler(conformance_pb2, echo, name, method))
    grpc_streams.add(conformance_pb2, servicer, lambda failure, context: abort(conformance_pb2, failure, context))
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(8), compression=grpc.Compression.Gzip)
    conformance_pb2_grpc.add_EchoServicer_to_server(servicer, server)
    port = server.add_insecure_port(options.endpoint)
    server.start()
    print("listening", options.endpoint if port == 1 else f"tcp://127.0.0.1:{port}", flush=True)
    server.wait_for_termination()


main()
