// A small client of the protocol, with nothing but what Node has.
import { Calls, read } from './calls.mjs';
import { WebSocket } from './websocket.mjs';

export class Client extends Calls {
    constructor(base, token, tell) {
        super(base, token);
        Object.assign(this, { tell, sent: 0, tokens: {}, ids: {}, conference: null });
    }

    async open(externalId, name) {
        const me = await this.post('/v2/users/identify', { externalId, name, sdkVersion: '1' });
        this.headers['X-Token'] = me.jwt_user_token;
        const query = { 'Voxeet-Id': this.headers['Voxeet-Id'], Token: me.jwt_user_token };
        const origin = me.wsUri ?? this.base.replace('http', 'ws');
        const url = `${origin}/v2/session?${new URLSearchParams(query)}`;
        this.socket = new WebSocket(url, (text) => this.hear(text));
        await this.socket.connect();
        this.timer = setInterval(() => this.send({ type: 'keep_alive' }), 30_000);
    }

    async create(alias = '', ttl = 0) {
        const { ownerToken, ...made } = await this.post('/v1/conferences/create', { alias, params: { ttl } });
        this.tokens[made.conferenceId] = ownerToken;
        return made;
    }

    async join(conference, type, given) {
        if (given) this.tokens[conference] = given;
        this.conference = conference;
        this.show();
        const { participants } = await this.call(conference, 'join', { user: { type } });
        for (const who of participants ?? []) this.ids[who.externalId] = who.participant_id;
    }

    // The token of where it is, and none of another conference.
    show() {
        const token = this.tokens[this.conference];
        delete this.headers['X-conf-access-token'];
        if (token) this.headers['X-conf-access-token'] = token;
    }

    async close() {
        clearInterval(this.timer);
        try {
            await this.post('/v1/users/logout', {});
        } finally {
            this.socket.close();
        }
    }

    send(message) {
        this.sent += 1;
        this.socket.send(JSON.stringify({ ...message, message_id: this.sent }));
    }

    hear(text) {
        try {
            this.take(read(text));
        } catch (error) {
            if (!(error instanceof TypeError)) throw error; // A frame that it cannot read is lost.
        }
    }

    take(frame) {
        const capital = frame.type.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
        const type = capital.replaceAll('Push', '').replaceAll('Event', '');
        const { conferenceId } = frame;
        if (type === 'InvitationReceived' && frame.confToken) this.tokens[conferenceId] = frame.confToken;
        if (type === 'ParticipantAdded') this.ids[frame.externalId] = frame.user_id;
        if (frame.type === 'UpdateToken') {
            this.tokens[conferenceId] = frame.content.access_token; // For the next join, too.
            if (conferenceId === this.conference) this.show();
            this.send({ ackMessageUuid: frame.amu });
        }
        this.tell(type, frame);
    }
}
