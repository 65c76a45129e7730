// Validates the HTML page with html-validate: its elements, its accessibility, its references.
//
//     node validate_page.mjs FOLDER
//
// FOLDER is where the validator is installed. Prints one line; exits with 1 where the page has a
// fault. `validate-documents` runs it.

import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const PAGE = "spec/specification.html";

const require = createRequire(join(resolve(process.argv[2]), "package.json"));
const { FileSystemConfigLoader, HtmlValidate } = require("html-validate");

const validator = new HtmlValidate(new FileSystemConfigLoader({
    root: true,
    extends: ["html-validate:recommended", "html-validate:document"],
    rules: {
        // A call's anchor is its name, such as `rest.invite`; HTML allows the dot.
        "valid-id": ["error", { relaxed: true }],
        // The filters answer at once: there is nothing to submit.
        "wcag/h32": "off",
        // What the search found has several lines each, which no <select> shows.
        "prefer-native-element": ["error", { exclude: ["listbox"] }],
    },
}));
const { valid, results } = await validator.validateFile(PAGE);
console.log(`${valid ? "ok" : "FAULTY"}  ${PAGE}`);
for (const { line, column, message, ruleId, selector } of results.flatMap(({ messages }) => messages)) {
    console.log(`        ${line}:${column}: ${message} (${ruleId}) ${selector ?? ""}`);
}
process.exit(valid ? 0 : 1);
