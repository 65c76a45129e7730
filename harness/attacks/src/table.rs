//! The table of what came of all attacks, and the page that says what there is.

use crate::verdict::Row;
use std::fmt::Write as _;

/// The head of the table of targets.
pub fn targets_head(width: usize) -> String {
    format!("{:width$}  exit     s   MiB  red  cause  first line", "target")
}

/// One row.
pub fn target(row: &Row, width: usize) -> String {
    let code = row.code.map_or("-".to_owned(), |code| code.to_string());
    let cause = match row.names_cause {
        None => "",
        Some(true) => "yes",
        Some(false) => "NO",
    };
    let mib = row.peak_kib.map_or("-".to_owned(), |peak| (peak / 1024).to_string());
    let first = row.first_line.trim_start_matches("invite-conformance: ");
    let mut first: String = first.chars().take(140).collect();
    if row.names_cause.is_none() {
        first.clear();
    }
    let mut text = format!(
        "{:width$}  {code:>4}  {:>4.1}  {mib:>4}  {:>3}  {cause:5}  {first}",
        row.name,
        row.seconds,
        row.accused.len(),
    );
    text.truncate(text.trim_end().len());
    for broken in &row.broken {
        let _ = write!(text, "\n    BROKEN: {broken}");
    }
    text
}

/// One attack of a client.
pub fn client(row: &crate::clients::Row, width: usize, unloaded: f64) -> String {
    let mib = row.peak_kib.map_or("-".to_owned(), |peak| (peak / 1024).to_string());
    let waits = &row.waits;
    let mut text = format!(
        "{:width$}  {:>4.1}  {mib:>4}  {:>6}  {:>6.1}  {:>6.1}  {:>5.1}  {}",
        row.name,
        row.seconds,
        format!("{}/{}", waits.served, waits.served + waits.failed),
        waits.p50,
        waits.p99,
        waits.p99 / unloaded,
        row.effect,
    );
    text.truncate(text.trim_end().len());
    for broken in &row.broken {
        let _ = write!(text, "\n    BROKEN: {broken}");
    }
    text
}

/// The head of the table of clients.
pub fn clients_head(width: usize) -> String {
    format!("{:width$}     s   MiB  served  p50 ms  p99 ms  ratio  effect", "client",)
}
