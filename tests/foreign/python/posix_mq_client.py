"""Calls a conformance server on a queue, with the standard library and docs/wire.md alone: `posix_mq_client.py ENDPOINT`."""

import ctypes, fcntl, json, math, os, secrets, select, struct, sys, time, xmlrpc.client

C = ctypes.CDLL("librt.so.1", use_errno=True)
OPEN, DATA, CREDIT, RESET, PING, PONG, LEAVE = range(1, 8)
HEADER = struct.Struct(">BBBxIIQQ")  # version, kind, flags, length, number, client, call
WINDOW = 65536  # how far the server may be ahead of who reads
LOCK = fcntl.LOCK_EX | fcntl.LOCK_NB


def system(outcome):
    """What a function of the C library returned, or its error."""
    if outcome < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return outcome


def queue(name, flags, messages=0, size=0):
    """The descriptor of a queue, and the size of its messages."""
    attributes = (ctypes.c_long * 8)(0, messages, size)
    descriptor = system(C.mq_open(name.encode(), flags | os.O_NONBLOCK | os.O_CLOEXEC, 0o600, attributes))
    system(C.mq_getattr(descriptor, attributes))
    return descriptor, attributes[2]


def sized(data):
    """Bytes behind their length, a number of 1, 2, 4 or 8 bytes that says so in its first two bits."""
    power = next(power for power in range(4) if len(data) < 1 << (8 << power) - 2)
    return (len(data) | power << (8 << power) - 2).to_bytes(1 << power, "big") + data


class Client:
    """The server's queue and our own, with one call at a time."""

    def __init__(self, name):
        self.server, self.largest = queue(name, os.O_WRONLY)
        status = os.fstat(self.server)
        assert status.st_uid in (0, os.geteuid()) and not status.st_mode & 0o177, "the queue is open to others"
        server = name[1:].encode()[:213].decode(errors="ignore")
        self.address = f"/polyrpc.{server}.{secrets.token_hex(16)}"
        self.own, self.size = queue(self.address, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 8, 1024)
        fcntl.flock(self.own, LOCK)
        self.id, self.call = secrets.randbits(64), 0

    def send(self, kind, payload=b"", last=False, number=0):
        part = HEADER.pack(1, kind, last, len(payload), number, self.id, self.call) + payload
        while True:
            try:
                return system(C.mq_send(self.server, part, len(part), 0))
            except BlockingIOError:
                self.wait(room=True)

    def wait(self, room=False):
        """Waits for a message, or for room in the server's queue, and hears what there is."""
        try:
            if not any(select.select([self.own], [self.server] if room else [], [], 0.5)):
                fcntl.flock(self.server, LOCK)  # whoever gets it knows that nobody receives any more
                fcntl.flock(self.server, fcntl.LOCK_UN)
                raise ConnectionError("the server is gone")
            buffer = ctypes.create_string_buffer(self.size)
            while length := system(C.mq_receive(self.own, buffer, self.size, None)):
                self.hear(buffer.raw[:length])
        except BlockingIOError:
            return

    def hear(self, message):
        while len(message) >= HEADER.size:
            version, kind, flags, length, number, client, call = HEADER.unpack_from(message)
            payload, message = message[HEADER.size :][:length], message[HEADER.size + length :]
            if version != 1 or len(payload) < length:
                break
            if (client, call) != (self.id, self.call) or self.ended:
                continue
            if kind == DATA and number == self.heard:
                self.buffer, self.heard, self.ended = self.buffer + payload, number + 1, flags & 1
            elif kind == CREDIT:
                self.allowed = max(self.allowed, int.from_bytes(payload, "big"))
            elif kind == RESET:
                self.failure, self.ended = f"reset {payload[0]}: {payload[1:].decode()}", True

    def request(self, path, body, headers):
        """Calls, and gives the response's body in pieces as they come; then `end` has its headers and trailers."""
        self.call, self.ended, self.failure = self.call + 1, False, None
        self.allowed, self.granted, self.taken, self.heard, self.buffer = WINDOW, WINDOW, 0, 0, b""
        control = b"".join(sized(text.encode()) for text in ("POST", "http", "", path))
        fields = b"".join(sized(text.encode()) for header in headers.items() for text in header)
        try:
            self.write(b"\0" + control + sized(fields) + sized(body))
            known, status = self.varint() == 1, self.varint()
            assert status == 200, status
            self.end = self.fields(known)
            while length := self.varint():
                yield self.read(length)
                if known:
                    break
            self.end |= self.fields(known)
        finally:
            if not self.ended:  # who reads has read enough
                self.send(RESET, b"\1", True)

    def leave(self):
        self.call = 0
        self.send(LEAVE)
        system(C.mq_unlink(self.address.encode()))

    def write(self, data):
        address, sent, number = self.address.encode(), 0, 0
        while data and not self.ended:
            head = b"" if number else struct.pack(">QB", WINDOW, len(address)) + address
            room = min(self.largest - HEADER.size - len(head), self.allowed - sent)
            if room:
                self.send(DATA if number else OPEN, head + data[:room], len(data) <= room, number)
                data, sent, number = data[room:], sent + room, number + 1
            else:
                self.wait()

    def read(self, size):
        """So many bytes of the response, or fewer where it ends."""
        while len(self.buffer) < size and not self.ended:
            if self.granted < self.taken + size + WINDOW // 2:
                self.granted = self.taken + size + WINDOW
                self.send(CREDIT, struct.pack(">Q", self.granted))
            self.wait()
        if self.failure:
            raise ConnectionError(self.failure)
        data, self.buffer, self.taken = self.buffer[:size], self.buffer[size:], self.taken + size
        return data

    def varint(self):
        first = (self.read(1) or b"\0")[0]  # what is cut off at the end is 0
        return int.from_bytes(bytes([first & 63]) + self.read((1 << (first >> 6)) - 1), "big")

    def fields(self, known):
        end, found = self.varint() + self.taken if known else math.inf, {}
        while self.taken < end and (length := self.varint()):
            name = self.read(length).decode()
            found[name] = self.read(self.varint()).decode()
        return found


