"""What a shell cannot do: WebSockets, JSON, tokens. Needs nothing but Python 3."""

import base64, glob, hashlib, json, os, re, socket, ssl, struct, sys, threading, time
from urllib.parse import quote, urlsplit

WORK = os.environ["WORK"]
DEADLINE = float(os.environ["DEADLINE"])


def path(*parts):
    return os.path.join(WORK, *parts)


def pointer(value, where):
    """What stands at a JSON Pointer; nothing is `KeyError`."""
    for part in where.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def look(value, where):
    try:
        return True, pointer(value, where)
    except (KeyError, IndexError, ValueError, TypeError):
        return False, None


def body(number):
    with open(path(f"{number}.body"), "rb") as file:
        try:
            return json.loads(file.read())
        except ValueError:
            return None


def status(number):
    with open(path(f"{number}.status")) as file:
        return int(file.read())


def headers(number):
    with open(path(f"{number}.headers"), encoding="latin-1") as file:
        pairs = [line.split(":", 1) for line in file if ":" in line]
    return {name.strip().lower(): value.strip() for name, value in pairs}


# ----- WebSockets -----


def connect(name, url):
    """Keeps a WebSocket open: what comes goes to a file, what a file gets is sent."""
    parts = urlsplit(url)
    port = parts.port or {"ws": 80, "http": 80}.get(parts.scheme, 443)
    link = socket.create_connection((parts.hostname, port), DEADLINE)
    if parts.scheme in ("wss", "https"):
        link = ssl.create_default_context().wrap_socket(link, server_hostname=parts.hostname)
    key = base64.b64encode(os.urandom(16)).decode()
    link.sendall(
        f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\nOrigin: http://app.example\r\n\r\n".encode()
    )
    stream = link.makefile("rb")
    first = stream.readline()
    while stream.readline().strip():
        pass
    accepted = first.split()[1:2] == [b"101"]
    open(path(f"{name}.socket"), "w").write("opened" if accepted else "refused")
    if not accepted:
        return
    link.settimeout(None)

    def send(kind, data):
        mask = os.urandom(4)
        size = len(data)
        short = struct.pack("!B", 128 | size) if size < 126 else struct.pack("!BH", 254, size)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))
        link.sendall(bytes([128 | kind]) + short + mask + masked)

    def outgoing():
        sent = 0
        while True:
            lines = open(path(f"{name}.out")).read().splitlines()
            for line in lines[sent:]:
                send(8 if line == "close" else 1, b"\x03\xe8" if line == "close" else line.encode())
            sent = len(lines)
            time.sleep(0.02)

    threading.Thread(target=outgoing, daemon=True).start()
    message = b""
    with open(path(f"{name}.frames"), "a", buffering=1, encoding="utf-8") as frames:
        while True:
            head = stream.read(2)
            if len(head) < 2:
                break
            size = head[1] & 127
            if size > 125:
                size = int.from_bytes(stream.read(2 if size == 126 else 8), "big")
            data = stream.read(size)
            kind = head[0] & 15
            if kind == 8:
                break
            if kind == 9:
                send(10, data)
            elif kind < 3:
                message += data
                if head[0] & 128:
                    text = message.decode("utf-8", "replace").replace("\n", " ")
                    frames.write(text.replace("\r", " ") + "\n")
                    message = b""
    open(path(f"{name}.socket"), "w").write("closed")


def heard(actor):
    """Everything that came to a session, over all its sockets."""
    found = []
    for name in sorted(glob.glob(path(f"{actor}.*.frames"))):
        for line in open(name, encoding="utf-8").read().split("\n")[:-1]:
            try:
                found.append(json.loads(line))
            except ValueError:
                found.append({"type": "", "text": line})
    return [frame for frame in found if isinstance(frame, dict)]


def kind(frame):
    words = re.sub(r"(?:^|_)(.)", lambda found: found.group(1).upper(), str(frame.get("type", "")))
    return words.replace("Push", "").replace("Event", "")


def matching(want):
    """The frames at one session that are as wanted, since a mark if there is one."""
    frames = heard(want["at"])
    if want.get("since"):
        try:
            frames = frames[json.load(open(path(f"{want['since']}.mark"))).get(want["at"], 0) :]
        except OSError:
            pass
    return [frame for frame in frames if is_one(want, frame)]


def is_one(want, frame):
    if want.get("frame") not in (None, kind(frame)):
        return False
    if want.get("about") and not names(frame, want["about"]):
        return False
    if not want.get("fence") and frame.get("conferenceId") in fences():
        return False
    return fits_all(want.get("where", {}), frame)


def fences():
    try:
        return open(path("fences")).read().split()
    except OSError:
        return []


def wait_for(want, count=1):
    end = time.time() + DEADLINE
    while True:
        found = matching(want)
        if len(found) >= count or time.time() > end:
            return found
        time.sleep(0.02)


def names(frame, person):
    inner = frame
    for field in ("participant", "inviter"):
        if isinstance(frame.get(field), dict):
            inner = frame[field]
            break
    return is_person(inner, person)


