"""HTTP/1.1 connections of the standard library, over TCP or a Unix socket."""

import http.client
import socket


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=10):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def connection(endpoint):
    """An HTTP connection to `tcp://HOST:PORT` or `unix:PATH`."""
    if endpoint.startswith("unix:"):
        return UnixConnection(endpoint.removeprefix("unix:"))
    return http.client.HTTPConnection(endpoint.removeprefix("tcp://"), timeout=10)
