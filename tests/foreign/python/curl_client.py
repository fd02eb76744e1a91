"""curl tries the HTTP manners of a server of the conformance program: `curl_client.py ENDPOINT`."""

import json
import pathlib
import subprocess
import tempfile

from sockets import secure
from table import Suite

suite = Suite()
options = suite.arguments.parse_args()
CALL = '{"jsonrpc":"2.0","method":"subtract","params":[42,23],"id":1}'
XML = "<methodCall><methodName>echo.sum</methodName><params><param><value><int>1</int></value></param>" \
    "<param><value><int>2</int></value></param></params></methodCall>"
GRPC_PATH = "/polyrpc.conformance.v1.Echo/Sum"
# Over TLS both ends agree on the version.
VERSIONS = {"HTTP/1.1": "--http1.1", "HTTP/2": "--http2" if secure(options.endpoint) else "--http2-prior-knowledge"}


def curl(path, *args, body=None):
    """Status, headers and body of one request."""
    address = options.endpoint.replace("tcp:", "http:")
    if options.endpoint.startswith("unix:"):
        args += ("--unix-socket", options.endpoint.removeprefix("unix:"))
        address = "http://localhost"
    if secure(options.endpoint):
        address, authority = secure(options.endpoint)
        args += ("--cacert", authority)
        address = f"https://{address}"
    with tempfile.TemporaryDirectory() as folder:
        told = pathlib.Path(folder, "headers")
        if body is not None:
            pathlib.Path(folder, "body").write_text(body)
            args += ("--data-binary", f"@{folder}/body")
        command = ["curl", "-sS", "-m", "20", "-D", told, "-w", "%{stderr}%{http_code}", *args, address + path]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, f"{done.returncode}: {done.stderr.decode()}"
        if version := {"--http1.1": "HTTP/1.1", "--http2": "HTTP/2"}.get(args[0]):
            assert told.read_text().startswith(version), told.read_text()
        lines = told.read_text().strip().split("\n\n")[-1].splitlines()[1:]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(done.stderr), headers, done.stdout


def kind(name):
    return ("-H", f"content-type: {name}")


def get_root(version):
    status, headers, body = curl("/", version)
    assert status == 200 and headers["content-type"].startswith("text/plain"), (status, headers)
    text = body.decode()
    assert "polyrpc.conformance.v1.Echo" in text and "curl" in text, text


def json_call(version):
    for path in ("/", "/rpc", "/a/b?c=d"):
        status, headers, body = curl(path, version, *kind("application/json"), body=CALL)
        assert status == 200 and json.loads(body)["result"] == 19, (path, status, body)
        assert headers["content-type"].startswith("application/json"), headers


def xml_call(version):
    for content_type in ("text/xml", "application/xml", "text/xml; charset=utf-8"):
        status, headers, body = curl("/RPC2", version, *kind(content_type), body=XML)
        assert status == 200 and b"<int>3</int>" in body, (status, body)
        assert headers["content-type"].startswith("text/xml"), headers


def wrong_content_types(version):
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "text/xml; charset=iso-8859-1", ""):
        status, _, _ = curl("/", version, "-H", f"content-type: {content_type}".strip(), body=CALL)
        assert status == 415, (content_type, status)


def wrong_methods(version):
    for method, path in (("PUT", "/"), ("DELETE", "/"), ("PATCH", "/rpc"), ("GET", GRPC_PATH)):
        status, headers, _ = curl(path, version, "-X", method)
        assert status == 405 and "POST" in headers.get("allow", ""), (method, path, status, headers)


def head_root(version):
    status, headers, body = curl("/", version, "--head")
    assert status == 200, (status, headers)


def foreign_content_on_a_grpc_path(version):
    status, _, _ = curl(GRPC_PATH, version, *kind("application/json"), body=CALL)
    assert status == 415, status


def oversized_bodies(version):
    big = "x" * (5 << 20)
    call = json.dumps({"jsonrpc": "2.0", "method": "echo", "params": [big], "id": 1})
    status, _, body = curl("/", version, *kind("application/json"), body=call)
    assert status == 413 and json.loads(body)["error"]["code"] == -32008, (status, body[:200])
    status, _, body = curl("/", version, *kind("text/xml"), body=XML.replace("<int>1", big))
    assert status == 413 and b"<fault>" in body and b"-32008" in body, (status, body[:200])


TESTS = (
    get_root,
    head_root,
    json_call,
    xml_call,
    wrong_content_types,
    wrong_methods,
    foreign_content_on_a_grpc_path,
    oversized_bodies,
)
for name, flag in VERSIONS.items():
    for test in TESTS:
        suite.add(f"{test.__name__}, {name}", test, flag)

suite.run(options.cases)
