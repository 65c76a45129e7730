"""An adapter in Python. client.py next to it is in the place of your SDK."""
import inspect
import json
import sys
import threading
import urllib.error

from client import Client, read

EVENTS = """InvitationReceived ParticipantAdded ParticipantUpdated ParticipantKicked UpdateToken
    OwnParticipantSwitched ConferenceMessageReceived ConferenceStatusNotification ConferenceDestroyed
    ParticipantJoinedNotification ParticipantLeftNotification""".split()
lock = threading.Lock()
clients = {}


def say(message):
    with lock:  # events come from other threads
        print(json.dumps(message), flush=True)


class Operations:
    """Each operation by its name; what it returns is `done`."""

    def open(session, server, clientAccessToken, externalId, name):
        tell = lambda kind, body: say({"event": {"session": session, "type": kind, "body": body}})
        clients[session] = Client(server["session"], clientAccessToken, tell)
        clients[session].open(externalId, name)

    def create(session, alias=None, ttl=0):
        return clients[session].create(alias, ttl)

    def join(session, conferenceId, conferenceAccessToken=None):
        clients[session].join(conferenceId, "user", conferenceAccessToken)

    def listen(session, conferenceId, conferenceAccessToken=None):
        clients[session].join(conferenceId, "listener", conferenceAccessToken)

    def invite(session, conferenceId, people):
        clients[session].call(conferenceId, "invite", {"externalProfiles": people})

    def update_permissions(session, conferenceId, people):
        ids = clients[session].ids
        changed = [{"userId": ids[who["externalId"]], "newPermissions": who["permissions"]} for who in people]
        clients[session].call(conferenceId, "permissions", {"userPermissions": changed})

    def kick(session, conferenceId, externalId):
        clients[session].call(conferenceId, f"kick/{clients[session].ids[externalId]}", {})

    def leave(session, conferenceId):
        clients[session].call(conferenceId, "leave", {"reason": "hangUp"})

    def send(session, conferenceId, message):
        clients[session].call(conferenceId, "send", {"message": message})

    def subscribe(session, subscriptions):
        clients[session].post("/v1/subscriptions", {"subscriptions": subscriptions})

    def close(session):
        clients.pop(session).close()


operations = dict(inspect.getmembers(Operations, inspect.isfunction))
say({"hello": {"name": "python-example", "version": "1", "operations": list(operations), "events": EVENTS}})
for line in sys.stdin:
    request = json.loads(line)
    number, operation = request.pop("id"), operations.get(request.pop("operation"))
    del request["person"]
    if operation is None:
        say({"id": number, "unsupported": "this client has no such thing"})
        continue
    try:
        say({"id": number, "done": operation(**request) or {}})
    except urllib.error.HTTPError as error:
        body = read(error.read())
        message = body.get("error_description") or error.reason
        say({"id": number, "refused": {"status": error.code, "code": body.get("error_code"), "message": message}})
    except Exception as error:
        say({"id": number, "failed": repr(error)})
