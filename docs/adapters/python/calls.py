"""The calls of a small client, and what it reads, with the standard library alone."""
import json
import os
import urllib.request

http = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def read(text):
    """The object in an answer or a frame. There may be none: servers and proxies send all sorts of things."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


class Calls:
    def __init__(self, base, token):
        self.base = base
        self.headers = {"Content-Type": "application/json", "Voxeet-Id": os.urandom(20).hex(),
                        "Authorization": f"Bearer {token}"}

    def post(self, path, body):
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, dict(self.headers), method="POST")
        with http.open(request, timeout=20) as answer:
            return read(answer.read())

    def call(self, conference, what, body):
        return self.post(f"/v1/conferences/{conference}/{what}", body)
