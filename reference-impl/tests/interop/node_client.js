// What an application server does, with the unmodified Node client, against the server at URL.
//
//     node_client.js URL APP_KEY APP_SECRET
//
// Prints one line of JSON: what the client returned and how it rejected. The same run, in the same
// order and with the same output, is made by python_client.py; rest_client.rs judges both.
'use strict';

const { connect, print } = require('./rest.js');

// A call that the REST client does not have: the status, and the answer if it succeeded.
async function post(url, headers, body) {
    const request = {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
    };
    const answer = await fetch(url, request);
    const text = await answer.text();
    return [answer.status, answer.ok ? JSON.parse(text) : null];
}

// The status of joining after a sign-in with key and secret, as the vendor's samples do it: its body
// is `{}`, and the session claims its external id.
async function joinAsClaimed(url, key, secret, externalId, conferenceId, conferenceToken) {
    const basic = Buffer.from(`${key}:${encodeURIComponent(secret)}`).toString('base64');
    const [status, answer] = await post(`${url}/v1/oauth2/token`, { Authorization: `Basic ${basic}` }, {});
    if (status !== 200) throw new Error(`sign-in: ${status}`);
    const claims = { externalId };
    const somebody = await person(url, externalId, answer.access_token, claims);
    return somebody.join(conferenceId, conferenceToken);
}

// Somebody who uses what the application server obtained for them.
async function person(url, externalId, clientToken, claims = {}) {
    const headers = {
        Authorization: `Bearer ${clientToken}`,
        'Voxeet-Id': externalId.padStart(40, '0'),
    };
    const info = { name: externalId, ...claims };
    const [status, answer] = await post(`${url}/v2/users/identify`, headers, info);
    if (status !== 200) throw new Error(`identify: ${status}`);
    headers['X-Token'] = answer.jwt_user_token;
    return {
        // The status of joining with this conference access token.
        async join(conferenceId, conferenceToken) {
            const all = { ...headers, 'X-conf-access-token': conferenceToken };
            return (await post(`${url}/v1/conferences/${conferenceId}/join`, all, {}))[0];
        },
    };
}

// How the client rejects: with one string, which ends with the body of the answer.
async function rejected(call) {
    try {
        return { returned: await call };
    } catch (reason) {
        const form = /^This request has been rejected with the response code (\d+) and description: (.*)$/s;
        const found = typeof reason === 'string' && form.exec(reason);
        if (!found) return { unexpected: String(reason) };
        const body = JSON.parse(found[2]);
        return {
            status: Number(found[1]),
            type: body.type,
            code: body.error_code,
            reason: body.error_reason,
            description: body.error_description,
        };
    }
}

async function run(url, key, secret) {
    const { authentication, communications, version } = connect(url);
    const { conference } = communications;
    const getClientToken = communications.authentication.getClientAccessTokenV2;
    const got = { version };

    const api = await authentication.getApiAccessToken(key, secret, 600, ['comms:*']);
    got.apiToken = api;
    const people = {};
    got.clientTokens = {};
    for (const name of ['alice', 'bob']) {
        const token = await getClientToken({
            accessToken: api,
            externalId: name,
            expiresIn: 900,
            sessionScope: ['conf:create', 'notifications:set'],
        });
        got.clientTokens[name] = token;
        people[name] = await person(url, name, token.access_token);
    }

    const created = await conference.createConference(api, {
        ownerExternalId: 'alice',
        alias: 'node-room',
        pinCode: '1234',
        ttl: 60,
        participants: [
            { externalId: 'bob', permissions: ['JOIN', 'SEND_MESSAGE'], notify: false },
            { externalId: 'carol', permissions: ['JOIN'], notify: true },
        ],
    });
    const room = created.conferenceId;
    got.created = created;
    got.joined = {
        alice: await people.alice.join(room, created.ownerToken),
        bob: await people.bob.join(room, created.usersTokens.bob),
        bobAsOwner: await people.bob.join(room, created.ownerToken),
    };
    const hashed = await conference.createConference(api, {
        ownerExternalId: 'alice',
        alias: 'node room #7',
        pinCode: 4711,
        participants: [{ externalId: 'dave', permissions: [], notify: false }],
    });
    got.hashed = hashed;
    const joinHashed = (who, token) => (
        joinAsClaimed(url, key, secret, who, hashed.conferenceId, token)
    );
    got.claimed = await joinHashed('alice', hashed.ownerToken);
    got.claimedAnother = await joinHashed('bob', hashed.usersTokens.dave);
    got.participants = (await conference.participants(api, room)).participants;

    got.invited = await conference.invite(api, room, [
        { externalId: 'bob', permissions: ['JOIN'], notify: true },
        { externalId: 'dave', permissions: ['JOIN', 'INVITE'], notify: false },
        { externalId: 'zoe', permissions: [], notify: false },
    ]);

    const changed = [{ externalId: 'bob', permissions: ['JOIN', 'KICK'] }];
    got.updated = await conference.updatePermissions(api, room, changed);
    got.joinedAfterUpdate = {
        old: await people.bob.join(room, created.usersTokens.bob),
        new: await people.bob.join(room, got.updated.bob),
    };

    await conference.sendMessage(api, room, 'alice', [], 'to everybody');
    await conference.sendMessage(api, room, 'alice', ['bob'], 'to bob');

    await conference.kick(api, room, ['bob']);
    got.joinedAfterKick = await people.bob.join(room, got.updated.bob);
    got.participantsAfterKick = (await conference.participants(api, room)).participants;

    const narrow = await authentication.getApiAccessToken(key, secret, 600, ['comms:conf:create']);
    const wrong = { ...api, access_token: 'not-a-token' };
    const nobody = [{ externalId: 'erin', permissions: ['JOIN'], notify: false }];
    const flying = [{ externalId: 'erin', permissions: ['FLY'], notify: false }];
    got.errors = {
        wrongSecret: await rejected(authentication.getApiAccessToken(key, `not-${secret}`)),
        wrongToken: await rejected(conference.createConference(wrong, { ownerExternalId: 'alice' })),
        narrowToken: await rejected(conference.invite(narrow, room, nobody)),
        unknownConference: await rejected(conference.invite(api, 'no-such-room', nobody)),
        unknownPermission: await rejected(conference.invite(api, room, flying)),
        kickedAgain: await rejected(conference.invite(api, room, changed)),
    };

    // This client counts characters where bytes are meant, so the end of such a body arrives as
    // the beginning of the next request, on the connection that it keeps. Who is faster decides
    // what comes of that, so once is not enough.
    const accented = { ownerExternalId: 'alice', alias: 'gr\u00fc\u00dfe' };
    got.cutShort = [];
    got.participantsAfterCutShort = [];
    for (let round = 0; round < 10; round += 1) {
        got.cutShort.push(await rejected(conference.createConference(api, accented)));
        const { participants } = await conference.participants(api, room);
        got.participantsAfterCutShort.push(participants);
    }

    await conference.terminate(api, room);
    got.errors.terminated = await rejected(conference.participants(api, room));
    return got;
}

run(...process.argv.slice(2)).then(
    (got) => print(got),
    (error) => {
        console.error(error);
        process.exitCode = 1;
    },
);
