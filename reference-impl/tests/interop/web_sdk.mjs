// What people do with the unmodified Web SDK in a real browser, against the server at URL.
//
//     web_sdk.mjs URL BROWSER SECRET SCENE...
//
// Each scene has an application of its own, whose key is the scene's name: so scenes that play at
// the same time do not meet. An application server obtains the tokens, with the unmodified Node
// client.
//
// Prints lines of JSON: in which scene, `who` it happened to, and what. An `event` is what the SDK
// told the application, `did` an action and what it came to, `refused` an answer of 400 or more,
// `trouble` what must never happen. web_sdk.rs judges them.

import { createRequire } from 'node:module';
import { launch, lineTo, Person } from './browser.mjs';

const { connect, print } = createRequire(import.meta.url)('./rest.js');
const [url, browser, secret, ...wanted] = process.argv.slice(2);
const { authentication, communications } = connect(url);
const rest = communications.conference;

const isConnected = (externalId) => ({
    event: 'participantUpdated',
    externalId,
    status: 'Connected',
});
const invited = (externalId) => ({ info: { externalId } });

// Where a scene plays, and what happens in many of them.
class Stage {
    constructor(scene, shared, api) {
        Object.assign(this, { scene, shared, api });
        this.cast = [];
    }

    async clientToken(externalId, expiresIn) {
        const sessionScope = ['conf:create', 'notifications:set'];
        const options = { accessToken: this.api, externalId, expiresIn, sessionScope };
        return (await communications.authentication.getClientAccessTokenV2(options)).access_token;
    }

    // Somebody with a page, who has not opened a session yet.
    async arrive(who, externalId = who, version = undefined) {
        const freshToken = () => this.clientToken(externalId);
        const person = await Person.arrive(this.shared, this.scene, who, freshToken, version);
        person.externalId = externalId;
        this.cast.push(person);
        return person;
    }

    async openSession(person, { server = url, expiresIn } = {}) {
        const { externalId } = person;
        const token = await this.clientToken(externalId, expiresIn);
        const avatarUrl = `https://avatars.invalid/${externalId}.png`;
        const info = { name: externalId.toUpperCase(), externalId, avatarUrl };
        await person.act('open', { server, token, info });
    }

    // Opens a session as the vendor's samples do: with key and secret, and a claim of who it is.
    async signIn(person) {
        const { externalId } = person;
        const info = { name: externalId.toUpperCase(), externalId };
        await person.act('signIn', { server: url, key: this.scene, secret, info });
    }

    // Alice and Bob, with open sessions.
    async both(options = {}) {
        const opened = async (who) => {
            const person = await this.arrive(who);
            await this.openSession(person, options[who]);
            return person;
        };
        return Promise.all(['alice', 'bob'].map(opened));
    }
}

// Creates a conference and joins it: its id.
async function createAndJoin(person, alias) {
    const { id } = await person.act('create', { alias });
    await person.act('join', { conferenceId: id });
    await person.until(isConnected(person.externalId));
    return id;
}

// Joins what the invitation is to, as the guide has it, and waits until all know.
async function accept(person, others, count = 1) {
    const { conferenceId } = await person.until({ event: 'invitation' }, count);
    await person.act('join', { conferenceId });
    const know = (someone) => someone.until(isConnected(person.externalId), count);
    await Promise.all([person, ...others].map(know));
}

