"""The Echo service on values in JSON form, shared by the foreign servers."""

import time

from table import CODES, decode_bytes, encode_bytes

PACKAGE = "polyrpc.conformance.v1"


class Failure(Exception):
    """A call that fails with a canonical code."""

    def __init__(self, code, message, details=()):
        super().__init__(message)
        self.code, self.message, self.details = code, message, list(details)

    @property
    def number(self):
        return -32000 - CODES[self.code]


class Echo:
    """Every method takes its arguments by name; `metadata` is for the server to answer."""

    def __init__(self):
        self.heard = []

    def call(self, method, params):
        if method.startswith("echo_"):
            return params.get("value")
        return getattr(self, method)(**params)

    def sum(self, a=0, b=0):
        return int(a) + int(b)

    def concat(self, parts=(), separator=None):
        return (separator or "").join(parts)

    def fail(self, code="", message=""):
        if CODES.get(code, 0) == 0:
            raise Failure("INVALID_ARGUMENT", f"{code!r} is no code of a failure")
        raise Failure(code, message)

    def fail_typed(self, id=0):
        value = {"Typed": {"id": int(id)}}
        raise Failure("NOT_FOUND", f"nothing has the id {id}", [{"type": f"{PACKAGE}.EchoError", "value": value}])

    def sleep(self, millis=0):
        time.sleep(int(millis) / 1000)

    def notify(self, value=""):
        self.heard.append(value)

    def notified(self):
        return list(self.heard)

    def size(self, data=""):
        return len(decode_bytes(data))

    def blob(self, len=0):
        return encode_bytes(bytes(int(len)))
