// A small client of the protocol, with nothing but what Node has.
import { randomBytes } from 'node:crypto';
import { connect } from './websocket.mjs';

// What a server refuses.
export class Refusal extends Error {}

export class Client {
    constructor(base, token, tell) {
        Object.assign(this, { base, tell, sent: 0, tokens: {}, ids: {} });
        this.headers = {
            'Content-Type': 'application/json',
            'Voxeet-Id': randomBytes(20).toString('hex'),
            Authorization: `Bearer ${token}`,
        };
    }

    async post(path, content) {
        const body = JSON.stringify(content);
        const answer = await fetch(this.base + path, { method: 'POST', headers: this.headers, body });
        const read = JSON.parse((await answer.text()) || '{}') ?? {};
        if (answer.ok) return read;
        const message = read.error_description ?? answer.statusText;
        throw Object.assign(new Refusal(message), { status: answer.status, code: read.error_code });
    }

    call(conference, what, body) {
        return this.post(`/v1/conferences/${conference}/${what}`, body);
    }

    async open(externalId, name) {
        const me = await this.post('/v2/users/identify', { externalId, name, sdkVersion: '1' });
        this.headers['X-Token'] = me.jwt_user_token;
        const query = { 'Voxeet-Id': this.headers['Voxeet-Id'], Token: me.jwt_user_token };
        const origin = me.wsUri ?? this.base.replace('http', 'ws');
        const url = `${origin}/v2/session?${new URLSearchParams(query)}`;
        this.socket = await connect(url, (text) => this.hear(JSON.parse(text)));
        this.timer = setInterval(() => this.send({ type: 'keep_alive' }), 30_000);
    }

    async create(alias = '', ttl = 0) {
        const { ownerToken, ...made } = await this.post('/v1/conferences/create', { alias, params: { ttl } });
        this.tokens[made.conferenceId] = ownerToken;
        return made;
    }

    async join(conference, type, given) {
        const token = given ?? this.tokens[conference];
        if (token) this.headers['X-conf-access-token'] = token;
        const { participants } = await this.call(conference, 'join', { user: { type } });
        for (const who of participants ?? []) this.ids[who.externalId] = who.participant_id;
    }

    async close() {
        clearInterval(this.timer);
        await this.post('/v1/users/logout', {});
        this.socket.close();
    }

    send(message) {
        this.sent += 1;
        this.socket.send(JSON.stringify({ ...message, message_id: this.sent }));
    }

    hear(frame) {
        const type = frame.type.replaceAll('Push', '').replaceAll('Event', '');
        if (type === 'InvitationReceived') this.tokens[frame.conferenceId] = frame.confToken;
        if (type === 'ParticipantAdded') this.ids[frame.externalId] = frame.user_id;
        if (type === 'UpdateToken') {
            this.headers['X-conf-access-token'] = frame.content.access_token;
            this.send({ ackMessageUuid: frame.amu });
        }
        this.tell(type, frame);
    }
}