const scenes = {
    // The guide's steps for the SDK, in a protected conference; and what permissions are for.
    async protected(stage) {
        const [alice, bob] = await stage.both();
        const id = await createAndJoin(alice, 'Protected Room');
        await alice.act('invite', { conferenceId: id, people: [invited('bob')] });
        await accept(bob, [alice]);
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
        await alice.act('leave');
    },

    // The same in an unprotected conference.
    async unprotected(stage) {
        const [alice, bob] = await stage.both();
        const id = await createAndJoin(alice, 'Open Room');
        await alice.act('invite', { conferenceId: id, people: [invited('bob')] });
        await accept(bob, [alice]);
        await alice.act('send', { message: 'from alice' });
        await bob.until({ event: 'received' });
        await bob.act('leave');
        await alice.until({ event: 'participantUpdated', externalId: 'bob', status: 'Left' });
    },

    // Who opens a session late has missed the invitation, and gets the next one.
    async late(stage) {
        const [alice, bob] = await Promise.all(['alice', 'bob'].map((who) => stage.arrive(who)));
        await stage.openSession(alice);
        const id = await createAndJoin(alice, 'Late Room');
        await alice.act('invite', { conferenceId: id, people: [invited('bob')] });
        await alice.until({ event: 'participantAdded', externalId: 'bob' });
        await stage.openSession(bob);
        // Had there been an earlier invitation, it would have come first, on the same connection.
        const people = [{ ...invited('bob'), permissions: ['JOIN', 'SEND_MESSAGE'] }];
        await alice.act('invite', { conferenceId: id, people });
        await accept(bob, [alice]);
        // And who has left can be invited once more.
        await bob.act('leave');
        await alice.until({ event: 'participantUpdated', externalId: 'bob', status: 'Left' });
        await alice.act('inviteWithSet', { conferenceId: id, people });
        await accept(bob, [alice], 2);
    },

    // The guide's steps for an application server: one is handed a token, the other is notified.
    async rest(stage) {
        const [alice, bob] = await stage.both();
        const alias = 'rest-room';
        const types = ['Participant.Joined', 'Participant.Left', 'Conference.Ended'];
        const subscriptions = types.map((type) => ({ type, conferenceAlias: alias }));
        await bob.act('subscribe', { subscriptions });
        await bob.until({ event: 'conferenceStatus' });
        const two = ['JOIN', 'SEND_MESSAGE'];
        const room = await rest.createConference(stage.api, {
            ownerExternalId: 'alice',
            alias,
            participants: [{ externalId: 'bob', permissions: two, notify: true }],
        });
        const id = room.conferenceId;
        await alice.act('join', { conferenceId: id, conferenceAccessToken: room.ownerToken });
        await alice.until(isConnected('alice'));
        await bob.until({ event: 'participantJoined', externalId: 'alice' });
        await accept(bob, [alice]);
        const wider = [{ externalId: 'bob', permissions: [...two, 'INVITE'] }];
        await rest.updatePermissions(stage.api, id, wider);
        await bob.until({ event: 'permissionsUpdated' });
        await rest.sendMessage(stage.api, id, 'alice', ['bob'], 'by rest');
        await bob.until({ event: 'received' });
        await rest.kick(stage.api, id, ['bob']);
        await bob.until({ event: 'left' });
        await alice.until({ event: 'participantUpdated', externalId: 'bob', status: 'Kicked' });
        await rest.terminate(stage.api, id);
        await alice.until({ event: 'ended' });
        await bob.until({ event: 'conferenceEnded' });
        await bob.act('unsubscribe', { subscriptions });
    },

    // Somebody who is not notified listens, with the token that the application server got.
    async listener(stage) {
        const [alice, bob] = await stage.both();
        const { conferenceId, ownerToken, usersTokens } = await rest.createConference(stage.api, {
            ownerExternalId: 'alice',
            participants: [{ externalId: 'bob', permissions: ['JOIN'], notify: false }],
        });
        await alice.act('join', { conferenceId, conferenceAccessToken: ownerToken });
        await alice.until(isConnected('alice'));
        await bob.act('listen', { conferenceId, conferenceAccessToken: usersTokens.bob });
        await Promise.all([alice, bob].map((person) => person.until(isConnected('bob'))));
    },

    // A second session of the same person takes the place of the first.
    async switched(stage) {
        const [alice, bob] = await stage.both();
        const second = await stage.arrive('second', 'bob');
        await stage.openSession(second);
        const id = await createAndJoin(alice, 'Switched Room');
        await alice.act('invite', { conferenceId: id, people: [invited('bob')] });
        await second.until({ event: 'invitation' });
        await accept(bob, [alice]);
        await second.act('join', { conferenceId: id });
        await bob.until({ event: 'left' });
        await second.until(isConnected('bob'));
        await alice.act('send', { message: 'to whoever is bob' });
        await second.until({ event: 'received' });
        await alice.act('participants');
    },

    // A page whose network breaks for a moment misses nothing that still matters.
    async reconnect(stage) {
        const line = await lineTo(url);
        const [alice, bob] = await stage.both({ alice: { server: line.url } });
        const id = await createAndJoin(alice, 'Shaky Room');
        await alice.act('invite', { conferenceId: id, people: [invited('bob')] });
        await accept(bob, [alice]);
        line.cut();
        await alice.until({ socket: 'closed' });
        await bob.act('leave');
        line.mend();
        await alice.until({ event: 'participantUpdated', externalId: 'bob', status: 'Left' });
        await alice.act('invite', { conferenceId: id, people: [invited('bob')] });
        await accept(bob, [alice], 2);
    },

    // As published applications do it: pages sign in with key and secret and say who they are. The
    // application server names the conference with a number sign, and hands out the tokens.
    async claimed(stage) {
        const people = await Promise.all(['alice', 'bob'].map((who) => stage.arrive(who)));
        const [alice, bob] = people;
        for (const person of people) await stage.signIn(person);
        // A PIN code is a number there.
        await alice.act('create', { alias: 'Pin Room', pinCode: 4711 });
        const { conferenceId, ownerToken, usersTokens } = await rest.createConference(stage.api, {
            ownerExternalId: 'alice',
            alias: 'Studio #7',
            participants: [{ externalId: 'bob', permissions: ['JOIN'], notify: false }],
        });
        await alice.act('join', { conferenceId, conferenceAccessToken: ownerToken });
        await alice.until(isConnected('alice'));
        await bob.act('join', { conferenceId, conferenceAccessToken: usersTokens.bob });
        await Promise.all(people.map((person) => person.until(isConnected('bob'))));
    },

    // A message of an application server that names nobody is for everybody.
    async everybody(stage) {
        const [alice, bob] = await stage.both();
        const { conferenceId, ownerToken, usersTokens } = await rest.createConference(stage.api, {
            ownerExternalId: 'alice',
            participants: [{ externalId: 'bob', permissions: ['JOIN'], notify: false }],
        });
        await alice.act('join', { conferenceId, conferenceAccessToken: ownerToken });
        await bob.act('join', { conferenceId, conferenceAccessToken: usersTokens.bob });
        await bob.until(isConnected('bob'));
        await rest.sendMessage(stage.api, conferenceId, 'alice', [], 'to everybody');
        await bob.until({ event: 'received' });
    },

    // A conference ends while somebody is invited to it and has not joined: outside of any
    // conference first, and then in another one.
    async ringing(stage) {
        const [alice, bob] = await stage.both();
        const destroyed = { frame: 'ConferenceDestroyed' };
        const first = await createAndJoin(alice, 'Ringing Room');
        await alice.act('invite', { conferenceId: first, people: [invited('bob')] });
        await bob.until({ event: 'invitation' });
        await rest.terminate(stage.api, first);
        await alice.until({ event: 'ended' });
        await bob.until(destroyed);
        await createAndJoin(bob, 'Quiet Room');
        const second = await createAndJoin(alice, 'Ringing Again');
        await alice.act('invite', { conferenceId: second, people: [invited('bob')] });
        await bob.until({ event: 'invitation' }, 2);
        await rest.terminate(stage.api, second);
        await alice.until({ event: 'ended' }, 2);
        await bob.until(destroyed, 2);
        await bob.act('send', { message: 'still here' });
        await bob.act('participants');
    },

    // Version 3.0.3 of the Web SDK, which knows nothing of protected conferences.
    async older(stage) {
        const people = ['alice', 'bob'].map((who) => stage.arrive(who, who, '3.0.3'));
        const [alice, bob] = await Promise.all(people);
        for (const person of [alice, bob]) await stage.signIn(person);
        const { id } = await alice.act('create', { alias: 'Older Room', pinCode: 4711 });
        await alice.act('join', { conferenceId: id });
        await alice.until(isConnected('alice'));
        const guests = [{ externalId: 'bob' }];
        await alice.act('inviteByConference', { conferenceId: id, people: guests });
        await accept(bob, [alice]);
        await alice.act('send', { message: 'from alice' });
        await bob.until({ event: 'received' });
        await bob.act('leave');
        await alice.until({ event: 'participantUpdated', externalId: 'bob', status: 'Left' });
    },

    // Who asks for another conference leaves the present one first, whatever the answer is.
    async elsewhere(stage) {
        const [alice, bob] = await stage.both();
        const id = await createAndJoin(alice, 'Present Room');
        await alice.act('invite', { conferenceId: id, people: [invited('bob')] });
        await accept(bob, [alice]);
        const headers = bob.nextHeaders('/no-such-room/join');
        await bob.act('join', { conferenceId: 'no-such-room' });
        await bob.until({ event: 'left' });
        bob.tell({ carriesToken: 'x-conf-access-token' in await headers });
        await alice.until({ event: 'participantUpdated', externalId: 'bob', status: 'Left' });
    },

    // A page asks for another client access token in time, and its session goes on with it.
    async refresh(stage) {
        const [alice] = await stage.both({ alice: { expiresIn: 10 } });
        await alice.until({ event: 'tokenGiven' });
        const headers = alice.nextHeaders('/v1/conferences/create');
        await createAndJoin(alice, 'Refreshed Room');
        const claims = (await headers).authorization.split('.')[1];
        const { iat, exp } = JSON.parse(Buffer.from(claims, 'base64url'));
        alice.tell({ tokenLifetime: exp - iat });
    },
};

async function play(scene, shared) {
    const api = await authentication.getApiAccessToken(scene, secret);
    const stage = new Stage(scene, shared, api);
    await scenes[scene](stage);
    // From here on people leave, in any order.
    print({ scene, curtain: true });
    for (const person of stage.cast) await person.go();
}

// How many scenes play at the same time: more of them would only slow each other down.
const STAGES = 3;

const shared = await launch(browser);
try {
    const queue = [...wanted];
    const playOn = async () => {
        for (let scene = queue.shift(); scene; scene = queue.shift()) {
            const failed = await play(scene, shared).then(() => null, (error) => error);
            print({ scene, ended: failed ? String(failed.stack ?? failed) : 'well' });
        }
    };
    await Promise.all(Array.from({ length: STAGES }, playOn));
} finally {
    await shared.close();
}
// A connection that is left over must not keep this program.
process.exit(0);
