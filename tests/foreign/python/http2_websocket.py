"""WebSockets on streams of one HTTP/2 connection (RFC 8441): h2 speaks HTTP/2, wsproto WebSocket."""

import json
import socket
import time
from collections import deque

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, RemoteSettingsChanged, ResponseReceived, StreamEnded, StreamReset
from h2.settings import SettingCodes
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage


class Http2:
    """A connection; it is read while somebody waits for something on one of its streams."""

    def __init__(self, endpoint):
        if endpoint.startswith("unix:"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(endpoint.removeprefix("unix:"))
        else:
            host, port = endpoint.removeprefix("tcp://").rsplit(":", 1)
            self.socket = socket.create_connection((host, int(port)))
        self.authority = "localhost"
        self.streams = {}
        self.connect_protocol = None
        self.h2 = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
        self.h2.initiate_connection()
        self.flush()
        # Extended CONNECT may be used once the server has said that it knows it.
        self.until(lambda: self.connect_protocol is not None)

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def until(self, done, within=10):
        """Reads until something holds."""
        deadline = time.monotonic() + within
        while not done():
            left = deadline - time.monotonic()
            assert left > 0, f"it did not come about within {within} s"
            self.socket.settimeout(left)
            data = self.socket.recv(1 << 16)
            assert data, "the connection ended"
            events = self.h2.receive_data(data)
            # What has ended needs no more room.
            for event in (event for event in events if isinstance(event, (StreamEnded, StreamReset))):
                self.streams[event.stream_id].over(event)
            for event in events:
                self.happened(event)
            self.flush()

    def happened(self, event):
        if isinstance(event, RemoteSettingsChanged):
            changed = event.changed_settings.get(SettingCodes.ENABLE_CONNECT_PROTOCOL)
            self.connect_protocol = changed.new_value if changed else self.connect_protocol or 0
        elif isinstance(event, ResponseReceived):
            self.streams[event.stream_id].headers = dict(event.headers)
        elif isinstance(event, DataReceived):
            self.h2.increment_flow_control_window(max(event.flow_controlled_length, 1))
            self.streams[event.stream_id].arrived(event)

    def open(self, **headers):
        """A stream that is to become a WebSocket, by the headers that it needs or others."""
        stream = self.h2.get_next_available_stream_id()
        known = {":method": "CONNECT", ":protocol": "websocket", ":scheme": "http", ":path": "/any/path", ":authority": self.authority}
        fields = {**known, "sec-websocket-version": "13", **headers}
        self.h2.send_headers(stream, [(name, value) for name, value in fields.items() if value is not None])
        opened = self.streams[stream] = Socket(self, stream)
        self.flush()
        self.until(lambda: opened.headers is not None or opened.ended)
        return opened


class Socket:
    """A WebSocket. While it is paused its stream gets no room for more, as that of a reader who lags."""

    def __init__(self, http2, stream):
        self.http2, self.stream = http2, stream
        self.headers = self.reset = None
        self.ended = self.paused = False
        self.owed = 0
        self.body = b""
        self.frames = Connection(ConnectionType.CLIENT)
        self.heard, self.text = deque(), ""

    def over(self, event):
        self.ended = True
        if isinstance(event, StreamReset):
            self.reset = event.error_code

    def arrived(self, event):
        self.body += event.data
        self.owed += event.flow_controlled_length
        if not self.paused:
            self.read()

    def read(self):
        if self.owed and not self.ended:
            self.http2.h2.increment_flow_control_window(self.owed, self.stream)
        self.owed = 0
        data, self.body = self.body, b""
        if self.headers[":status"] != "200":
            self.body = data
            return
        if data:
            self.frames.receive_data(data)
        for event in self.frames.events():
            if isinstance(event, (TextMessage, BytesMessage)):
                self.text += event.data
                if event.message_finished:
                    self.heard.append(json.loads(self.text))
                    self.text = ""
            elif isinstance(event, (Pong, CloseConnection)):
                self.heard.append(event)
            elif isinstance(event, Ping):
                self.send(event.response())

    def resume(self):
        self.paused = False
        self.read()
        self.http2.flush()

    def send(self, event):
        """Sends as much as there is room for, and waits for more."""
        data = self.frames.send(event)
        h2 = self.http2.h2
        while data:
            self.http2.until(lambda: h2.local_flow_control_window(self.stream) > 0)
            room = min(h2.local_flow_control_window(self.stream), h2.max_outbound_frame_size)
            h2.send_data(self.stream, data[:room])
            data = data[room:]
            self.http2.flush()

    def say(self, message):
        self.send(TextMessage(data=json.dumps(message)))

    def hear(self):
        self.http2.until(lambda: self.heard)
        return self.heard.popleft()

    def abort(self):
        self.http2.h2.reset_stream(self.stream, ErrorCodes.CANCEL)
        self.http2.flush()
