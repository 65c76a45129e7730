#!/usr/bin/env node
// Runs the program, which is in a package of its own for each platform: npm installs the one that fits.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { optionalDependencies } = require("../package.json");

// As `run` exits when it cannot test anything.
const UNTESTABLE = 3;

/** The path of the program, or nothing if there is no package for this platform. */
function program() {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const name = `invite-conformance-${process.platform}-${process.arch}`;
  try {
    return require.resolve(`${name}/bin/invite-conformance${suffix}`);
  } catch {
    const offered = Object.keys(optionalDependencies);
    const why = offered.includes(name)
      ? `the package ${name} is not installed: install without --omit=optional`
      : `there is no program for ${process.platform} on ${process.arch}; there is: ${offered.join(", ")}`;
    console.error(`invite-conformance: ${why}`);
    return undefined;
  }
}

const path = program();
if (path === undefined) {
  process.exitCode = UNTESTABLE;
} else {
  const child = spawn(path, process.argv.slice(2), { stdio: "inherit" });
  // The program writes its reports before it ends, so it is told, and waited for.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("error", (error) => {
    console.error(`invite-conformance: cannot run ${path}: ${error.message}`);
    process.exitCode = UNTESTABLE;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}
