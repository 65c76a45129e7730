//! Finds the clients and runs them.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use std::{env, process};
use tokio::process::Command;
use tokio::time::timeout;

/// The timeout of a client, enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);
/// The packages of node clients.
pub(crate) const NODE_CLIENT: &str = "@dolbyio/dolbyio-rest-apis-client";
pub(crate) const WEB_SDK: &str = "@voxeet/voxeet-web-sdk";
/// The Web SDK 3.0.3, under a name of its own.
pub(crate) const OLDER_WEB_SDK: &str = "voxeet-web-sdk-3.0.3";
pub(crate) const PLAYWRIGHT: &str = "playwright-core";

/// What was found. Otherwise the test is skipped, with a message so that nobody takes it for a
/// success.
pub(crate) fn or_skip<T>(test: &str, found: Result<T, String>) -> Option<T> {
    let missing = match found {
        Ok(found) => return Some(found),
        Err(missing) => missing,
    };
    let required = env::var("INVITE_INTEROP").is_ok_and(|wanted| wanted == "required");
    assert!(!required, "{test} is required, but {missing}");
    // The test harness captures what `eprintln!` prints, and shows it of failed tests only.
    let _ = writeln!(
        std::io::stderr(),
        "\nSKIPPED: {test}: {missing}; run `.ci/interop-clients --with-browser` to install what \
         it needs"
    );
    None
}

/// A Python with the client installed.
pub(crate) fn python() -> Result<PathBuf, String> {
    if let Some(given) = env::var_os("INVITE_PYTHON") {
        return Ok(given.into());
    }
    let installed = target().join("interop-python/bin/python");
    let client = "import dolbyio_rest_apis.communications.conference";
    let has_client =
        |python: &PathBuf| succeeds(process::Command::new(python).args(["-c", client]));
    let found = [installed, "python3".into()].into_iter().find(has_client);
    found.ok_or_else(|| "no Python has the client `dolbyio-rest-apis` 4".to_owned())
}

/// The directory with these node packages.
pub(crate) fn node_modules(packages: &[&str]) -> Result<PathBuf, String> {
    if !succeeds(process::Command::new("node").arg("--version")) {
        return Err("there is no `node`".to_owned());
    }
    let given = env::var_os("INVITE_NODE_MODULES").map(PathBuf::from);
    let modules = given.unwrap_or_else(|| target().join("interop-node/node_modules"));
    let lacks = |package: &&&str| !modules.join(package).join("package.json").is_file();
    match packages.iter().find(lacks) {
        Some(package) => Err(format!("the node package `{package}` is not installed")),
        None => Ok(modules),
    }
}

/// The browser.
pub(crate) fn chromium() -> Result<PathBuf, String> {
    if let Some(given) = env::var_os("INVITE_CHROMIUM") {
        return Ok(given.into());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|dir| dir.join("chromium")).find(|file| file.is_file());
    found.ok_or_else(|| "there is no `chromium`".to_owned())
}

fn succeeds(command: &mut process::Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// The directory that cargo builds in.
fn target() -> &'static Path {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR"));
    own.parent().unwrap_or(own)
}

/// One of the scripts next to this file.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop").join(name)
}

/// Runs a client until it exits, and returns the lines of JSON that it prints.
pub(crate) async fn run(command: &mut Command) -> Vec<Value> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.kill_on_drop(true).spawn().expect("the client starts");
    let output = timeout(PATIENCE, child.wait_with_output()).await;
    let output = output.expect("the client ends").expect("the client's output");
    let [printed, log] =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(output.status.success(), "{}\n{printed}\n{log}", output.status);
    let line =
        |line: &str| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
    printed.lines().map(line).collect()
}
