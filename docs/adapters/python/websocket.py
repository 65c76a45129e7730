"""Just enough of a WebSocket client (RFC 6455) for this protocol, with the standard library alone."""
import contextlib
import socket
import ssl
import threading
import time
import urllib.parse

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class WebSocket:  # when it is lost, it opens again at the same address
    def __init__(self, url, hear):
        self.url, self.hear, self.lock = urllib.parse.urlsplit(url), hear, threading.Lock()
        self.is_wanted = True
        self.connect()

    def start(self):  # once whoever hears is ready
        threading.Thread(target=self.keep, daemon=True).start()

    def connect(self):
        url, secure = self.url, self.url.scheme == "wss"
        opened = socket.create_connection((url.hostname, url.port or (443 if secure else 80)), timeout=5)
        if secure:
            opened = ssl.create_default_context().wrap_socket(opened, server_hostname=url.hostname)
        upgrade = (f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: Upgrade\r\n"
                   "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n")
        opened.sendall(upgrade.encode())
        pipe = opened.makefile("rb")
        if b" 101 " not in pipe.readline():
            raise ConnectionError("the server did not open the WebSocket")
        while pipe.readline() not in (b"\r\n", b""):
            pass
        opened.settimeout(None)
        self.socket, self.pipe = opened, pipe

    def keep(self):
        while self.is_wanted:
            with contextlib.suppress(OSError):
                self.read()
            self.reconnect()

    def reconnect(self):  # for 60 seconds, after longer and longer pauses
        pause, until = 0.05, time.monotonic() + 60
        while self.is_wanted and time.monotonic() < until:
            time.sleep(pause)
            pause = min(2 * pause, 2)
            with contextlib.suppress(OSError):
                return self.connect()
        self.is_wanted = False

    def send(self, text):
        self.write(TEXT, text.encode())

    def close(self):
        self.is_wanted = False
        self.write(CLOSE, (1000).to_bytes(2, "big"))

    def write(self, opcode, payload):  # masked, as clients do, by a mask of zeros; 65,535 bytes at most
        n = len(payload)
        size = bytes([128 | n]) if n < 126 else b"\xfe" + n.to_bytes(2, "big")
        with self.lock, contextlib.suppress(OSError):  # who reads notices that it is lost
            self.socket.sendall(bytes([128 | opcode]) + size + bytes(4) + payload)

    def read(self):
        with self.socket, self.pipe:
            while head := self.pipe.read(2):
                opcode, size = head[0] & 15, head[1] & 127
                if size > 125:
                    size = int.from_bytes(self.pipe.read(2 if size == 126 else 8), "big")
                payload = self.pipe.read(size)
                if opcode == CLOSE:
                    return
                if opcode == PING:
                    self.write(PONG, payload)
                if opcode == TEXT:
                    self.hear(payload.decode(errors="replace"))
