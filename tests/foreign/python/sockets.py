"""HTTP/1.1 connections of the standard library, over TCP, TLS or a Unix socket."""

import http.client
import socket
import ssl


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=10):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def secure(endpoint):
    """The address of `tls://HOST:PORT?ca=FILE`, and the file; None for other endpoints."""
    if not endpoint.startswith("tls://"):
        return None
    address, _, ca = endpoint.removeprefix("tls://").partition("?ca=")
    return address, ca


def context(endpoint):
    """What trusts the authority of `tls://HOST:PORT?ca=FILE`, and nobody else."""
    return ssl.create_default_context(cafile=secure(endpoint)[1])


def connection(endpoint):
    """An HTTP connection to `tcp://HOST:PORT`, `tls://HOST:PORT?ca=FILE` or `unix:PATH`."""
    if secure(endpoint):
        return http.client.HTTPSConnection(secure(endpoint)[0], timeout=10, context=context(endpoint))
    if endpoint.startswith("unix:"):
        return UnixConnection(endpoint.removeprefix("unix:"))
    return http.client.HTTPConnection(endpoint.removeprefix("tcp://"), timeout=10)
