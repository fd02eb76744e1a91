"""Round trips through the standard library, for property tests: a line `[what, document]` in, a JSON line out."""

import json
import sys
import xmlrpc.client

from table import decode_bytes, encode_bytes
from xmlrpc_wire import write_i8


def plain(value):
    """What `xmlrpc.client` read, in JSON; a struct is wrapped, so that bytes and times can be told from it."""
    if isinstance(value, xmlrpc.client.Binary):
        return {"base64": encode_bytes(value.data)}
    if isinstance(value, xmlrpc.client.DateTime):
        return {"dateTime": value.value}
    if isinstance(value, dict):
        return {"struct": {key: plain(item) for key, item in value.items()}}
    return [plain(item) for item in value] if isinstance(value, list) else value


def natural(value):
    """What `xmlrpc.client` writes, from JSON."""
    if isinstance(value, list):
        return [natural(item) for item in value]
    if not isinstance(value, dict):
        return value
    (kind, content), = value.items()
    if kind == "struct":
        return {key: natural(item) for key, item in content.items()}
    return xmlrpc.client.DateTime(content) if kind == "dateTime" else xmlrpc.client.Binary(decode_bytes(content))


def load(text):
    try:
        return xmlrpc.client.loads(text)
    except xmlrpc.client.Fault as fault:
        return fault, None


def dump(params, method):
    response = method is None and not isinstance(params, xmlrpc.client.Fault)
    text = xmlrpc.client.dumps(params, method, methodresponse=response, allow_none=True)
    # The library writes a carriage return as it is, which every reader of XML takes for a line feed.
    return text.replace("\r", "&#13;")


def xml_to_json(text):
    params, method = load(text)
    if isinstance(params, xmlrpc.client.Fault):
        return json.dumps({"fault": {"code": params.faultCode, "message": params.faultString}})
    return json.dumps({"method": method, "params": plain(list(params))})


def json_to_xml(text):
    document = json.loads(text)
    if "fault" in document:
        return dump(xmlrpc.client.Fault(document["fault"]["code"], document["fault"]["message"]), None)
    return dump(tuple(natural(document["params"])), document["method"])


TRIPS = {
    "xml": lambda text: dump(*load(text)),
    "json": lambda text: json.dumps(json.loads(text), ensure_ascii=False),
    "xml-to-json": xml_to_json,
    "json-to-xml": json_to_xml,
}

write_i8()
for line in sys.stdin:
    what, text = json.loads(line)
    try:
        answer = TRIPS[what](text)
    except Exception as error:  # a refusal is an answer
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
