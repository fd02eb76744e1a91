"""The Echo service by `xmlrpc.server`: `xmlrpc_server.py [--extensions]` (nil and i8; introspection and multicall)."""

import argparse
import socketserver
import ssl
import xmlrpc.client
import xmlrpc.server

from echo import Echo, Failure
from table import METHODS
from xmlrpc_wire import from_wire, to_wire, write_i8

OWN_HEADERS = ("host", "user-agent", "accept", "accept-encoding", "content-type", "content-length", "connection")


class Handler(xmlrpc.server.SimpleXMLRPCRequestHandler):
    rpc_paths = ()  # any path
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        headers = ((name.lower(), value) for name, value in self.headers.items())
        self.server.metadata.update({name: value for name, value in headers if name not in OWN_HEADERS})
        super().do_POST()

    def log_message(self, *args):
        pass


class Server(socketserver.ThreadingMixIn, xmlrpc.server.SimpleXMLRPCServer):
    daemon_threads = True
    metadata = {}


def method(server, echo, name):
    kinds = METHODS[name]["params"]

    def call(*args):
        params = {key: from_wire(value, kinds[key]) for key, value in zip(kinds, args)}
        try:
            result = server.metadata if name == "metadata" else echo.call(name, params)
        except Failure as failure:
            raise xmlrpc.client.Fault(failure.number, failure.message)
        kind = METHODS[name]["result"]
        if kind is None:
            return None if server.allow_none else ""
        return to_wire(result, kind)

    return call


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--extensions", action="store_true")
    arguments.add_argument("--tls")
    options = arguments.parse_args()
    if options.extensions:
        write_i8()
    server = Server(("127.0.0.1", 0), Handler, logRequests=False, allow_none=options.extensions)
    if options.extensions:
        server.register_introspection_functions()
        server.register_multicall_functions()
    echo = Echo()
    for name in METHODS:
        server.register_function(method(server, echo, name), f"echo.{name}")
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{options.tls}/server.pem", f"{options.tls}/server.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(f"listening {'tls' if options.tls else 'http'}://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


main()
