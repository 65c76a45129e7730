// Asks a language server for what it completes and underlines in scenarios. The server gets the first
// line of each scenario, which names the schema, as it was written by `scenario new`, and no setting.
//
//     node validate_editors.mjs NODE_HOME FOLDER
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [home, folder] = process.argv.slice(2);
const LIMIT_MS = 60_000;

/** A language server over its standard input and output. */
class Server {
    #child;
    #bytes = Buffer.alloc(0);
    #answers = new Map();
    #last = 0;
    #diagnostics = new Map();
    faults = [];

    constructor(program) {
        this.#child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
        this.#child.stdout.on('data', (bytes) => this.#read(bytes));
    }

    #read(bytes) {
        this.#bytes = Buffer.concat([this.#bytes, bytes]);
        for (;;) {
            const head = this.#bytes.indexOf('\r\n\r\n');
            if (head < 0) return;
            const length = Number(/Content-Length: (\d+)/i.exec(this.#bytes.subarray(0, head))[1]);
            const end = head + 4 + length;
            if (this.#bytes.length < end) return;
            const message = JSON.parse(this.#bytes.subarray(head + 4, end));
            this.#bytes = this.#bytes.subarray(end);
            this.#take(message);
        }
    }

    #take({ id, method, params, result }) {
        if (method === undefined) {
            this.#answers.get(id)?.(result);
        } else if (method === 'textDocument/publishDiagnostics') {
            this.#diagnostics.get(params.uri)?.(params.diagnostics);
        } else if (method === 'telemetry/event' && params?.properties?.error) {
            // The server answers nothing where it failed, and says so only here.
            this.faults.push(params.properties.error);
        } else if (id !== undefined) {
            const nothing = method === 'workspace/configuration' ? params.items.map(() => null) : null;
            this.#send({ id, result: nothing });
        }
    }

    #send(message) {
        const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
        this.#child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
        this.#child.stdin.write(body);
    }

    notify(method, params) {
        this.#send({ method, params });
    }

    ask(method, params) {
        const id = ++this.#last;
        this.#send({ id, method, params });
        return new Promise((done) => this.#answers.set(id, done));
    }

    async start() {
        const uri = pathToFileURL(folder).href;
        await this.ask('initialize', {
            processId: process.pid,
            rootUri: uri,
            workspaceFolders: [{ uri, name: 'mine' }],
            capabilities: {
                textDocument: { completion: { completionItem: { documentationFormat: ['markdown', 'plaintext'] } } },
                workspace: { configuration: true },
            },
        });
        this.notify('initialized', {});
        // Nothing is looked up in the catalogue of schemas on the network.
        const settings = { yaml: { completion: true, validate: true, schemaStore: { enable: false } } };
        this.notify('workspace/didChangeConfiguration', { settings });
    }

    /** Opens a text, and waits for what is wrong with it. */
    open(name, text) {
        const uri = pathToFileURL(path.join(folder, name)).href;
        const document = { uri, languageId: 'yaml', version: 1, text };
        return new Promise((done) => {
            this.#diagnostics.set(uri, (found) => done({ uri, found }));
            this.notify('textDocument/didOpen', { textDocument: document });
        });
    }

    end() {
        this.#child.kill();
    }
}

const first = readFileSync(path.join(folder, 'first.yaml'), 'utf8');
const client = readFileSync(path.join(folder, 'client.yaml'), 'utf8');

/** The skeleton up to its steps, and these steps. */
const withSteps = (skeleton, steps) => `${skeleton.slice(0, skeleton.indexOf('steps:\n'))}steps:\n${steps}`;
/** The skeleton with one part replaced. */
const changed = (skeleton, part, other) => {
    if (!skeleton.includes(part)) throw new Error(`the skeleton has no \`${part}\``);
    return skeleton.replace(part, other);
};

// What is typed (`|` is the cursor), what must be offered, and what must be said about it.
const COMPLETIONS = [
    ['an operation', changed(first, 'operation: rest.create', 'operation: |'), 'rest.invite', /POST \/v2\/conferences/],
    ['an operation that is begun', changed(first, 'operation: rest.create', 'operation: rest.|'), 'rest.kick', /Kick/],
    ['a requirement', changed(first, 'requires: INV-002', 'requires: |'), 'INV-010', /MUST/],
    ['a requirement in a list', changed(first, 'requires: INV-002', 'requires: [|]'), 'PRM-003', /MUST/],
    ['a frame', changed(first, 'frame: InvitationReceived', 'frame: |'), 'ParticipantAdded', /new to a conference/],
    ['a frame that is optional', withSteps(first, '  - never:\n      by: bob\n      frame: |\n'), 'UpdateToken', /token/],
    ['a permission', changed(first, 'each: {type: string}', 'each: {permissions: [|]}'), 'KICK', /Kick others/],
    ['a set of permissions', changed(first, 'each: {type: string}', 'each: {permissions: |}'), 'default', /nine/],
    ['a profile', changed(first, 'profile: sdk', 'profile: |'), 'rest', /application server/],
    ['a number of seconds', withSteps(first, '  - wait:\n      seconds: 1\n      looks_at: |\n'), 'ttl', /as long as/],
    ['a kind of step', withSteps(first, '  - |\n'), 'until_expired', /expired/],
    ['a key of a call', changed(first, 'save: {room', '|\n      save: {room'), 'outcome', /What must come of it/],
    ['a key at the top', changed(first, 'profile: sdk', '|\nprofile: sdk'), 'features', /claim/],
    ['a deed of a client', changed(client, 'do: open}', 'do: |}'), 'create', /Create a conference/],
    ['a requirement for clients', changed(client, 'requires: CLI-017', 'requires: |'), 'CLI-006', /acknowledge/],
];

// What must not be offered there.
const REFUSED = new Map([
    ['a requirement', 'CLI-001'],
    ['a requirement for clients', 'INV-002'],
    ['a profile', 'client'],
    ['a frame that is optional', 'null'],
]);

// A mistake, and what the server must say about it, on the line of the mistake.
const MISTAKES = [
    ['a misspelled key', first, 'save:', 'svae:', /svae is not allowed/],
    ['a misspelled key at the top', first, 'profile:', 'porfile:', /porfile is not allowed/],
    ['a misspelled step', first, '- await:', '- awiat:', /awiat is not allowed/],
    ['an unknown operation', first, 'rest.invite', 'rest.invit', /Value must be .*rest\.invite/],
    ['an unknown requirement', first, 'requires: INV-002', 'requires: INV-999', /Value must be .*INV-002/],
    ['an unknown frame', first, 'InvitationReceived', 'InvitationRecieved', /Value must be .*InvitationReceived/],
    ['a requirement for servers', client, 'requires: CLI-017', 'requires: INV-002', /Value must be .*CLI-017/],
];

let failed = false;
const say = (fault, what) => {
    failed ||= fault !== undefined;
    console.log(fault === undefined ? `ok  ${what}` : `FAIL  ${what}: ${fault}`);
};

const server = new Server(path.join(home, 'node_modules/yaml-language-server/bin/yaml-language-server'));
const limit = setTimeout(() => {
    console.log(`FAIL  the language server did not answer within ${LIMIT_MS / 1000} s`);
    server.end();
    process.exit(1);
}, LIMIT_MS);
await server.start();

for (const [name, text] of [['first.yaml', first], ['client.yaml', client]]) {
    const { found } = await server.open(name, text);
    say(found.length ? found.map((one) => one.message).join('; ') : undefined, `${name} as it was written`);
}

let number = 0;
for (const [what, text, wanted, about] of COMPLETIONS) {
    const before = text.slice(0, text.indexOf('|')).split('\n');
    const { uri } = await server.open(`${++number}.yaml`, text.replace('|', ''));
    const position = { line: before.length - 1, character: before.at(-1).length };
    const answer = await server.ask('textDocument/completion', { textDocument: { uri }, position });
    const items = answer?.items ?? answer ?? [];
    const item = items.find((one) => one.label === wanted);
    const words = item?.documentation?.value ?? item?.documentation ?? '';
    const never = REFUSED.get(what);
    if (!item) {
        say(`\`${wanted}\` is not among the ${items.length} that are offered`, `completes ${what}`);
    } else if (!about.test(words)) {
        say(`\`${wanted}\` is explained by ${JSON.stringify(words)}`, `completes ${what}`);
    } else if (items.some((one) => one.label === never || one.insertText === never)) {
        say(`\`${never}\` is offered`, `completes ${what}`);
    } else {
        say(undefined, `completes ${what}`);
    }
}

for (const [what, skeleton, right, wrong, message] of MISTAKES) {
    const text = changed(skeleton, right, wrong);
    const { found } = await server.open(`${++number}.yaml`, text);
    const line = text.slice(0, text.indexOf(wrong)).split('\n').length - 1;
    const is = found.some((one) => message.test(one.message) && one.range.start.line === line);
    say(is ? undefined : JSON.stringify(found.map((one) => [one.range.start.line, one.message])), `underlines ${what}`);
}

if (server.faults.length) say(server.faults.join('\n'), 'nothing failed in the language server');
clearTimeout(limit);
server.end();
process.exit(failed ? 1 : 0);
