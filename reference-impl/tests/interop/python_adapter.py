"""An adapter for the unmodified Python REST client: docs/adapters.md says what an adapter is.

It is an application server. A session is what it does in somebody's name, and needs no token of theirs.
"""

import asyncio
import importlib.metadata
import json
import os
import sys

from dolbyio_rest_apis import authentication
from dolbyio_rest_apis.communications import conference
from dolbyio_rest_apis.communications.models import Participant
from dolbyio_rest_apis.core.http_request_error import HttpRequestError
from python_client import DISTRIBUTION, by_name, point_at

sessions = {}
api = {}


def say(message):
    print(json.dumps(message), flush=True)


def participants(people):
    # This client iterates the permissions: it has no other way to say that there are none.
    return [Participant(who["externalId"], who.get("permissions", []), True) for who in people]


async def open_session(session, server, clientAccessToken, externalId, name):
    point_at(server["rest"])
    if not api:
        key, secret = (os.environ[name] for name in ("INVITE_APP_KEY", "INVITE_APP_SECRET"))
        api["token"] = (await authentication.get_api_token(key, secret)).access_token
    sessions[session] = externalId


async def create(session, alias=None, ttl=None):
    made = await conference.create_conference(api["token"], sessions[session], alias=alias, ttl=ttl)
    return {
        "conferenceId": made.conference_id,
        "conferenceAlias": made.conference_alias,
        "isProtected": made.is_protected,
    }


async def invite(session, conferenceId, people):
    tokens = await conference.invite(api["token"], conferenceId, participants(people))
    return {"tokens": by_name(tokens)}


async def update_permissions(session, conferenceId, people):
    tokens = await conference.update_permissions(api["token"], conferenceId, participants(people))
    return {"tokens": by_name(tokens)}


async def kick(session, conferenceId, externalId):
    await conference.kick(api["token"], conferenceId, [externalId])


async def send(session, conferenceId, message):
    await conference.send_message(api["token"], conferenceId, sessions[session], [], message)


async def close(session):
    del sessions[session]


OPERATIONS = {
    "open": open_session,
    "create": create,
    "invite": invite,
    "update_permissions": update_permissions,
    "kick": kick,
    "send": send,
    "close": close,
}


async def outcome(operation, arguments):
    if operation not in OPERATIONS:
        return {"unsupported": "a REST client has no session of a person"}
    try:
        return {"done": await OPERATIONS[operation](**arguments) or {}}
    except HttpRequestError as error:
        code = error.error_code if isinstance(error.error_code, int) else None
        message = error.error_description or error.error_reason or str(error)
        return {"refused": {"status": error.status_code, "code": code, "message": message}}
    except Exception as error:  # whatever the client raises is the answer
        return {"failed": repr(error)}


async def main():
    hello = {
        "name": DISTRIBUTION,
        "version": importlib.metadata.version(DISTRIBUTION),
        "operations": list(OPERATIONS),
        "needs": ["application"],
    }
    say({"hello": hello})
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        request = json.loads(line)
        number, operation = request.pop("id"), request.pop("operation")
        del request["person"]
        say({"id": number, **await outcome(operation, request)})


asyncio.run(main())
