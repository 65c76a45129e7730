// The calls of a small client, and what it reads, with nothing but what Node has.
import { randomBytes } from 'node:crypto';

// What a server refuses.
export class Refusal extends Error {}

// The object in an answer or a frame. There may be none: servers and proxies send all sorts of things.
export function read(text) {
    try {
        return Object(JSON.parse(text));
    } catch {
        return {};
    }
}

export class Calls {
    constructor(base, token) {
        this.base = base;
        this.headers = {
            'Content-Type': 'application/json',
            'Voxeet-Id': randomBytes(20).toString('hex'),
            Authorization: `Bearer ${token}`,
        };
    }

    async post(path, content) {
        const body = JSON.stringify(content);
        const answer = await fetch(this.base + path, { method: 'POST', headers: this.headers, body });
        const said = read(await answer.text());
        if (answer.ok) return said;
        const message = said.error_description ?? answer.statusText;
        throw Object.assign(new Refusal(message), { status: answer.status, code: said.error_code });
    }

    call(conference, what, body) {
        return this.post(`/v1/conferences/${conference}/${what}`, body);
    }
}