def grpc(method, message=b""):
    """The messages of the answer as they come."""
    headers, data = {"content-type": "application/grpc", "te": "trailers"}, b""
    frame = struct.pack(">xI", len(message)) + message
    for piece in CLIENT.request("/polyrpc.conformance.v1.Echo/" + method, frame, headers):
        data += piece
        while len(data) >= 5 and len(data) >= 5 + (length := int.from_bytes(data[1:5], "big")):
            yield data[5 : 5 + length]
            data = data[5 + length :]
    if CLIENT.end["grpc-status"] != "0":
        raise RuntimeError(CLIENT.end["grpc-status"], CLIENT.end["grpc-message"])


def jsonrpc(method, *params, accept="application/json"):
    """The messages of the answer: one, or that of each event."""
    message = json.dumps({"jsonrpc": "2.0", "method": "echo." + method, "params": params, "id": 1}).encode()
    answer = b"".join(CLIENT.request("/", message, {"content-type": "application/json", "accept": accept}))
    return [json.loads(line.removeprefix(b"data: ")) for line in answer.splitlines() if line]


def xml(method, *params):
    message = xmlrpc.client.dumps(params, "echo." + method).encode()
    return xmlrpc.client.loads(b"".join(CLIENT.request("/", message, {"content-type": "text/xml"})))[0][0]


def given_up():
    before, stream = xml("observed_cancellations"), grpc("Count", b"\x08\x64\x10\x64")  # 100 items in 10 s
    items = [next(stream), next(stream)]
    stream.close()
    while xml("observed_cancellations") == before:
        time.sleep(0.01)
    return items


CLIENT, TEXT = Client(sys.argv[1].removeprefix("posix-mq:")), "x" * 300_000
PROTO = b"\x0a\xe0\xa7\x12" + TEXT.encode()  # field 1; its length, seven bits in a byte, the lowest first
for case, call, expected in [
    ("gRPC", lambda: list(grpc("Sum", b"\x08\x01\x10\x02")), [b"\x08\x03"]),
    ("JSON-RPC", lambda: jsonrpc("sum", 1, 2), [{"jsonrpc": "2.0", "result": 3, "id": 1}]),
    ("XML-RPC", lambda: xml("sum", 1, 2), 3),
    ("gRPC, an error", lambda: list(grpc("FailTyped", b"\x08\x07")), RuntimeError("5", "nothing has the id 7")),
    ("JSON-RPC, an error", lambda: jsonrpc("fail_typed", 7)[0]["error"]["code"], -32005),
    ("XML-RPC, an error", lambda: xml("fail_typed", 7), xmlrpc.client.Fault(-32005, "nothing has the id 7")),
    ("gRPC, many parts", lambda: list(grpc("EchoString", PROTO)) == [PROTO], True),
    ("JSON-RPC, many parts", lambda: jsonrpc("echo_string", TEXT)[0]["result"] == TEXT, True),
    ("XML-RPC, many parts", lambda: xml("echo_string", TEXT) == TEXT, True),
    ("gRPC, a stream", lambda: list(grpc("Count", b"\x08\x03")), [b"", b"\x08\x01", b"\x08\x02"]),
    ("JSON-RPC, a stream", lambda: [event.get("params") for event in jsonrpc("count", 1, accept="text/event-stream")],
     [{"subscription": 1, "result": 0}, None]),
    ("XML-RPC, a stream as an array", lambda: xml("count", 3), [0, 1, 2]),
    ("gRPC, given up", given_up, [b"", b"\x08\x01"]),
    ("leaving", lambda: CLIENT.leave() or queue(CLIENT.address, os.O_RDONLY), FileNotFoundError(2, os.strerror(2))),
]:
    try:
        got = call()
    except Exception as error:
        got = error
    print(json.dumps({"case": case, "ok": repr(got) == repr(expected), "error": f"got {got!r}"[:500]}))
