#!/usr/bin/env python3
"""Replays one failure of a conformance run, and shows what the server does now.

Usage:  INVITE_APP_KEY=... INVITE_APP_SECRET=... sh NAME.sh [URL]
   or:  INVITE_APP_KEY=... INVITE_APP_SECRET=... python3 replay.py NAME.json [URL]

URL is the server's address, if it has changed since the run. A scenario with two applications also
needs INVITE_SECOND_APP_KEY and INVITE_SECOND_APP_SECRET. For a certificate of your own, set
SSL_CERT_FILE. This needs Python 3 and nothing else.

Exit codes:
  0  the server no longer does what failed in the run
  1  the server still does it
  2  the failure could not be replayed, so nothing is known
  3  the replay ran to its end: compare "expected" and "seen now" yourself
The replay decides only by a status, by whether a WebSocket opens, or by how many frames of one type
arrive. It does not judge the content of a response or a frame: that is exit code 3.
"""

import base64, http.client, json, os, re, socket, ssl, struct, sys, threading, time
from urllib.parse import quote, urlencode, urlsplit

MOST_BYTES = 16 << 20
TOKEN_FIELD = re.compile(r'("[^"]*[Tt]oken"\s*:\s*")[^"<]{9,}"')
JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
VARIABLES = {
    "key": "INVITE_APP_KEY",
    "secret": "INVITE_APP_SECRET",
    "second_key": "INVITE_SECOND_APP_KEY",
    "second_secret": "INVITE_SECOND_APP_SECRET",
}


class Stuck(Exception):
    """Why the replay cannot go on."""


