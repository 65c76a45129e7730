// An adapter in JavaScript. client.mjs next to it is in the place of your SDK.
import { createInterface } from 'node:readline';
import { Refusal } from './calls.mjs';
import { Client } from './client.mjs';

const events = ['InvitationReceived', 'ParticipantAdded', 'ParticipantUpdated', 'ParticipantKicked',
    'UpdateToken', 'OwnParticipantSwitched', 'ConferenceMessageReceived', 'ConferenceDestroyed',
    'ConferenceStatusNotification', 'ParticipantJoinedNotification', 'ParticipantLeftNotification'];
const clients = new Map();
const of = ({ session }) => clients.get(session);

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

// Each operation by its name; what it returns is `done`.
const operations = {
    async open({ session, server, clientAccessToken, externalId, name }) {
        const tell = (type, body) => say({ event: { session, type, body } });
        clients.set(session, new Client(server.session, clientAccessToken, tell));
        await clients.get(session).open(externalId, name);
    },
    create: (request) => of(request).create(request.alias, request.ttl),
    async join(request) {
        await of(request).join(request.conferenceId, 'user', request.conferenceAccessToken);
    },
    async listen(request) {
        await of(request).join(request.conferenceId, 'listener', request.conferenceAccessToken);
    },
    async invite(request) {
        await of(request).call(request.conferenceId, 'invite', { externalProfiles: request.people });
    },
    async update_permissions(request) {
        const userPermissions = request.people.map(({ externalId, permissions }) => (
            { userId: of(request).ids[externalId], newPermissions: permissions }
        ));
        await of(request).call(request.conferenceId, 'permissions', { userPermissions });
    },
    async kick(request) {
        await of(request).call(request.conferenceId, `kick/${of(request).ids[request.externalId]}`, {});
    },
    async leave(request) {
        await of(request).call(request.conferenceId, 'leave', { reason: 'hangUp' });
    },
    async send(request) {
        await of(request).call(request.conferenceId, 'send', { message: request.message });
    },
    async subscribe(request) {
        await of(request).post('/v1/subscriptions', { subscriptions: request.subscriptions });
    },
    close: (request) => of(request).close(),
};

async function answer({ id, operation, ...request }) {
    if (!operations[operation]) return { id, unsupported: 'this client has no such thing' };
    try {
        return { id, done: (await operations[operation](request)) ?? {} };
    } catch (error) {
        const { message, status, code } = error;
        return error instanceof Refusal ? { id, refused: { status, code, message } } : { id, failed: `${error}` };
    }
}

say({ hello: { name: 'javascript-example', version: '1', operations: Object.keys(operations), events } });
const lines = createInterface({ input: process.stdin });
lines.on('line', async (line) => say(await answer(JSON.parse(line))));
lines.on('close', () => process.exit());
