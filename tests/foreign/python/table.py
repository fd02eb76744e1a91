"""The shared table of cases, the canonical form in which results are compared, and the report."""

import argparse
import base64
import json
import pathlib
import re
import sys
import time
import urllib.parse

FOREIGN = pathlib.Path(__file__).resolve().parent.parent
TABLE = json.loads((FOREIGN / "cases.json").read_text())
METHODS = TABLE["methods"]
TYPES = TABLE["types"]
CODES = {name: number for number, name in enumerate(TABLE["codes"])}


def number_of(error):
    """The number of an expected error in JSON-RPC and XML-RPC."""
    return error.get("number", -32000 - CODES[error["code"]])


def inner(kind):
    """`list<i64>` -> (`list`, `i64`); a plain type -> (itself, None)."""
    found = re.fullmatch(r"(list|map|option)<(.*)>", kind)
    return found.groups() if found else (kind, None)


def convert(value, kind, leaf):
    """Walks a value in its JSON form by its type; `leaf(value, kind)` turns each scalar into something else."""
    outer, of = inner(kind)
    if outer == "option":
        return None if value is None else convert(value, of, leaf)
    if outer == "list":
        return [convert(item, of, leaf) for item in value]
    if outer == "map":
        return {key: convert(item, of, leaf) for key, item in value.items()}
    shape = TYPES.get(kind)
    if shape is None:
        return leaf(value, kind)
    if "fields" in shape:
        present = {name: of for name, of in shape["fields"].items() if value.get(name) is not None}
        return {name: convert(value[name], of, leaf) for name, of in present.items()}
    if isinstance(value, str):
        return value
    (name, content), = value.items()
    of = shape["variants"][name]
    return {name: {} if of is None else convert(content, of, leaf)}


def canonical_leaf(value, kind):
    if kind in ("i32", "u32", "i64", "u64"):
        return int(value)
    if kind == "f64":
        return str(float(value))
    if kind in ("timestamp", "duration"):
        return re.sub(r"\.?0*(Z|s)$", r"\1", value) if "." in value else value
    return value


def canonical(value, kind):
    """One form for equal values, however a protocol spelled them."""
    if kind == "Shape" and isinstance(value, dict) and set(value) == {"Nothing"}:
        value = "Nothing"
    return convert(value, kind, canonical_leaf)


def result_of(case):
    """The expected result: what the table says, or for the echo methods the argument itself."""
    return case["result"] if "result" in case else case["params"].get("value")


def check_result(case, got):
    kind = METHODS[case["method"]]["result"]
    if kind is None:
        assert got in (None, "", {}), f"expected nothing, got {got!r}"
        return
    expected, got = canonical(result_of(case), kind), canonical(got, kind)
    assert got == expected, f"expected {expected!r}, got {got!r}"[:2000]


def shared(*tags):
    """The cases of the shared table that apply to a client with these tags."""
    return [case for case in TABLE["cases"] if not set(case.get("not", ())) & set(tags)]


def decode_bytes(text):
    return base64.b64decode(text)


def encode_bytes(data):
    return base64.b64encode(bytes(data)).decode()


def command_of(endpoint):
    """The program of an endpoint that is a child, and its arguments."""
    parts = urllib.parse.urlsplit(endpoint)
    return [urllib.parse.unquote(parts.path), *urllib.parse.parse_qs(parts.query).get("arg", [])]


class Suite:
    """Named cases, run one after the other; one JSON line each, and the exit code says whether all passed."""

    def __init__(self):
        self.cases = []
        self.arguments = argparse.ArgumentParser()
        self.arguments.add_argument("endpoint", help="tcp://HOST:PORT, unix:PATH or exec:PROGRAM?arg=…")
        self.arguments.add_argument("--cases", default="all", help="all, or a part of the name")

    def add(self, name, function, *args):
        self.cases.append((name, lambda: function(*args)))

    def case(self, function):
        """Decorator: a function is a case, and its name the case's name."""
        self.cases.append((function.__name__, function))
        return function

    def run(self, only="all"):
        failed = 0
        for name, function in self.cases:
            if only != "all" and only not in name:
                continue
            line = {"case": name, "ok": True, "error": None}
            started = time.monotonic()
            try:
                function()
            except Exception as error:  # whatever a peer raises is that case's failure
                line.update(ok=False, error=f"{type(error).__name__}: {error}"[:2000])
                failed += 1
            line["ms"] = round((time.monotonic() - started) * 1000)
            print(json.dumps(line), flush=True)
        sys.exit(1 if failed else 0)