def plain(text):
    """Text of others: nothing in it moves the cursor or hides."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def parsed(text):
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def at(value, pointer):
    """What stands at a JSON Pointer, in a list; an empty list for nothing."""
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict) and part in value:
            value = value[part]
        else:
            return []
    return [value]


def kind(text):
    """The type of a frame, as the specification spells it."""
    frame = parsed(text)
    name = str(frame.get("type", "")) if isinstance(frame, dict) else ""
    words = re.sub(r"(?:^|_)(.)", lambda found: found.group(1).upper(), name)
    return words.replace("Push", "").replace("Event", "")


def decoded(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def forged(how, token, permissions):
    """A wrong token, made out of a right one."""
    if how == "garbage":
        return "not-a-token"
    try:
        head, claims, signature = token.split(".")
        if "tampered" in how:
            claims = encoded({**decoded(claims), "authorities": permissions, "forged": True})
        if "unsigned" in how:
            head, signature = encoded({**decoded(head), "alg": "none"}), ""
    except ValueError:
        raise Stuck("the token to forge is not a JWT")
    if how == "other_key":
        signature = "".join("B" if letter == "A" else "A" for letter in signature)
    return f"{head}.{claims}.{signature}"


class WebSocket:
    """One WebSocket; each text frame goes to `receive`."""

    def __init__(self, address, path, deadline, receive):
        parts, self.receive = urlsplit(address), receive
        secure = parts.scheme in ("wss", "https")
        port = parts.port or (443 if secure else 80)
        self.link = socket.create_connection((parts.hostname, port), deadline)
        if secure:
            context = ssl.create_default_context()
            self.link = context.wrap_socket(self.link, server_hostname=parts.hostname)
        key = base64.b64encode(os.urandom(16)).decode()
        self.link.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            "Origin: http://app.example\r\n\r\n".encode("ascii")
        )
        self.stream = self.link.makefile("rb")
        self.opened = self.stream.readline(4096).split()[1:2] == [b"101"]
        while self.stream.readline(65536).strip():
            pass
        if self.opened:
            self.link.settimeout(None)
            threading.Thread(target=self.listen, daemon=True).start()

    def send(self, opcode, data):
        mask, size = os.urandom(4), len(data)
        length = bytes([128 | size]) if size < 126 else struct.pack("!BQ", 255, size)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))
        self.link.sendall(bytes([128 | opcode]) + length + mask + masked)

    def listen(self):
        message = b""
        try:
            while True:
                first, size = self.stream.read(2)
                size &= 127
                if size > 125:
                    size = int.from_bytes(self.stream.read(2 if size == 126 else 8), "big")
                if size + len(message) > MOST_BYTES:
                    break
                data, opcode = self.stream.read(size), first & 15
                if opcode == 8:
                    break
                if opcode == 9:
                    self.send(10, data)
                elif opcode < 3:
                    message += data
                    if first & 128:
                        self.receive(message.decode("utf-8", "replace"))
                        message = b""
        except (OSError, ValueError):
            pass
        self.lose()

    def lose(self):
        try:
            self.link.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Replay:
    """The values, responses and frames of one replay."""

    def __init__(self, data, url):
        self.data, self.deadline = data, data["deadline_seconds"]
        self.planes = {name: (url or told).rstrip("/") for name, told in data["planes"].items()}
        self.credentials = {name: os.environ.get(known, "") for name, known in VARIABLES.items()}
        if not self.credentials["key"]:
            raise Stuck("INVITE_APP_KEY is not set")
        self.values, self.hidden, self.fences = {}, {}, []
        self.responses, self.frames, self.sockets, self.heard_before = {}, {}, {}, {}
        self.came = threading.Condition()
        for name in ("secret", "second_secret"):
            self.hide(self.credentials[name], name)

    def hide(self, value, name):
        for form in filter(None, (value, quote(value, safe=""), json.dumps(value)[1:-1])):
            self.hidden[form] = f"<{name}>"

    def shown(self, text, most=600):
        """Text without secrets and without control characters."""
        for value in sorted(self.hidden, key=len, reverse=True):
            text = text.replace(value, self.hidden[value])
        text = plain(TOKEN_FIELD.sub(r'\1<token>"', JWT.sub("<token>", text)))
        return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"

    def say(self, text):
        sys.stdout.write(f"{self.shown(text)}\n")
        sys.stdout.flush()

    def fill(self, template, wrap=str):
        """A text of the data file; `wrap` makes a value fit its place."""
        parts = (part if isinstance(part, str) else wrap(self.piece(part)) for part in template)
        return "".join(parts)

    def piece(self, piece):
        [(what, of)] = piece.items()
        if what == "value":
            if of not in self.values:
                raise Stuck(f"the value `{of}` is needed, but the server has not sent it")
            return self.values[of]
        if what == "fresh":
            name, length = of
            return self.values.setdefault(name, ("f" + os.urandom(256).hex())[:length])
        if what == "credential":
            return self.credentials[of]
        if what == "base64":
            text = base64.b64encode(self.fill(of).encode()).decode()
            self.hide(text, "credentials")
            return text
        how, token = of
        return forged(how, self.fill(token), self.data["permissions"])

    def path(self, template):
        path = self.fill(template, lambda value: quote(value, safe=""))
        if not path.startswith("/") or re.search(r"[^!-~]", path):
            raise Stuck(f"not a path that can be sent: {path}")
        return path

    def pointer(self, template):
        return self.fill(template, lambda value: value.replace("~", "~0").replace("/", "~1"))

    def capture(self, value, wanted):
        for one in wanted:
            for found in at(value, self.pointer(one["pointer"])):
                found = found if isinstance(found, str) else json.dumps(found)
                self.values[one["name"]] = found
                if one["secret"]:
                    self.hide(found, one["name"])
                if one["fence"]:
                    self.fences.append(found)

    def body(self, body):
        [(what, of)] = body.items()
        if what == "json":
            return self.fill(of, lambda value: json.dumps(value)[1:-1])
        if what == "form":
            return urlencode([(self.fill(name), self.fill(value)) for name, value in of])
        if what == "filler":
            return '{"filler":"' + "x" * max(0, of - 13) + '"}'
        return self.fill(of)

    # The steps

    def request(self, step):
        path, who, newest = self.path(step["path"]), step["who"], step["newest"]
        headers = {name: self.fill(value) for name, value in step["headers"].items()}
        body = self.body(step["body"]) if step["body"] else None
        if newest:
            since = self.heard_before.get(newest["since"], 0)
            holding = self.fill(newest["holding"])
            frames = [f for f in self.of_type(who, newest["type"], since) if holding in f]
            for token in [t for f in frames for t in at(parsed(f), newest["pointer"])][-1:]:
                headers[newest["header"]] = str(token)
                self.hide(str(token), "the newest conference token")
        self.heard_before[step["number"]] = len(self.frames.get(who, []))
        for turn in range(61 if step["until_refused"] else 1):
            time.sleep(min(turn, 1))
            self.say(f"{who} -> {step['method']} {path} {body or ''}")
            status, told, text = self.ask(step["plane"], step["method"], path, headers, body)
            self.say(f"     {status or 'no response:'} {text}")
            if not 200 <= status < 300:
                break
        self.responses[step["number"]] = status, told, text
        if step["must_succeed"] and not 200 <= status < 300:
            raise Stuck("this request succeeded in the run, and what follows needs it")
        self.capture(parsed(text), step["capture"])

    def ask(self, plane, method, path, headers, body):
        parts = urlsplit(self.planes[plane])
        of = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        link = of(parts.hostname, parts.port, timeout=self.deadline)
        try:
            link.request(method, parts.path + path, body and body.encode(), headers)
            response = link.getresponse()
            text = response.read(MOST_BYTES).decode("utf-8", "replace")
            return response.status, {k.lower(): v for k, v in response.getheaders()}, text
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, http.client.InvalidURL):
                raise
            return 0, {}, str(error) or type(error).__name__
        finally:
            link.close()

    def open(self, step):
        who = step["who"]

        def receive(text):
            with self.came:
                self.frames.setdefault(who, []).append(text)
                self.say(f"{who} <- {text}")
                self.came.notify_all()

        link, path = None, self.path(step["path"])
        try:
            link = WebSocket(self.planes["socket"], path, self.deadline, receive)
        except OSError as error:
            self.say(f"{who}: {error}")
        opened = link is not None and link.opened
        self.say(f"{who} -> WebSocket {path}: {'opened' if opened else 'refused'}")
        self.sockets[step["socket"]] = link if opened else None

    def send(self, step):
        text, link = self.body({"json": step["frame"]}), self.sockets.get(step["socket"])
        self.say(f"{step['who']} -> {text}")
        if link:
            link.send(1, text.encode())
            time.sleep(0.1)

    def close(self, step):
        link = self.sockets.get(step["socket"])
        if link and step["politely"]:
            link.send(8, b"\x03\xe8")
            time.sleep(0.1)
        if link:
            link.lose()

    def of_type(self, who, of, since=0):
        """The frames of one type that came to a client, without those of fences."""
        frames = list(self.frames.get(who, []))[since:]
        return [f for f in frames if kind(f) == of and not any(id in f for id in self.fences)]

    def wait(self, what, is_there, seconds=None):
        with self.came:
            if not self.came.wait_for(is_there, self.deadline if seconds is None else seconds):
                self.say(f"     ({what} did not come)")

    def frame(self, step):
        who, of, count = step["who"], step["type"], step["count"]
        self.wait(f"{of} number {count} to {who}", lambda: len(self.of_type(who, of)) >= count)
        for text in self.of_type(who, of)[count - 1 : count]:
            self.capture(parsed(text), step["capture"])

    def fence(self, step):
        who, id = step["who"], self.fill(step["holding"])
        self.wait(
            f"the fence of {who}", lambda: any(id in text for text in self.frames.get(who, []))
        )

    def pause(self, step):
        time.sleep(step["seconds"])

    def note(self, step):
        self.say(f"# {step['text']}")

    # What came of it

    def detail(self, value):
        for token in JWT.findall(value) if isinstance(value, str) else []:
            try:
                return f"a token with the claims {plain(json.dumps(decoded(token.split('.')[1])))}"
            except ValueError:
                pass
        return self.shown(json.dumps(value, ensure_ascii=False))

    def verdict(self, look):
        """What is seen now, and the exit code."""
        what, was = look["what"], look.get("was")
        if what == "status":
            now = self.responses[look["request"]][0]
            code = 1 if now == was else 3 if now // 100 == was // 100 else 0
            return f"{f'status {now}' if now else 'no response'} (in the run: {was or 'none'})", code
        if what == "socket":
            opened = self.sockets.get(look["socket"]) is not None
            return f"the WebSocket is {'opened' if opened else 'refused'}", int(opened == was)
        if what == "frames":
            who, of, missing = look["who"], look["type"], look["missing"]
            more = was + 1 if missing else was
            self.wait("more", lambda: len(self.of_type(who, of)) >= more, None if missing else 1)
            frames = self.of_type(who, of)
            still = (len(frames) >= more) != missing
            seen = f"{len(frames)} of {of} at {who} (in the run: {was})"
            seen += "".join(f"\n          {self.shown(text)}" for text in frames)
            return seen, (3 if still and not look["decides"] else int(still))
        pointer = self.pointer(look.get("pointer", []))
        if what == "response":
            status, headers, text = self.responses[look["request"]]
            found = [headers.get(pointer)] if pointer[:1] not in ("", "/") else at(parsed(text), pointer)
            return f"status {status}, {pointer} {', '.join(map(self.detail, found)) or 'nothing'}", 3
        if what == "content":
            self.wait("more", lambda: len(self.of_type(look["who"], look["type"])) >= was)
            frames = [parsed(text) for text in self.of_type(look["who"], look["type"])]
            found = [", ".join(map(self.detail, at(f, pointer))) or "nothing" for f in frames]
            return "".join(f"\n          {pointer} {one}" for one in found) or "no such frame", 3
        return "see above", 3

    def run(self):
        data = self.data
        for line in [data["requirement"], *data["about"], f"scenario {data['scenario']}"]:
            self.say(line)
        self.say(f"servers: {', '.join(sorted(set(self.planes.values())))}")
        steps = ("request", "open", "send", "close", "frame", "fence", "pause", "note")
        for step in data["steps"]:
            if step["do"] not in steps:
                raise Stuck(f"unknown step {step['do']}")
            getattr(self, step["do"])(step)
        seen, code = self.verdict(data["look"])
        for name, text in (("expected", data["expected"]), ("seen then", data["seen"])):
            self.say(f"{name}  {text}")
        print(f"seen now  {seen}\n{RESULTS[code]}")
        return code


RESULTS = [
    "NO LONGER: the server does not do what failed in the run",
    "STILL SO: the server does what failed in the run",
    "",
    'COMPARE "expected" and "seen now": the replay does not judge this',
]


def main(arguments):
    sys.stdout.reconfigure(errors="backslashreplace")
    if "--help" in arguments or len(arguments) not in (1, 2):
        print(__doc__)
        return 0 if "--help" in arguments else 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            data = json.load(file)
        return Replay(data, "".join(arguments[1:])).run()
    except (Stuck, OSError, ValueError, http.client.HTTPException) as error:
        print(f"CANNOT TELL: {plain(str(error))}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    # Threads that listen may still print: do not wait for them.
    os._exit(code)
