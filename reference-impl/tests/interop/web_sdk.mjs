// What people do with the unmodified Web SDK in a real browser, against the server at URL.
//
//     web_sdk.mjs URL BROWSER SCENE KEY SECRET
//
// Prints lines of JSON: `who` it happened to, and what. An `event` is what the SDK told the
// application, `did` an action and what it came to, `trouble` what must never happen. web_sdk.rs
// judges them. An application server obtains the tokens, with the unmodified Node client.

import { createRequire } from 'node:module';
import { launch, Person, sdkVersion } from './browser.mjs';

const { connect, print } = createRequire(import.meta.url)('./rest.js');
const [url, executablePath, scene, key, secret] = process.argv.slice(2);

const { authentication, communications } = connect(url);
const { conference: rest } = communications;
const api = await authentication.getApiAccessToken(key, secret);

async function clientToken(externalId, expiresIn) {
    const sessionScope = ['conf:create', 'notifications:set'];
    const options = { accessToken: api, externalId, expiresIn, sessionScope };
    return (await communications.authentication.getClientAccessTokenV2(options)).access_token;
}

const avatar = (name) => `https://avatars.invalid/${name}.png`;
const invited = (externalId) => ({ info: { externalId } });

// Two people, each with a page; nobody has opened a session yet.
async function people(stage) {
    const arrive = (name) => Person.arrive(stage, name, () => clientToken(name));
    const [alice, bob] = await Promise.all(['alice', 'bob'].map(arrive));
    return { alice, bob };
}

async function open(person, expiresIn) {
    const token = await clientToken(person.name, expiresIn);
    const name = person.name.toUpperCase();
    const info = { name, externalId: person.name, avatarUrl: avatar(person.name) };
    await person.act('open', { server: url, token, info });
}

// Creates a conference and joins it: its id.
async function createAndJoin(person, alias) {
    const { id } = await person.act('create', { alias });
    await person.act('join', { conferenceId: id });
    await person.until({ event: 'participantUpdated', status: 'Connected' });
    return id;
}

// Joins what the invitation is to, as the guide has it.
async function accept(person, count = 1) {
    const { conferenceId } = await person.until({ event: 'invitation' }, count);
    await person.act('join', { conferenceId });
}

const isConnected = (externalId) => ({
    event: 'participantUpdated',
    externalId,
    status: 'Connected',
});

