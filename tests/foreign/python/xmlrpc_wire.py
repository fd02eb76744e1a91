"""JSON forms to the natural types of `xmlrpc.client` and back."""

import datetime
import xmlrpc.client

from table import convert, decode_bytes, encode_bytes

MAX_INT = 2**31 - 1


def dump_int(marshaller, value, write):
    """The i8 extension, which the library reads but does not write."""
    kind = "int" if -MAX_INT - 1 <= value <= MAX_INT else "i8"
    if not -(2**63) <= value < 2**63:
        raise OverflowError("int exceeds XML-RPC limits")
    write(f"<value><{kind}>{value}</{kind}></value>\n")


def write_i8():
    """Teaches this process's marshaller to write i8 where an int does not fit."""
    xmlrpc.client.Marshaller.dispatch[int] = dump_int


def to_wire(value, kind):
    return convert(value, kind, to_leaf)


def to_leaf(value, kind):
    if kind in ("i32", "u32", "i64", "u64") and isinstance(value, (str, int)):
        return int(value)
    if kind == "f64":
        return float(value)
    if kind == "bytes":
        return xmlrpc.client.Binary(decode_bytes(value))
    if kind == "timestamp":
        return xmlrpc.client.DateTime(value.removesuffix("Z").replace("-", ""))
    return value


def from_wire(value, kind):
    return convert(value, kind, from_leaf)


def from_leaf(value, kind):
    if kind == "bytes":
        return encode_bytes(value.data if isinstance(value, xmlrpc.client.Binary) else value)
    if kind == "timestamp":
        if isinstance(value, xmlrpc.client.DateTime):
            value = datetime.datetime.strptime(value.value, "%Y%m%dT%H:%M:%S")
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value
