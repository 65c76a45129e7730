//! Tests of the harness at the edges that users touch.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot go on with")]

mod assessment;
mod bench;
mod capture;
#[cfg(unix)]
mod ci;
mod claims;
mod documents;
mod examples;
mod fixtures;
mod formats;
mod generated;
mod hard;
mod hostile;
mod path;
mod program;
mod prose;
mod retried;
mod schemas;
mod site;
mod snapshots;
mod tls;
mod verify;
