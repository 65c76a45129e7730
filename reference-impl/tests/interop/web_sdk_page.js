// Runs in the page of one person, beside the unmodified Web SDK: tells the test of every event, and
// does what the test wants. `report` and `freshToken` are the test's.
'use strict';

const sdk = VoxeetSDK.default || VoxeetSDK;

// Names of permissions, in one order whatever they came in.
// Before 3.2 there were none.
const names = (permissions) => [...(permissions ?? [])].sort();

const described = (participant) => ({
    externalId: participant.info.externalId ?? null,
    name: participant.info.name ?? null,
    avatarUrl: participant.info.avatarUrl ?? null,
    status: participant.status,
    type: participant.type,
});

const conferenceOf = (conference) => ({
    id: conference.id,
    alias: conference.alias ?? null,
    permissions: names(conference.permissions),
});

for (const event of ['participantAdded', 'participantUpdated']) {
    sdk.conference.on(event, (who) => report({ event, ...described(who) }));
}
for (const event of ['left', 'ended', 'switched']) {
    sdk.conference.on(event, () => report({ event }));
}
sdk.conference.on('permissionsUpdated', (permissions) => {
    report({ event: 'permissionsUpdated', permissions: names(permissions) });
});
sdk.conference.on('error', (error) => report({ event: 'error', message: error.message }));
sdk.command.on('received', (from, message) => {
    report({ event: 'received', from: from.info.externalId ?? null, message });
});
sdk.notification.on('invitation', (invitation) => {
    report({
        event: 'invitation',
        conferenceId: invitation.conferenceId,
        conferenceAlias: invitation.conferenceAlias,
        hasToken: Boolean(invitation.conferenceToken),
        from: described(invitation.participant),
    });
});
for (const event of ['participantJoined', 'participantLeft', 'conferenceEnded']) {
    sdk.notification.on(event, (news) => {
        const who = news.participant?.info.externalId;
        report({ event, conferenceAlias: news.conferenceAlias, ...(who && { externalId: who }) });
    });
}
sdk.notification.on('conferenceStatus', (status) => {
    report({
        event: 'conferenceStatus',
        conferenceAlias: status.conferenceAlias,
        live: status.live,
        participants: status.participants.map((who) => who.info.externalId),
    });
});

// Media are no part of this: without them, HTTP and the WebSocket are enough.
const silent = { constraints: { audio: false, video: false } };

const found = (externalId) => {
    const everybody = [...sdk.conference.participants.values()];
    return everybody.find((who) => who.info.externalId === externalId);
};

// Version 3.0.3 has no setting for its hosts: what goes to the vendor's goes to the server under test.
const VENDOR = /^(http|ws)s:\/\/(?:session|telemetry)\.voxeet\.com/;
let server = null;
const redirected = (url) => String(url).replace(VENDOR, (_, kind) => server.replace(/^http/, kind));
const { open } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.open = function openAtServer(method, url, ...rest) {
    return open.call(this, method, redirected(url), ...rest);
};
window.WebSocket = class extends WebSocket {
    constructor(url, ...rest) {
        super(redirected(url), ...rest);
    }
};

const pointAt = (url) => {
    server = url;
    sdk.host = server;
    sdk.telemetryHost = server;
    // `identify` says where the WebSocket is; this must not be needed.
    sdk.wsHost = 'ws://nowhere.invalid';
};

const actions = {
    async open({ server, token, info }) {
        pointAt(server);
        sdk.initializeToken(token, async (isExpired) => {
            const token = await freshToken();
            // Told once the SDK has taken the token.
            setTimeout(() => report({ event: 'tokenGiven', isExpired }));
            return token;
        });
        await sdk.session.open(info);
    },
    // Signs in with key and secret, so that no token says who the user is.
    async signIn({ server, key, secret, info }) {
        pointAt(server);
        sdk.initialize(key, secret);
        await sdk.session.open(info);
    },
    async close() {
        await sdk.session.close();
    },
    async create(options) {
        return conferenceOf(await sdk.conference.create(options));
    },
    async join({ conferenceId, ...options }) {
        const conference = await sdk.conference.fetch(conferenceId);
        return conferenceOf(await sdk.conference.join(conference, { ...silent, ...options }));
    },
    // Joins as a listener.
    async listen({ conferenceId, ...options }) {
        const conference = await sdk.conference.fetch(conferenceId);
        return conferenceOf(await sdk.conference.listen(conference, options));
    },
    async invite({ conferenceId, people }) {
        const conference = await sdk.conference.fetch(conferenceId);
        await sdk.notification.invite(conference, people);
    },
    // Before 3.1, inviting belonged to the conferences, and named only who is invited.
    async inviteByConference({ conferenceId, people }) {
        const conference = await sdk.conference.fetch(conferenceId);
        await sdk.conference.invite(conference, people);
    },
    // As its documentation has it: permissions are a Set, which the SDK sends as `{}`.
    async inviteWithSet({ conferenceId, people }) {
        const sets = people.map((who) => ({ ...who, permissions: new Set(who.permissions) }));
        await actions.invite({ conferenceId, people: sets });
    },
    async updatePermissions({ externalId, permissions }) {
        await sdk.conference.updatePermissions([{ participant: found(externalId), permissions }]);
    },
    async updatePermissionsWithSet({ externalId, permissions }) {
        await actions.updatePermissions({ externalId, permissions: new Set(permissions) });
    },
    // These give the whole answer, with the request and its tokens, which concerns nobody.
    async send({ message }) {
        await sdk.command.send(message);
    },
    async kick({ externalId }) {
        await sdk.conference.kick(found(externalId));
    },
    async leave() {
        await sdk.conference.leave();
    },
    async subscribe({ subscriptions }) {
        await sdk.notification.subscribe(subscriptions);
    },
    async unsubscribe({ subscriptions }) {
        await sdk.notification.unsubscribe(subscriptions);
    },
    // What the SDK knows of everybody in the conference.
    participants() {
        const everybody = [...sdk.conference.participants.values()].map(described);
        return everybody.sort((one, other) => (one.externalId < other.externalId ? -1 : 1));
    },
};

// What an action comes to: errors keep what an application can read of them.
window.act = async (action, options) => {
    try {
        return { result: (await actions[action](options)) ?? null };
    } catch (error) {
        const { name, message, status, code, reason } = error;
        return { error: { name, message, status, code, reason } };
    }
};
