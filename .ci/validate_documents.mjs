// Validates the AsyncAPI documents with the official parser.
//
//     node validate_documents.mjs FOLDER
//
// FOLDER is where the parser is installed. Prints one line a file; exits with 1 where any has a
// fault. `validate-documents` runs it.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const FOLDER = "spec/asyncapi";

// The parser is CommonJS, and not in a folder that an import from here would find.
const require = createRequire(join(resolve(process.argv[2]), "package.json"));
const { Parser, DiagnosticSeverity } = require("@asyncapi/parser");

const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json")).sort();
let good = files.length > 0;
if (!good) console.error(`error: there is nothing in ${FOLDER}`);
for (const name of files) {
    const path = `${FOLDER}/${name}`;
    const { document, diagnostics } = await new Parser().parse(readFileSync(path, "utf8"), { source: path });
    // What the parser only recommends is information.
    const faults = diagnostics.filter(({ severity }) => severity <= DiagnosticSeverity.Warning);
    const isGood = document !== undefined && faults.length === 0;
    console.log(`${isGood ? "ok" : "FAULTY"}  ${path}`);
    for (const { code, message, path: place } of faults) {
        console.log(`        /${place.join("/")}: ${message} (${code})`);
    }
    good &&= isGood;
}
process.exit(good ? 0 : 1);
