// Makes the npm packages from programs that are built already.
//
//     node packaging/npm/pack.mjs OUT PLATFORM=PROGRAM...
//
// PLATFORM is what Node calls it, such as linux-x64; OUT gets a tarball for each, and the one that people
// install, `invite-conformance`, which depends on all of them. Names, version, licence and address are those
// of Cargo.toml. Nothing is downloaded, and no package has an install script.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const PLATFORMS = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"];
const NAME = "invite-conformance";
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");

/** What Cargo.toml says about the program. */
function manifest() {
    const words = ["metadata", "--locked", "--no-deps", "--format-version", "1"];
    const text = execFileSync("cargo", words, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
    return JSON.parse(text).packages.find((one) => one.name === NAME);
}

/** What all the packages say about themselves. */
function common({ version, license, repository, description }) {
    return {
        version,
        description,
        license: `(${license})`,
        repository: { type: "git", url: `git+${repository}.git` },
        engines: { node: ">=18" },
    };
}

/** Packs a folder of these files. */
function pack(out, about, files) {
    const folder = mkdtempSync(join(tmpdir(), "npm-"));
    try {
        for (const [name, path] of Object.entries(files)) {
            mkdirSync(dirname(join(folder, name)), { recursive: true });
            copyFileSync(path, join(folder, name));
        }
        const program = Object.keys(files).find((name) => name.startsWith("bin/"));
        chmodSync(join(folder, program), 0o755);
        writeFileSync(join(folder, "package.json"), `${JSON.stringify(about, null, 2)}\n`);
        const said = execFileSync("npm", ["pack", "--json", "--pack-destination", out], {
            cwd: folder,
            encoding: "utf8",
            shell: process.platform === "win32",
        });
        console.log(JSON.parse(said)[0].filename);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

const [given, ...pairs] = process.argv.slice(2);
const programs = pairs.map((pair) => pair.split("="));
const unknown = programs.find(([platform, path]) => !PLATFORMS.includes(platform) || !path);
if (!given || !programs.length || unknown) {
    console.error(`pack.mjs OUT PLATFORM=PROGRAM..., with a PLATFORM of ${PLATFORMS.join(", ")}`);
    process.exit(2);
}
const out = resolve(given);
mkdirSync(out, { recursive: true });
const about = common(manifest());
const notices = ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.md"].map((name) => [name, join(root, name)]);

for (const [platform, path] of programs) {
    const [os, cpu] = platform.split("-");
    const program = os === "win32" ? `${NAME}.exe` : NAME;
    pack(
        out,
        { name: `${NAME}-${platform}`, ...about, os: [os], cpu: [cpu], preferUnplugged: true },
        { [`bin/${program}`]: resolve(path), ...Object.fromEntries(notices) },
    );
}
pack(
    out,
    {
        name: NAME,
        ...about,
        keywords: ["conference", "conformance", "invitation", "testing"],
        bin: { [NAME]: `bin/${NAME}.js` },
        optionalDependencies: Object.fromEntries(PLATFORMS.map((one) => [`${NAME}-${one}`, about.version])),
    },
    {
        [`bin/${NAME}.js`]: join(here, `bin/${NAME}.js`),
        "README.md": join(root, "README.md"),
        ...Object.fromEntries(notices.slice(0, 2)),
    },
);