def is_person(value, person):
    if not isinstance(value, dict):
        return False
    user = next((value[k] for k in ("user_id", "userId", "participant_id") if k in value), None)
    given = [(person.get("external"), value.get("externalId")), (person.get("user"), user)]
    agree = [known == seen for known, seen in given if known and seen]
    return bool(agree) and all(agree)


def conference_token(actor, conference, usual):
    """What the real client sends: the last token that it was given.

    For a join, that of the last invitation to the conference; else that of the last update since
    the session joined. `usual` is what it was in the run.
    """
    if conference:
        want = {"at": actor, "frame": "InvitationReceived", "where": {"/conferenceId": conference}}
        given = [look(frame, "/confToken")[1] for frame in matching(want)]
    else:
        want = {"at": actor, "frame": "UpdateToken", "since": f"joined_{actor}"}
        given = [look(frame, "/content/access_token")[1] for frame in matching(want)]
    given = [token for token in given if isinstance(token, str) and token]
    return safe(given[-1]) if given else usual


# ----- What is wanted of a value -----


def claims(token):
    try:
        part = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return found if isinstance(found, dict) else None
    except Exception:
        return None


def fits_all(wanted, value):
    return all(fits(want, *look(value, where)) for where, want in wanted.items())


TYPES = {
    "string": lambda v: isinstance(v, str),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
    "null": lambda v: v is None,
}


def same(one, other):
    """Equal as JSON: true is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def fits(want, there, value):
    """Whether a value is as wanted; a plain value stands for itself."""
    if not isinstance(want, dict):
        return there and same(want, value)
    is_there = there and value is not None
    keys = set(value) if isinstance(value, dict) else set()
    items = value if isinstance(value, list) else list(value.values()) if keys else []
    text = value.lower() if isinstance(value, str) else ""
    token = claims(value) if isinstance(value, str) else None
    held = set(token["authorities"]) if token and isinstance(token.get("authorities"), list) else None
    left = token["exp"] - time.time() if token and isinstance(token.get("exp"), (int, float)) else None
    number = value if TYPES["number"](value) else None
    rules = {
        "equals": lambda w: there and same(w, value),
        "differs_from": lambda w: is_there and not same(w, value),
        "one_of": lambda w: any(same(one, value) for one in w),
        "equals_ignoring_case": lambda w: text == w.lower(),
        "type": lambda w: there and TYPES[w](value),
        "present": lambda w: is_there == w,
        "keys": lambda w: isinstance(value, dict) and keys == set(w),
        "has_keys": lambda w: isinstance(value, dict) and keys >= set(w),
        "lacks_keys": lambda w: not keys & set(w),
        "length": lambda w: isinstance(value, (list, dict)) and len(value) == w,
        "at_least": lambda w: number is not None and number >= w,
        "at_most": lambda w: number is not None and number <= w,
        "contains_text": lambda w: isinstance(value, str) and w in value,
        "some": lambda w: isinstance(value, list) and any(fits_all(w, one) for one in value),
        "none": lambda w: isinstance(value, list) and not any(fits_all(w, one) for one in value),
        "each": lambda w: isinstance(value, (list, dict)) and all(fits(w, True, i) for i in items),
        "person": lambda w: is_person(value, w),
        "permissions": lambda w: held is not None and held == set(w),
        "permissions_within": lambda w: held is not None and held <= set(w),
        "permissions_include": lambda w: held is not None and held >= set(w),
        "claims": lambda w: token is not None and fits_all(w, token),
        "lists": lambda w: {n.lower() for n in w} <= {n.strip() for n in text.split(",")},
        "expires_within": lambda w: left is not None and left <= w + 60,
        "expires_after": lambda w: left is not None and left >= w - 60,
        "any_of": lambda w: any(fits(one, there, value) for one in w),
    }
    return all(rules[name](wish) for name, wish in want.items() if wish is not None)


# ----- The verdict -----


def short(value):
    if isinstance(value, str) and claims(value):
        return f"a token with {', '.join(map(str, claims(value).get('authorities', [])))}"
    text = json.dumps(value)
    return text if len(text) < 300 else text[:300] + "..."


def answer(number):
    return f"status {status(number)}" if status(number) else "no answer"


def shown(value, wanted):
    return "; ".join(
        f"{where} {short(look(value, where)[1]) if look(value, where)[0] else 'is not there'}"
        for where in wanted
    )


def holds(claim):
    """Whether a claim holds, and what was seen."""
    [(what, of)] = claim.items()
    if what in ("all", "exactly_one", "one_of"):
        found = [holds(one) for one in of]
        right = sum(is_right for is_right, _ in found)
        is_right = {"all": right == len(found), "exactly_one": right == 1, "one_of": right > 0}[what]
        return is_right, "; ".join(seen for good, seen in found if what != "all" or not good)
    if what == "status":
        ranges = {"accepted": range(200, 300), "refused": range(400, 600)}
        right = ranges.get(of["is"]) if isinstance(of["is"], str) else of["is"]
        seen = ", ".join(answer(number) for number in of["of"])
        return all(status(number) in right for number in of["of"]), seen
    if what == "answer":
        right = all(fits_all(of["fits"], body(number)) for number in of["of"])
        return right, "; ".join(shown(body(number), of["fits"]) for number in of["of"])
    if what == "headers":
        right = all(
            fits(want, name in headers(number), headers(number).get(name))
            for number in of["of"]
            for name, want in of["fits"].items()
        )
        return right, ", ".join(f"{k}: {headers(n).get(k)}" for n in of["of"] for k in of["fits"])
    if what == "frame":
        found = wait_for(of["is"])
        right = bool(found) and fits_all(of["fits"], found[0])
        return right, shown(found[0], of["fits"]) if found else "it did not come"
    if what == "heard":
        found = wait_for(of)
        near = [frame for frame in heard(of["at"]) if kind(frame) == of.get("frame")]
        last = f"; the last of its type was {short(near[-1])}" if near else ""
        return bool(found), short(found[0]) if found else f"none at {of['at']}{last}"
    if what == "unheard":
        found = matching(of)
        return not found, short(found[0]) if found else f"none at {of['at']}"
    if what == "at_most":
        count = len(matching(of["is"]))
        return count <= of["count"], f"{count} of them"
    if what == "unlike":
        values = [body(number) for number in of["of"]] if "of" in of else wait_for(of["is"])
        wrong = {
            "absent": lambda w, there, value: not there,
            "type": lambda w, there, value: there and TYPES[w](value),
            "value": lambda w, there, value: there and same(value, w),
        }
        found = [look(value, of["pointer"]) for value in values]
        bad = [one for one in found if any(wrong[how](w, *one) for how, w in of["wrong"].items())]
        there, value = (bad or found or [(False, None)])[-1]
        return bool(found) and not bad, f"{of['pointer']} {short(value) if there else 'is not there'}"
    if what == "socket":
        seen = open(path(f"{of['name']}.socket")).read()
        return (seen == "opened") == (of["is"] == "opened"), f"it is {seen}"
    raise SystemExit(f"unknown claim {what}")


def judge(question):
    right, seen = holds(question["claim"])
    print(f"expected  {question['expected']}\nseen      {seen}")
    print("RIGHT: the server does as it should" if right else "WRONG: the server still does so")
    return 0 if right else 1


def forge(how, token):
    head, load, signature = token.split(".")
    code = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    if how == "tampered with":
        every = os.environ["EVERY_PERMISSION"].split()
        return f"{head}.{code({**claims(token), 'authorities': every, 'forged': True})}.{signature}"
    if how == "unsigned":
        return f"{code({'alg': 'none', 'typ': 'JWT'})}.{load}."
    turned = "".join(chr(ord(c) + 1) if c.isalnum() and c not in "Zz9" else "A" for c in signature)
    return f"{head}.{load}.{turned}"


def safe(value):
    """A value of the server's, fit for a shell variable and for JSON."""
    text = value if isinstance(value, str) else json.dumps(value)
    if not text or re.search(r"[\x00-\x1f\"\\\\]", text):
        raise SystemExit("a value that cannot be used: " + json.dumps(text)[:80])
    return text


