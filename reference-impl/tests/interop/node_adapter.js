// An adapter for the unmodified Node REST client: docs/adapters.md says what an adapter is.
//
// It is an application server. A session is what it does in somebody's name, and needs no token of theirs.
'use strict';

const { createInterface } = require('node:readline');
const { CLIENT, connect, packages, print } = require('./rest.js');

const { version } = packages()(`${CLIENT}/package.json`);
const sessions = new Map();
let client = null;
let api = null;

// It says `notify` where the wire says `notification`, and has no way to leave the permissions out.
const participants = (people) => people.map(({ externalId, permissions }) => (
    { externalId, permissions: permissions ?? [], notify: true }
));

const operations = {
    async open({ session, server, externalId }) {
        client ??= connect(server.rest);
        const { INVITE_APP_KEY: key, INVITE_APP_SECRET: secret } = process.env;
        api ??= await client.authentication.getApiAccessToken(key, secret);
        sessions.set(session, externalId);
    },
    async create({ session, alias, ttl }) {
        const options = { ownerExternalId: sessions.get(session), alias, ttl };
        const made = await client.communications.conference.createConference(api, options);
        const { conferenceId, conferenceAlias, isProtected } = made;
        return { conferenceId, conferenceAlias, isProtected };
    },
    async invite({ conferenceId, people }) {
        const { conference } = client.communications;
        return { tokens: await conference.invite(api, conferenceId, participants(people)) };
    },
    async update_permissions({ conferenceId, people }) {
        const { conference } = client.communications;
        return { tokens: await conference.updatePermissions(api, conferenceId, participants(people)) };
    },
    async kick({ conferenceId, externalId }) {
        await client.communications.conference.kick(api, conferenceId, [externalId]);
    },
    async send({ session, conferenceId, message }) {
        const { conference } = client.communications;
        await conference.sendMessage(api, conferenceId, sessions.get(session), [], message);
    },
    async close({ session }) {
        sessions.delete(session);
    },
};

// It rejects with one string, which ends with the body of the answer.
const REFUSAL = /^This request has been rejected with the response code (\d+) and description: (.*)$/s;

function refused(reason) {
    const found = typeof reason === 'string' && REFUSAL.exec(reason);
    if (!found) return { failed: String(reason) };
    const [, status, text] = found;
    try {
        const { error_code: code, error_description: message } = JSON.parse(text);
        return { refused: { status: Number(status), code, message: message ?? text } };
    } catch {
        return { refused: { status: Number(status), message: text } };
    }
}

async function outcome(operation, request) {
    if (!operations[operation]) return { unsupported: 'a REST client has no session of a person' };
    try {
        return { done: (await operations[operation](request)) ?? {} };
    } catch (error) {
        return refused(error);
    }
}

print({ hello: { name: CLIENT, version, operations: Object.keys(operations), needs: ['application'] } });
// The client logs to standard output, which is for messages.
console.log = console.error;
const lines = createInterface({ input: process.stdin });
lines.on('line', async (line) => {
    const { id, operation, ...request } = JSON.parse(line);
    print({ id, ...(await outcome(operation, request)) });
});
lines.on('close', () => process.exit());
