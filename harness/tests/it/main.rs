//! Tests of the harness at the edges that users touch.

mod generated;
mod hostile;
mod program;
mod wrong_servers;
