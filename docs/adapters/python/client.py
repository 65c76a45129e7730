"""A small client of the protocol, with the standard library alone."""
import json
import os
import threading
import urllib.parse
import urllib.request

from websocket import WebSocket

http = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Client:
    def __init__(self, base, token, tell):
        self.base, self.tell, self.sent = base, tell, 0
        self.tokens, self.ids = {}, {}  # by conference; by external id
        self.headers = {"Content-Type": "application/json", "Voxeet-Id": os.urandom(20).hex(),
                        "Authorization": f"Bearer {token}"}

    def post(self, path, body):
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, self.headers, method="POST")
        with http.open(request, timeout=20) as answer:
            return json.loads(answer.read() or b"{}") or {}

    def call(self, conference, what, body):
        return self.post(f"/v1/conferences/{conference}/{what}", body)

    def open(self, external_id, name):
        me = self.post("/v2/users/identify", {"externalId": external_id, "name": name, "sdkVersion": "1"})
        self.headers["X-Token"] = me["jwt_user_token"]
        origin = me.get("wsUri") or self.base.replace("http", "ws", 1)
        query = {"Voxeet-Id": self.headers["Voxeet-Id"], "Token": me["jwt_user_token"]}
        self.socket = WebSocket(f"{origin}/v2/session?{urllib.parse.urlencode(query)}", self.hear)
        self.keep_alive()

    def create(self, alias, ttl):
        made = self.post("/v1/conferences/create", {"alias": alias or "", "params": {"ttl": ttl}})
        self.tokens[made["conferenceId"]] = made.pop("ownerToken", None)
        return made

    def join(self, conference, role, token=None):
        if token := token or self.tokens.get(conference):
            self.headers["X-conf-access-token"] = token
        joined = self.call(conference, "join", {"user": {"type": role}})
        for who in joined.get("participants") or []:
            self.ids[who.get("externalId")] = who["participant_id"]

    def close(self):
        self.timer.cancel()
        self.post("/v1/users/logout", {})
        self.socket.close()

    def send(self, **message):
        self.sent += 1
        self.socket.send(json.dumps({**message, "message_id": self.sent}))

    def keep_alive(self):
        self.timer = threading.Timer(30, lambda: (self.send(type="keep_alive"), self.keep_alive()))
        self.timer.daemon = True
        self.timer.start()

    def hear(self, text):
        frame = json.loads(text)
        kind = frame["type"].replace("Push", "").replace("Event", "")
        if kind == "InvitationReceived":
            self.tokens[frame["conferenceId"]] = frame.get("confToken")
        if kind == "ParticipantAdded":
            self.ids[frame.get("externalId")] = frame["user_id"]
        if kind == "UpdateToken":
            self.headers["X-conf-access-token"] = frame["content"]["access_token"]
            self.send(ackMessageUuid=frame["amu"])
        self.tell(kind, frame)
