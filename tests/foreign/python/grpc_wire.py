"""JSON forms to protobuf messages and back, led by the descriptors alone."""

import math

from google.protobuf import json_format
from google.protobuf.message_factory import GetMessageClass

from table import decode_bytes, encode_bytes

WELL_KNOWN = ("google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf.Value")


def camel(name):
    return "".join(part.capitalize() for part in name.split("_"))


def snake(name):
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_")


def scalar(field, value):
    """The Python value of one field that is not a message."""
    if field.enum_type is not None:
        return field.enum_type.values_by_name[f"{field.enum_type.name}_{value}".upper()].number
    if field.type == field.TYPE_BYTES:
        return decode_bytes(value)
    if field.type == field.TYPE_DOUBLE:
        return float(value)
    return int(value) if field.type in (field.TYPE_INT64, field.TYPE_UINT64) else value


def fill(message, value):
    """Fills a message from the JSON form of its value."""
    descriptor = message.DESCRIPTOR
    if descriptor.full_name in WELL_KNOWN:
        json_format.ParseDict(value, message)
    elif descriptor.oneofs and descriptor.oneofs[0].name[0] != "_":
        name, content = (value, {}) if isinstance(value, str) else next(iter(value.items()))
        set_field(message, descriptor.fields_by_name[snake(name)], content)
    else:
        for name, content in value.items():
            if content is not None or descriptor.fields_by_name[name].message_type is not None:
                set_field(message, descriptor.fields_by_name[name], content)
    return message


def set_field(message, field, value):
    slot = getattr(message, field.name)
    nested = field.message_type
    if nested is not None and nested.GetOptions().map_entry:
        content = nested.fields_by_name["value"]
        for key, item in value.items():
            slot[key] = scalar(content, item)
    elif field.is_repeated:
        slot.extend(scalar(field, item) for item in value)
    elif nested is None:
        setattr(message, field.name, scalar(field, value))
    elif value is not None or nested.full_name == "google.protobuf.Value":
        slot.SetInParent()
        fill(slot, value)


def read(message):
    """The JSON form of a message."""
    descriptor = message.DESCRIPTOR
    if descriptor.full_name in WELL_KNOWN:
        return json_format.MessageToDict(message)
    if descriptor.oneofs and descriptor.oneofs[0].name[0] != "_":
        name = message.WhichOneof(descriptor.oneofs[0].name)
        assert name is not None, f"{descriptor.full_name} without a variant"
        return {camel(name): read_field(message, descriptor.fields_by_name[name])}
    return {
        field.name: read_field(message, field)
        for field in descriptor.fields
        if not field.has_presence or message.HasField(field.name)
    }


def read_field(message, field):
    value = getattr(message, field.name)
    nested = field.message_type
    if nested is not None and nested.GetOptions().map_entry:
        content = nested.fields_by_name["value"]
        return {key: read_scalar(content, item) for key, item in value.items()}
    if field.is_repeated:
        return [read_scalar(field, item) for item in value]
    return read(value) if nested is not None else read_scalar(field, value)


def read_scalar(field, value):
    if field.enum_type is not None:
        name = field.enum_type.values_by_number[value].name
        return camel(name.removeprefix(field.enum_type.name.upper() + "_").lower())
    if field.type == field.TYPE_BYTES:
        return encode_bytes(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def request(method, params):
    """The request message of a method, from its descriptor and the arguments in JSON form."""
    return fill(GetMessageClass(method.input_type)(), params)


def result(method, message):
    """The JSON form of a reply: a wrapper is opened, an empty message is None."""
    if not message.DESCRIPTOR.fields:
        return None
    value = read(message)
    return value.get("result") if message.DESCRIPTOR.name == f"Echo{method.name}Response" else value


def reply(method, value):
    """The reply message of a method, from its result in JSON form."""
    message = GetMessageClass(method.output_type)()
    if message.DESCRIPTOR.name == f"Echo{method.name}Response":
        value = {"result": value} if message.DESCRIPTOR.fields else {}
    return fill(message, value)
