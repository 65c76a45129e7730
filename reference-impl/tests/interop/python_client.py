"""What an application server does, with the unmodified Python client, against the server at URL.

    python_client.py URL APP_KEY APP_SECRET

Prints one line of JSON: what the client returned and raised. The same run, in the same order and
with the same output, is made by node_client.js; rest_client.rs judges both.
"""

import asyncio
import base64
import importlib.metadata
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

from dolbyio_rest_apis import authentication
from dolbyio_rest_apis.communications import authentication as client_authentication
from dolbyio_rest_apis.communications import conference
from dolbyio_rest_apis.communications.models import Participant, Permission
from dolbyio_rest_apis.core.http_request_error import HttpRequestError

DISTRIBUTION = "dolbyio-rest-apis"


def point_at(url):
    """The client knows only the vendor's hosts, and only TLS: its URL helpers are replaced."""
    authentication.get_api_url = lambda: f"{url}/v1"
    for module in (client_authentication, conference):
        module.get_comms_url_v2 = lambda region=None: f"{url}/v2"


def post(url, headers, body):
    """A call that the REST client does not have: the status, and the answer if it succeeded."""
    headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    # Loopback must not go through a proxy.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code, None


def join_as_claimed(url, key, secret, external_id, conference_id, conference_token):
    """The status of joining after a sign-in with key and secret, as the vendor's samples do it: its
    body is `{}`, and the session claims its external id."""
    basic = base64.b64encode(f"{key}:{urllib.parse.quote(secret, safe='')}".encode()).decode()
    status, answer = post(f"{url}/v1/oauth2/token", {"Authorization": f"Basic {basic}"}, {})
    assert status == 200, f"sign-in: {status}"
    person = Person(url, external_id, answer["access_token"], claims=True)
    return person.join(conference_id, conference_token)


class Person:
    """Somebody who uses what the application server obtained for them."""

    def __init__(self, url, external_id, client_token, claims=False):
        self.url = url
        self.headers = {
            "Authorization": f"Bearer {client_token}",
            "Voxeet-Id": external_id.rjust(40, "0"),
        }
        info = {"name": external_id, **({"externalId": external_id} if claims else {})}
        status, answer = post(f"{url}/v2/users/identify", self.headers, info)
        assert status == 200, f"identify: {status}"
        self.headers["X-Token"] = answer["jwt_user_token"]

    def join(self, conference_id, conference_token):
        """The status of joining with this conference access token."""
        headers = {**self.headers, "X-conf-access-token": conference_token}
        return post(f"{self.url}/v1/conferences/{conference_id}/join", headers, {})[0]


async def raised(call):
    """What the client raises."""
    try:
        returned = await call
    except HttpRequestError as error:
        return {
            "status": error.status_code,
            "path": error.url.path,
            "type": error.error_type,
            "code": error.error_code,
            "reason": error.error_reason,
            "description": error.error_description,
        }
    except Exception as error:  # anything else is what the test wants to know of
        return {"unexpected": repr(error)}
    return {"returned": returned}


def by_name(user_tokens):
    return {token.external_id: token.token for token in user_tokens}


def named(participants):
    return [
        {
            "userId": person.user_id,
            "externalId": person.external_id,
            "name": person.name,
            "ipAddress": person.ip_address,
            "lastJoinTimestamp": person.last_join_timestamp,
            "nbSession": person.nb_session,
        }
        for person in participants
    ]


async def run(url, key, secret):
    point_at(url)
    got = {"version": importlib.metadata.version(DISTRIBUTION)}

    token = await authentication.get_api_token(key, secret, expires_in=600, scope=["comms:*"])
    api = token.access_token
    got["apiToken"] = dict(token)
    people = {}
    got["clientTokens"] = {}
    for name in ("alice", "bob"):
        token = await client_authentication.get_client_access_token_v2(
            api, ["conf:create", "notifications:set"], external_id=name, expires_in=900
        )
        got["clientTokens"][name] = dict(token)
        people[name] = Person(url, name, token.access_token)

    bobs = [Permission.JOIN, Permission.SEND_MESSAGE]
    created = await conference.create_conference(
        api,
        "alice",
        alias="python-room",
        pincode="1234",
        ttl=60,
        participants=[
            Participant("bob", bobs, False),
            Participant("carol", [Permission.JOIN], True),
        ],
    )
    room = created.conference_id
    tokens = by_name(created.user_tokens)
    got["created"] = {
        "conferenceId": room,
        "conferenceAlias": created.conference_alias,
        "conferencePincode": created.conference_pincode,
        "isProtected": created.is_protected,
        "ownerToken": created.owner_token,
        "usersTokens": tokens,
    }
    got["joined"] = {
        "alice": people["alice"].join(room, created.owner_token),
        "bob": people["bob"].join(room, tokens["bob"]),
        "bobAsOwner": people["bob"].join(room, created.owner_token),
    }
    hashed = await conference.create_conference(
        api,
        "alice",
        alias="python room #7",
        pincode=4711,
        participants=[Participant("dave", [], False)],
    )
    daves = by_name(hashed.user_tokens)["dave"]
    got["hashed"] = {
        "conferenceAlias": hashed.conference_alias,
        "conferencePincode": hashed.conference_pincode,
        "usersTokens": by_name(hashed.user_tokens),
    }
    got["claimed"] = join_as_claimed(
        url, key, secret, "alice", hashed.conference_id, hashed.owner_token
    )
    got["claimedAnother"] = join_as_claimed(url, key, secret, "bob", hashed.conference_id, daves)
    listed = await conference.list_participants(api, room)
    got["participants"] = named(listed.participants)

    invited = await conference.invite(
        api,
        room,
        [
            Participant("bob", [Permission.JOIN], True),
            Participant("dave", [Permission.JOIN, Permission.INVITE], False),
            Participant("zo\u00eb", [], False),
        ],
    )
    got["invited"] = by_name(invited)

    changed = [Participant("bob", [Permission.JOIN, Permission.KICK], False)]
    updated = by_name(await conference.update_permissions(api, room, changed))
    got["updated"] = updated
    got["joinedAfterUpdate"] = {
        "old": people["bob"].join(room, tokens["bob"]),
        "new": people["bob"].join(room, updated["bob"]),
    }

    await conference.send_message(api, room, "alice", [], "to everybody")
    await conference.send_message(api, room, "alice", ["bob"], "to bob, gr\u00fc\u00dfe")

    await conference.kick(api, room, ["bob"])
    got["joinedAfterKick"] = people["bob"].join(room, updated["bob"])
    listed = await conference.list_participants(api, room)
    got["participantsAfterKick"] = named(listed.participants)

    narrow = await authentication.get_api_token(key, secret, scope=["comms:conf:create"])
    nobody = [Participant("erin", [Permission.JOIN], False)]
    got["errors"] = {
        "wrongSecret": await raised(authentication.get_api_token(key, f"not-{secret}")),
        "wrongToken": await raised(conference.create_conference("not-a-token", "alice")),
        "narrowToken": await raised(conference.invite(narrow.access_token, room, nobody)),
        "unknownConference": await raised(conference.invite(api, "no-such-room", nobody)),
        "unknownPermission": await raised(
            conference.invite(api, room, [Participant("erin", ["FLY"], False)])
        ),
        "kickedAgain": await raised(conference.invite(api, room, changed)),
    }
    await conference.terminate(api, room)
    got["errors"]["terminated"] = await raised(conference.list_participants(api, room))
    return got


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(*sys.argv[1:]))))
