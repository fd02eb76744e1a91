"""grpcio reads a stream of messages of eight bytes: `grpc_flood.py ADDRESS COUNT`; it prints how many came."""

import sys

import grpc

address, count = sys.argv[1], int(sys.argv[2])


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


# Messages stay as they stand on the wire.
call = grpc.insecure_channel(address).unary_stream("/flood.v1.Floods/Flood")
seen = 0
for message in call(b"\x08" + varint(count), timeout=240):
    assert len(message) == 8, message
    seen += 1
print(seen)
