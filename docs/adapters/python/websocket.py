"""Just enough of a WebSocket client (RFC 6455) for this protocol, with the standard library alone."""
import socket
import ssl
import threading
import urllib.parse

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class WebSocket:
    def __init__(self, url, hear):
        url, self.hear, self.lock = urllib.parse.urlsplit(url), hear, threading.Lock()
        secure = url.scheme == "wss"
        self.socket = socket.create_connection((url.hostname, url.port or (443 if secure else 80)))
        if secure:
            self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=url.hostname)
        upgrade = (f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: Upgrade\r\n"
                   "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n")
        self.socket.sendall(upgrade.encode())
        self.pipe = self.socket.makefile("rb")
        if b" 101 " not in self.pipe.readline():
            raise ConnectionError("the server did not open the WebSocket")
        while self.pipe.readline() not in (b"\r\n", b""):
            pass
        threading.Thread(target=self.read, daemon=True).start()

    def send(self, text):
        self.write(TEXT, text.encode())

    def close(self):
        self.write(CLOSE, (1000).to_bytes(2, "big"))

    def write(self, opcode, payload):  # masked, as clients do, by a mask of zeros; 65,535 bytes at most
        n = len(payload)
        size = bytes([128 | n]) if n < 126 else b"\xfe" + n.to_bytes(2, "big")
        with self.lock:
            self.socket.sendall(bytes([128 | opcode]) + size + bytes(4) + payload)

    def read(self):
        while head := self.pipe.read(2):
            opcode, size = head[0] & 15, head[1] & 127
            if size > 125:
                size = int.from_bytes(self.pipe.read(2 if size == 126 else 8), "big")
            payload = self.pipe.read(size)
            if opcode == CLOSE:
                return self.socket.close()
            if opcode == PING:
                self.write(PONG, payload)
            if opcode == TEXT:
                self.hear(payload.decode())