def main(command, *rest):
    if command == "connect":
        try:
            connect(*rest)
        except OSError:
            state = path(f"{rest[0]}.socket")
            open(state, "w").write("closed" if os.path.exists(state) else "refused")
        return 0
    if command == "take":
        there, value = look(body(rest[0]), rest[1])
        if not there:
            raise SystemExit(f"the answer ({answer(rest[0])}) has nothing at {rest[1]}")
        print(safe(value))
    elif command == "await":
        want = json.load(sys.stdin)
        count = want.get("count", 1)
        found = wait_for(want, count)
        if len(found) < count:
            raise SystemExit(f"no {want.get('frame')} came to {want['at']}")
        if rest:
            print(safe(pointer(found[count - 1], rest[0])))
    elif command == "mark":
        actors = {os.path.basename(name).rsplit(".", 2)[0] for name in glob.glob(path("*.frames"))}
        json.dump({actor: len(heard(actor)) for actor in actors}, open(path(rest[0] + ".mark"), "w"))
    elif command == "token":
        print(conference_token(*rest))
    elif command == "until":
        token = claims(rest[0]) or {}
        time.sleep(max(0, token.get("exp", time.time()) - time.time()) + 1)
    elif command == "fresh":
        print(hashlib.sha256(os.urandom(32)).hexdigest()[:40])
    elif command == "run-name":
        print(("r" + hashlib.sha512(os.urandom(32)).hexdigest() * 4)[: int(rest[0])])
    elif command == "enc":
        print(quote(rest[0], safe=""))
    elif command == "forge":
        print(forge(*rest))
    elif command == "filler":
        print('{"filler":"' + "x" * max(0, int(rest[0]) - 13) + '"}', end="")
    elif command == "judge":
        return judge(json.load(sys.stdin))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
