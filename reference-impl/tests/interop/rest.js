// The unmodified Node client of the REST plane, pointed at a server of ours.
//
// The packages are where INVITE_NODE_MODULES says: they are no part of this repository.
'use strict';

const http = require('node:http');
const path = require('node:path');
const { createRequire } = require('node:module');

const CLIENT = '@dolbyio/dolbyio-rest-apis-client';

// `require`, as it works for a file among the packages.
function packages() {
    const modules = process.env.INVITE_NODE_MODULES;
    if (!modules) throw new Error('INVITE_NODE_MODULES must name a node_modules directory');
    return createRequire(path.join(path.resolve(modules), 'none.js'));
}

// The client knows port 443 and TLS only: what it asks of https goes to our server by http. It
// logs every request to standard output, which is for results.
function connect(url) {
    console.log = console.error;
    const from = packages();
    const its = createRequire(from.resolve(CLIENT));
    const { https } = its('follow-redirects');
    const { hostname, port } = new URL(url);
    https.request = (options, answered) => http.request({ ...options, hostname, port }, answered);
    const client = from(CLIENT);
    client.urls.initialize({ api: hostname, comms: hostname });
    return client;
}

// A line of JSON on standard output.
function print(value) {
    process.stdout.write(`${JSON.stringify(value)}\n`);
}

module.exports = { CLIENT, connect, packages, print };
