// Pages with the Web SDK in a real browser: one page, and one storage, for each person.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { packages, print } = createRequire(import.meta.url)('./rest.js');
const WEB_SDK = '@voxeet/voxeet-web-sdk';

// How long anything may take.
const PATIENCE_MS = 15_000;

// The site: of another origin than the server under test, as an application's own is.
async function serveSite() {
    const from = packages();
    const sdk = await readFile(from.resolve(WEB_SDK));
    const page = await readFile(fileURLToPath(new URL('web_sdk_page.js', import.meta.url)));
    const html = '<!doctype html><title>Interop</title><link rel="icon" href="data:,">'
        + '<script src="/sdk.js"></script><script src="/page.js"></script>';
    const files = {
        '/': ['text/html', html],
        '/sdk.js': ['text/javascript', sdk],
        '/page.js': ['text/javascript', page],
    };
    const server = createServer((request, response) => {
        const [type, content] = files[request.url] ?? [];
        response.writeHead(type ? 200 : 404, { 'Content-Type': type ?? 'text/plain' });
        response.end(content);
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, origin: `http://127.0.0.1:${server.address().port}` };
}

// The version of the Web SDK that is installed.
export async function sdkVersion() {
    const manifest = packages().resolve(`${WEB_SDK}/package.json`);
    return JSON.parse(await readFile(manifest, 'utf8')).version;
}

// A browser that reaches nothing but this machine.
export async function launch(executablePath) {
    const { chromium } = packages()('playwright-core');
    const browser = await chromium.launch({
        executablePath,
        args: ['--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
    });
    const site = await serveSite();
    return {
        browser,
        site,
        async close() {
            await browser.close();
            site.server.close();
        },
    };
}

// Somebody in front of a page.
export class Person {
    #page;
    #told = [];
    #waiting = new Set();

    // `freshToken` gives another client access token for this person.
    static async arrive({ browser, site }, name, freshToken) {
        const person = new Person();
        person.name = name;
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
            const path = new URL(response.url()).pathname;
            person.tell({ refused: response.status(), path });
        });
        page.on('websocket', (socket) => {
            person.tell({ socket: 'opened' });
            socket.on('close', () => person.tell({ socket: 'closed' }));
        });
        await page.goto(site.origin);
        return person;
    }

    // Notes and prints what happened to this person.
    tell(what) {
        this.#told.push(what);
        print({ who: this.name, ...what });
        for (const check of this.#waiting) check();
    }

    // Has this person's page do something; prints and gives what it comes to.
    async act(action, options) {
        const outcome = await this.#page.evaluate(([name, given]) => window.act(name, given), [
            action,
            options,
        ]);
        this.tell({ did: action, ...outcome });
        return outcome.result;
    }

    // Waits until this has happened: each of these fields, `count` times.
    async until(fields, count = 1) {
        const fits = (what) => Object.entries(fields).every(([key, value]) => what[key] === value);
        const found = () => this.#told.filter(fits);
        await new Promise((resolve, reject) => {
            const timer = setTimeout(() => {
                this.#waiting.delete(check);
                const wanted = `${count} of ${JSON.stringify(fields)}`;
                reject(new Error(`${this.name} waited in vain for ${wanted}`));
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

    // Calls back with the bearer token of every request to this path.
    onBearer(path, callback) {
        this.#page.on('request', async (request) => {
            if (new URL(request.url()).pathname !== path || request.method() !== 'POST') return;
            callback((await request.allHeaders()).authorization);
        });
    }

    async go() {
        await this.#page.context().close();
    }
}
