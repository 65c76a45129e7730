// Pages with the Web SDK in a real browser: one page, and one storage, for each person.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect, createServer as createTcpServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const { packages, print } = createRequire(import.meta.url)('./rest.js');
// The packages, by version. No other may be run: the licence of 3.3.0 and later forbids this use.
const WEB_SDKS = { '3.2.1': '@voxeet/voxeet-web-sdk', '3.0.3': 'voxeet-web-sdk-3.0.3' };
const USUAL_WEB_SDK = '3.2.1';

// How long anything may take, on a machine that is busy with other things.
const PATIENCE_MS = 60_000;

const listening = (server) => new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
});

function isInstalled(name) {
    try {
        packages().resolve(`${name}/package.json`);
        return true;
    } catch {
        return false;
    }
}

// The site: of another origin than the server under test, as an application's own is.
async function serveSite() {
    const from = packages();
    const page = await readFile(fileURLToPath(new URL('web_sdk_page.js', import.meta.url)));
    const files = { '/page.js': ['text/javascript', page] };
    for (const [version, name] of Object.entries(WEB_SDKS)) {
        // The older one is optional: without it, no scene asks for its page.
        if (version !== USUAL_WEB_SDK && !isInstalled(name)) continue;
        const manifest = JSON.parse(await readFile(from.resolve(`${name}/package.json`), 'utf8'));
        if (manifest.version !== version) {
            throw new Error(`${name} is ${manifest.version}; only ${version} may be used`);
        }
        files[`/sdk-${version}.js`] = ['text/javascript', await readFile(from.resolve(name))];
        files[`/${version}`] = ['text/html',
            '<!doctype html><title>Interop</title><link rel="icon" href="data:,">'
            + `<script src="/sdk-${version}.js"></script><script src="/page.js"></script>`];
    }
    const server = createServer((request, response) => {
        const [type, content] = files[request.url] ?? [];
        response.writeHead(type ? 200 : 404, { 'Content-Type': type ?? 'text/plain' });
        response.end(content);
    });
    return { server, origin: await listening(server) };
}

// A browser that reaches nothing but this machine.
export async function launch(executablePath) {
    const site = await serveSite();
    const { chromium } = packages()('playwright-core');
    const browser = await chromium.launch({
        executablePath,
        args: ['--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
    });
    return {
        browser,
        site,
        async close() {
            await browser.close();
            site.server.close();
        },
    };
}

// A line to the server, of which the WebSockets can be cut.
export async function lineTo(url) {
    const { hostname, port } = new URL(url);
    const sockets = new Set();
    let whole = true;
    const server = createTcpServer((near) => {
        near.on('error', () => {});
        near.once('data', (first) => {
            const isSocket = first.toString('latin1').startsWith('GET /v2/session');
            if (isSocket && !whole) return near.destroy();
            const far = connect(port, hostname);
            far.on('error', () => {});
            far.write(first);
            for (const [one, other] of [[near, far], [far, near]]) {
                if (isSocket) sockets.add(one);
                one.pipe(other);
                one.on('close', () => {
                    sockets.delete(one);
                    other.destroy();
                });
            }
        });
    });
    return {
        url: await listening(server),
        cut() {
            whole = false;
            for (const socket of sockets) socket.destroy();
        },
        mend() {
            whole = true;
        },
    };
}

// Somebody in front of a page.
export class Person {
    #page;
    #told = [];
    #waiting = new Set();

    // `freshToken` gives another client access token for this person, `version` is of the Web SDK.
    static async arrive({ browser, site }, scene, who, freshToken, version = USUAL_WEB_SDK) {
        const person = new Person();
        Object.assign(person, { scene, who });
        const context = await browser.newContext();
        const page = await context.newPage();
        person.#page = page;
        page.setDefaultTimeout(PATIENCE_MS);
        await page.exposeFunction('report', (event) => person.tell(event));
        await page.exposeFunction('freshToken', freshToken);
        page.on('pageerror', (error) => person.tell({ trouble: 'exception', text: String(error) }));
        page.on('requestfailed', (request) => {
            const text = `${request.url()} ${request.failure()?.errorText}`;
            person.tell({ trouble: 'unanswered', text });
        });
        page.on('response', (response) => {
            if (response.status() < 400) return;
            const call = new URL(response.url()).pathname.split('/').pop();
            person.tell({ refused: call, status: response.status() });
        });
        page.on('websocket', (socket) => {
            person.tell({ socket: 'opened' });
            socket.on('close', () => person.tell({ socket: 'closed' }));
            socket.on('framereceived', ({ payload }) => {
                if (typeof payload === 'string' && payload.includes('"ConferenceDestroyed"')) {
                    person.tell({ frame: 'ConferenceDestroyed' });
                }
            });
        });
        await page.goto(`${site.origin}/${version}`);
        return person;
    }

    // Notes and prints what happened to this person.
    tell(what) {
        this.#told.push(what);
        print({ scene: this.scene, who: this.who, ...what });
        for (const check of this.#waiting) check();
    }

    // Has this person's page do something; prints and gives what it comes to.
    async act(action, options) {
        const call = ([name, given]) => window.act(name, given);
        const outcome = await this.#page.evaluate(call, [action, options]);
        this.tell({ did: action, ...outcome });
        return outcome.result;
    }

    // Waits until this has happened, with each of these fields, `count` times.
    async until(fields, count = 1) {
        const fits = (what) => Object.entries(fields).every(([key, value]) => what[key] === value);
        const found = () => this.#told.filter(fits);
        await new Promise((resolve, reject) => {
            const timer = setTimeout(() => {
                this.#waiting.delete(check);
                const wanted = `${count} of ${JSON.stringify(fields)}`;
                reject(new Error(`${this.who} waited in vain for ${wanted}`));
            }, PATIENCE_MS);
            const check = () => {
                if (found().length < count) return;
                clearTimeout(timer);
                this.#waiting.delete(check);
                resolve();
            };
            this.#waiting.add(check);
            check();
        });
        return found()[count - 1];
    }

    // The headers of the next call of this path.
    async nextHeaders(path) {
        const isCall = (request) => request.method() === 'POST' && request.url().endsWith(path);
        const request = await this.#page.waitForRequest(isCall);
        return request.allHeaders();
    }

    // Closes the session in good order, then the page.
    async go() {
        await this.act('close');
        await this.#page.context().close();
    }
}