const scenes = {
    // The guide's steps for the SDK, in a protected conference; and what permissions are for.
    async protected({ alice, bob }) {
        await Promise.all([open(alice), open(bob)]);
        const id = await createAndJoin(alice, 'Protected Room');
        await alice.act('invite', { conferenceId: id, people: [invited('bob')] });
        await accept(bob);
        await Promise.all([alice.until(isConnected('bob')), bob.until(isConnected('bob'))]);
        await alice.act('participants');
        await bob.act('participants');

        const two = ['JOIN', 'SEND_MESSAGE'];
        await alice.act('updatePermissions', { externalId: 'bob', permissions: two });
        await bob.until({ event: 'permissionsUpdated' });
        await bob.act('invite', { conferenceId: id, people: [invited('carol')] });
        await bob.act('send', { message: 'from bob' });
        await alice.until({ event: 'received' });
        await alice.act('updatePermissionsWithSet', { externalId: 'bob', permissions: two });
        await bob.until({ event: 'permissionsUpdated' }, 2);
        await alice.act('send', { message: 'from alice' });
        await bob.until({ event: 'received' });

        await alice.act('kick', { externalId: 'bob' });
        await bob.until({ event: 'left' });
        await alice.until({ event: 'participantUpdated', externalId: 'bob', status: 'Kicked' });
        await bob.act('join', { conferenceId: id });
        await alice.act('participants');
        await alice.act('leave');
    },

    // The same in an unprotected conference.
    async unprotected({ alice, bob }) {
        await Promise.all([open(alice), open(bob)]);
        const id = await createAndJoin(alice, 'Open Room');
        await alice.act('invite', { conferenceId: id, people: [invited('bob')] });
        await accept(bob);
        await Promise.all([alice.until(isConnected('bob')), bob.until(isConnected('bob'))]);
        await alice.act('send', { message: 'from alice' });
        await bob.until({ event: 'received' });
        await bob.act('leave');
        await alice.until({ event: 'participantUpdated', externalId: 'bob', status: 'Left' });
    },

    // Who opens a session late has missed the invitation, and gets the next one.
    async late({ alice, bob }) {
        await open(alice);
        const id = await createAndJoin(alice, 'Late Room');
        await alice.act('inviteWithSet', { conferenceId: id, people: [
            { ...invited('bob'), permissions: ['JOIN', 'INVITE'] },
        ] });
        await alice.until({ event: 'participantAdded', externalId: 'bob' });
        await open(bob);
        // Sent on the same connection, later: had there been an earlier invitation, it would have
        // come first.
        const people = [{ ...invited('bob'), permissions: ['JOIN', 'SEND_MESSAGE'] }];
        await alice.act('invite', { conferenceId: id, people });
        await accept(bob);
        await Promise.all([alice.until(isConnected('bob')), bob.until(isConnected('bob'))]);
    },

    // The guide's steps for an application server: one is notified, the other is handed a token.
    async rest({ alice, bob }) {
        await Promise.all([open(alice), open(bob)]);
        const alias = 'rest-room';
        const types = ['Participant.Joined', 'Participant.Left', 'Conference.Ended'];
        const subscriptions = types.map((type) => ({ type, conferenceAlias: alias }));
        await bob.act('subscribe', { subscriptions });
        const two = ['JOIN', 'SEND_MESSAGE'];
        const room = await rest.createConference(api, {
            ownerExternalId: 'alice',
            alias,
            participants: [{ externalId: 'bob', permissions: two, notify: true }],
        });
        const id = room.conferenceId;
        await alice.act('join', { conferenceId: id, conferenceAccessToken: room.ownerToken });
        await alice.until(isConnected('alice'));
        await bob.until({ event: 'participantJoined', externalId: 'alice' });
        await accept(bob);
        await alice.until(isConnected('bob'));
        const wider = [{ externalId: 'bob', permissions: [...two, 'INVITE'] }];
        await rest.updatePermissions(api, id, wider);
        await bob.until({ event: 'permissionsUpdated' });
        await rest.sendMessage(api, id, 'alice', ['bob'], 'by rest');
        await bob.until({ event: 'received' });
        await rest.kick(api, id, ['bob']);
        await bob.until({ event: 'left' });
        await alice.until({ event: 'participantUpdated', externalId: 'bob', status: 'Kicked' });
        await rest.terminate(api, id);
        await alice.until({ event: 'ended' });
        await bob.until({ event: 'conferenceEnded' });
        await bob.act('unsubscribe', { subscriptions });
    },

    // A page asks for another client access token in time, and its session goes on with it.
    async refresh({ alice, bob }) {
        await Promise.all([open(alice, 2), open(bob)]);
        const first = new Promise((resolve) => {
            alice.onBearer('/v1/conferences/create', resolve);
        });
        await alice.until({ event: 'tokenWanted' });
        const { id } = await alice.act('create', { alias: '' });
        const claims = JSON.parse(Buffer.from((await first).split('.')[1], 'base64url'));
        alice.tell({ lifetime: claims.exp - claims.iat });
        await alice.act('join', { conferenceId: id });
        await alice.until(isConnected('alice'));
    },
};

const stage = await launch(executablePath);
try {
    print({ sdk: await sdkVersion(), scene });
    const cast = await people(stage);
    await scenes[scene](cast);
    for (const person of Object.values(cast)) {
        await person.act('close');
        await person.until({ socket: 'closed' });
        await person.go();
    }
    print({ ended: scene });
} finally {
    await stage.close();
}
