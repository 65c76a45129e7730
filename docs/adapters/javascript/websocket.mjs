// Just enough of a WebSocket client (RFC 6455) for this protocol, with nothing but what Node has.
import http from 'node:http';
import https from 'node:https';
import { setTimeout as pass } from 'node:timers/promises';

const [TEXT, CLOSE, PING, PONG] = [1, 8, 9, 10];

// When it is lost, it opens again at the same address. `hear` is told of each text.
export class WebSocket {
    constructor(url, hear) {
        Object.assign(this, { url, hear, isWanted: true });
    }

    connect() {
        const headers = {
            Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
            'Sec-WebSocket-Key': 'MDEyMzQ1Njc4OWFiY2RlZg==',
        };
        const { get } = this.url.startsWith('wss:') ? https : http;
        return new Promise((resolve, reject) => {
            const request = get(this.url.replace(/^ws/, 'http'), { headers });
            request.on('error', reject);
            request.on('response', ({ statusCode }) => reject(new Error(`the server answered ${statusCode}`)));
            request.on('upgrade', (_, socket, head) => {
                Object.assign(this, { socket, bytes: Buffer.alloc(0) });
                socket.on('data', (more) => this.take(more));
                socket.on('error', () => {}); // It closes next.
                socket.on('close', () => this.reconnect());
                this.take(head);
                resolve();
            });
        });
    }

    // For 60 seconds, after longer and longer pauses.
    async reconnect() {
        const until = Date.now() + 60_000;
        for (let pause = 50; Date.now() < until; pause = Math.min(2 * pause, 2_000)) {
            await pass(pause);
            if (!this.isWanted || await this.connect().then(() => true, () => false)) return;
        }
    }

    send = (text) => this.write(TEXT, Buffer.from(text));

    close() {
        this.isWanted = false;
        this.write(CLOSE, Buffer.from([1000 >> 8, 1000 & 255]));
    }

    // Masked, as clients do, by a mask of zeros; 65,535 bytes at most.
    write(opcode, payload) {
        const { length } = payload;
        const size = length < 126 ? [128 | length] : [254, length >> 8, length & 255];
        this.socket.write(Buffer.concat([Buffer.from([128 | opcode, ...size, 0, 0, 0, 0]), payload]));
    }

    take(more) {
        this.bytes = Buffer.concat([this.bytes, more]);
        for (let frame = this.next(); frame; frame = this.next()) {
            if (frame.opcode === TEXT) this.hear(frame.payload.toString());
            if (frame.opcode === PING) this.write(PONG, frame.payload);
            if (frame.opcode === CLOSE) this.socket.destroy();
        }
    }

    // The next whole frame, taken out of the bytes.
    next() {
        if (this.bytes.length < 10 && this.bytes.length < 2 + (this.bytes[1] & 127)) return null;
        let [size, start] = [this.bytes[1] & 127, 2];
        if (size === 126) [size, start] = [this.bytes.readUInt16BE(2), 4];
        if (size === 127) [size, start] = [Number(this.bytes.readBigUInt64BE(2)), 10];
        if (this.bytes.length < start + size) return null;
        const payload = this.bytes.subarray(start, start + size);
        const opcode = this.bytes[0] & 15;
        this.bytes = this.bytes.subarray(start + size);
        return { opcode, payload };
    }
}
