//! Tests of the harness at the edges that users touch.

#[path = "../../src/cli/embedded.rs"]
mod embedded;
mod generated;
mod hostile;
mod program;
mod tls;
mod variants;
mod wrong_servers;
