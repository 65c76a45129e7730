// An adapter for the unmodified Web SDK in a real browser: docs/adapters.md says what an adapter is.
//
//     web_sdk_adapter.mjs BROWSER VERSION
//
// A session is a page of its own. INVITE_NODE_MODULES says where the packages are.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { launch } from './browser.mjs';

const { print } = createRequire(import.meta.url)('./rest.js');
const [browser, version] = process.argv.slice(2);

// Before 3.1 there were neither permissions nor conference access tokens.
const isOlder = version.startsWith('3.0.');

// Which frames bring the events of the SDK.
const FRAMES = {
    participantAdded: 'ParticipantAdded',
    participantUpdated: 'ParticipantUpdated',
    received: 'ConferenceMessageReceived',
    invitation: 'InvitationReceived',
    participantJoined: 'ParticipantJoinedNotification',
    participantLeft: 'ParticipantLeftNotification',
    conferenceEnded: 'ConferenceEndedNotification',
    conferenceStatus: 'ConferenceStatusNotification',
    switched: 'OwnParticipantSwitched',
    ended: 'ConferenceDestroyed',
    ...(!isOlder && { permissionsUpdated: 'UpdateToken' }),
};

class Refused extends Error {}

// The page of a session.
class Page {
    static async arrive({ browser, site }, session, externalId) {
        const page = await (await browser.newContext()).newPage();
        const it = Object.assign(new Page(), { page, session, externalId });
        await page.exposeFunction('report', (event) => it.report(event));
        await page.exposeFunction('freshToken', () => it.token);
        page.on('pageerror', (error) => console.error(`${session}: ${error}`));
        await page.goto(`${site.origin}/${version}`);
        return it;
    }

    report({ event, ...body }) {
        const isOwn = body.externalId === this.externalId;
        const isKick = event === 'participantUpdated' && body.status === 'Kicked' && isOwn;
        const type = isKick ? 'ParticipantKicked' : FRAMES[event] ?? event;
        print({ event: { session: this.session, type, body } });
    }

    async act(action, options) {
        const call = ([name, given]) => window.act(name, given);
        const { result, error } = await this.page.evaluate(call, [action, options]);
        if (!error) return result ?? {};
        const { name, message, status, code } = error;
        // For a lack of permissions, the SDK tells neither status nor code.
        const isLack = name === 'InsufficientPermissionsError' || /insufficient permission/i.test(message);
        if (!status && !isLack) throw new Error(`${name}: ${message}`);
        throw Object.assign(new Refused(), { refused: { status, code: isLack ? 114 : code, message } });
    }
}

const pages = new Map();
const shared = launch(browser);
const of = ({ session }) => pages.get(session);
const invited = (people) => people.map(({ externalId, permissions }) => (
    isOlder ? { externalId } : { info: { externalId }, ...(permissions && { permissions }) }
));

const operations = {
    async open({ session, server, clientAccessToken: token, externalId, name }) {
        const page = await Page.arrive(await shared, session, externalId);
        page.token = token;
        pages.set(session, page);
        await page.act('open', { server: server.session, token, info: { externalId, name } });
    },
    async create(request) {
        const { alias, ttl } = request;
        const { id, alias: conferenceAlias } = await of(request).act('create', { alias, params: { ttl } });
        return { conferenceId: id, conferenceAlias };
    },
    async join(request) {
        const { conferenceId, conferenceAccessToken } = request;
        const options = { conferenceId, ...(conferenceAccessToken && { conferenceAccessToken }) };
        await of(request).act(request.operation, options);
    },
    async invite(request) {
        const { conferenceId, people } = request;
        const action = isOlder ? 'inviteByConference' : 'invite';
        await of(request).act(action, { conferenceId, people: invited(people) });
    },
    async leave(request) {
        await of(request).act('leave');
    },
    async send(request) {
        await of(request).act('send', { message: request.message });
    },
    async subscribe(request) {
        await of(request).act('subscribe', { subscriptions: request.subscriptions });
    },
    async close(request) {
        await of(request).act('close');
        await of(request).page.context().close();
        pages.delete(request.session);
    },
};
operations.listen = operations.join;
if (!isOlder) {
    operations.update_permissions = async (request) => {
        for (const { externalId, permissions } of request.people) {
            await of(request).act('updatePermissions', { externalId, permissions });
        }
    };
    operations.kick = async (request) => {
        await of(request).act('kick', { externalId: request.externalId });
    };
}

const lacks = ({ operation, people, conferenceAccessToken }) => {
    if (!isOlder) return null;
    if (operation === 'invite' && people.some((who) => who.permissions)) return 'permissions';
    return conferenceAccessToken ? 'conferenceAccessToken' : null;
};

async function outcome(request) {
    if (!operations[request.operation]) return { unsupported: `Web SDK ${version} has no such thing` };
    const argument = lacks(request);
    if (argument) return { unsupported: `Web SDK ${version} knows no ${argument}`, argument };
    try {
        return { done: (await operations[request.operation](request)) ?? {} };
    } catch (error) {
        return error instanceof Refused ? { refused: error.refused } : { failed: `${error.message}` };
    }
}

await shared;
const needs = isOlder ? ['unprotected_conferences'] : [];
const events = [...new Set(Object.values(FRAMES)), ...(isOlder ? [] : ['ParticipantKicked'])];
const name = '@voxeet/voxeet-web-sdk';
print({ hello: { name, version, operations: Object.keys(operations), events, needs } });
const lines = createInterface({ input: process.stdin });
lines.on('line', async (line) => {
    const { id, ...request } = JSON.parse(line);
    print({ id, ...(await outcome(request)) });
});
lines.on('close', async () => {
    await (await shared).close();
    process.exit();
});
