"""A small client of the protocol, with the standard library alone."""
import contextlib
import json
import re
import threading
import urllib.parse

from calls import Calls, read
from websocket import WebSocket


class Client(Calls):
    def __init__(self, base, token, tell):
        super().__init__(base, token)
        self.tell, self.sent, self.lock = tell, 0, threading.Lock()
        self.tokens, self.ids, self.conference = {}, {}, None  # by conference; by external id; where it is

    def open(self, external_id, name):
        me = self.post("/v2/users/identify", {"externalId": external_id, "name": name, "sdkVersion": "1"})
        self.headers["X-Token"] = me["jwt_user_token"]
        origin = me.get("wsUri") or self.base.replace("http", "ws", 1)
        query = {"Voxeet-Id": self.headers["Voxeet-Id"], "Token": me["jwt_user_token"]}
        self.socket = WebSocket(f"{origin}/v2/session?{urllib.parse.urlencode(query)}", self.hear)
        self.socket.start()
        self.keep_alive()

    def create(self, alias, ttl):
        made = self.post("/v1/conferences/create", {"alias": alias or "", "params": {"ttl": ttl}})
        self.tokens[made["conferenceId"]] = made.pop("ownerToken", None)
        return made

    def join(self, conference, role, token=None):
        if token:
            self.tokens[conference] = token
        self.conference = conference
        self.show()
        joined = self.call(conference, "join", {"user": {"type": role}})
        for who in joined.get("participants") or []:
            self.ids[who.get("externalId")] = who["participant_id"]

    def show(self):  # the token of where it is, and none of another conference
        self.headers.pop("X-conf-access-token", None)
        if token := self.tokens.get(self.conference):
            self.headers["X-conf-access-token"] = token

    def close(self):
        self.timer.cancel()
        try:
            self.post("/v1/users/logout", {})
        finally:
            self.socket.close()

    def send(self, **message):
        with self.lock:  # so that the numbers are in order
            self.sent += 1
            self.socket.send(json.dumps({**message, "message_id": self.sent}))

    def keep_alive(self):
        self.timer = threading.Timer(30, lambda: (self.send(type="keep_alive"), self.keep_alive()))
        self.timer.daemon = True
        self.timer.start()

    def hear(self, text):
        with contextlib.suppress(LookupError, TypeError):  # a frame that it cannot read is lost
            self.take(read(text))

    def take(self, frame):
        kind = re.sub("(?:^|_)([a-z])", lambda found: found[1].upper(), frame["type"])
        kind = kind.replace("Push", "").replace("Event", "")
        if kind == "InvitationReceived" and frame.get("confToken"):
            self.tokens[frame["conferenceId"]] = frame["confToken"]
        if kind == "ParticipantAdded":
            self.ids[frame.get("externalId")] = frame["user_id"]
        if frame["type"] == "UpdateToken":
            self.tokens[frame["conferenceId"]] = frame["content"]["access_token"]  # for the next join, too
            if frame["conferenceId"] == self.conference:
                self.show()
            self.send(ackMessageUuid=frame["amu"])
        self.tell(kind, frame)
