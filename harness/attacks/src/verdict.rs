//! What a run against a target must and must not do, whatever the target does.

use crate::MOST_KIB;
use crate::process::{self, Outcome, Programs};
use crate::targets::{Hostile, Must, Running, secrets};
use invite_scenario::description::Credentials;
use std::path::Path;

/// The formats that a run writes besides the record: everything that a CI job publishes.
const FORMATS: [&str; 8] =
    ["terminal", "html", "markdown", "junit", "sarif", "tap", "github", "badge"];

/// Words that no message for people may hold.
const BUGS: [&str; 4] =
    ["panicked", "RUST_BACKTRACE", "the harness itself failed", "please report"];

/// What came of one target.
#[derive(Debug)]
pub struct Row {
    /// The name of the target.
    pub name: String,
    /// The exit code; none if a signal ended the program.
    pub code: Option<i32>,
    /// How long it took.
    pub seconds: f64,
    /// The most memory that the program held, in KiB.
    pub peak_kib: Option<u64>,
    /// The red lines, as ids of requirements.
    pub accused: Vec<String>,
    /// The first line of the message or of the red lines.
    pub first_line: String,
    /// Whether the first line names the cause; none for a target that is right.
    pub names_cause: Option<bool>,
    /// What must not have happened.
    pub broken: Vec<String>,
    /// What it said to people.
    pub said: String,
}

/// Runs the program against a target.
///
/// # Errors
/// If the target or the program cannot be started.
pub async fn judge(programs: &Programs, hostile: &Hostile) -> Result<Row, String> {
    let Running { target, others, server } = hostile.start().await?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut command = process::command(&programs.conformance);
    let Credentials { key, secret } = &target.application;
    let url = target.planes.session.as_str();
    command.args(["run", "--url", url, "--app-key", key, "--app-secret", secret, "--json"]);
    if let Some(Credentials { key, secret }) = &target.second_application {
        command.args(["--second-app-key", key, "--second-app-secret", secret]);
    }
    for format in FORMATS {
        let report = format!("{format}={}", folder.path().join(format).display());
        command.args(["--report", &report]);
    }
    let outcome = tokio::task::spawn_blocking(move || process::run(command));
    let outcome = outcome.await.map_err(|error| error.to_string())??;
    drop(server);
    let heard = others.iter().flat_map(|other| other.heard()).collect();
    Ok(row(hostile, &outcome, &read(folder.path()), heard))
}

/// The reports that were written, by format.
fn read(folder: &Path) -> Vec<(&'static str, String)> {
    let text = |format: &&'static str| {
        let bytes = std::fs::read(folder.join(format)).ok()?;
        Some((*format, String::from_utf8_lossy(&bytes).into_owned()))
    };
    FORMATS.iter().filter_map(text).collect()
}

fn row(
    hostile: &Hostile,
    outcome: &Outcome,
    reports: &[(&'static str, String)],
    heard: Vec<String>,
) -> Row {
    let must = &hostile.must;
    let terminal =
        reports.iter().find(|(format, _)| *format == "terminal").map_or("", |(_, text)| text);
    let accused = accused(terminal);
    let first_line = first_line(terminal, &outcome.stderr);
    let says = must.says();
    let names_cause = match must {
        Must::Conform(_) => None,
        _ => Some(says.is_empty() || says.iter().any(|word| first_line.contains(word))),
    };
    let mut broken = Vec::new();
    let code = outcome.code;
    if !code.is_some_and(|code| must.codes().contains(&code)) {
        broken.push(match code {
            Some(code) => format!("exit code {code}"),
            None => "killed".to_owned(),
        });
    }
    if matches!(must, Must::Conform(_)) && !accused.is_empty() {
        broken.push(format!("accused: {}", accused.join(", ")));
    }
    let innocent: Vec<&str> = accused
        .iter()
        .filter(|id| !must.guilty().iter().any(|guilty| id.starts_with(guilty)))
        .map(String::as_str)
        .collect();
    if !must.guilty().is_empty() && !innocent.is_empty() {
        broken.push(format!("innocent: {}", innocent.join(", ")));
    }
    if names_cause == Some(false) {
        broken.push("the first line does not name the cause".to_owned());
    }
    let seconds = outcome.took.as_secs_f64();
    if outcome.peak_kib.is_some_and(|peak| peak > MOST_KIB) {
        broken.push("too much memory".to_owned());
    }
    if !heard.is_empty() {
        broken.push("another host was sent something".to_owned());
    }
    let said = [("standard output", &outcome.stdout), ("standard error", &outcome.stderr)];
    let everything = said.into_iter().chain(reports.iter().map(|(format, text)| (*format, text)));
    for (place, text) in everything {
        if secrets().iter().any(|secret| text.contains(secret)) {
            broken.push(format!("a secret is in {place}"));
        }
        if let Some(harm) = harmful(place, text) {
            broken.push(format!("{harm} in {place}"));
        }
    }
    for text in [terminal, &outcome.stderr] {
        broken.extend(BUGS.iter().filter(|bug| text.contains(*bug)).map(|bug| format!("`{bug}`")));
        broken.extend(debug_text(text).map(|dump| format!("debug text: {dump}")));
    }
    Row {
        name: hostile.name.clone(),
        code,
        seconds,
        peak_kib: outcome.peak_kib,
        accused,
        first_line,
        names_cause,
        broken,
        said: format!("{}{terminal}", outcome.stderr),
    }
}

/// The requirements that the red lines of a report for people name, each once.
fn accused(terminal: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for line in terminal.lines() {
        let id = line.strip_prefix("FAIL ").and_then(|rest| rest.split_whitespace().next());
        if let Some(id) = id.filter(|id| !ids.iter().any(|known| known == id)) {
            ids.push(id.to_owned());
        }
    }
    ids
}

/// The first line of what a run says: the message if nothing could be judged, or what the report
/// says up to its first red line.
fn first_line(terminal: &str, stderr: &str) -> String {
    let flow = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    // The first two lines say what was run.
    let lines = terminal.lines().skip(2).skip_while(|line| line.is_empty());
    let mut first: Vec<&str> = Vec::new();
    for line in lines {
        let is_next = line.is_empty() || line.starts_with("FAIL ");
        if is_next && first.iter().any(|line| line.starts_with("FAIL ")) {
            break;
        }
        first.push(line);
    }
    if first.is_empty() {
        return flow(stderr.lines().next().unwrap_or_default());
    }
    flow(&first.join(" "))
}

/// What would do something to a terminal, or to the log of a CI job.
fn harmful(place: &str, text: &str) -> Option<&'static str> {
    // JSON escapes what it must, and SARIF and the badge are JSON.
    let is_for_people = ["standard error", "terminal", "markdown", "tap", "junit"].contains(&place);
    let is_invisible = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if is_for_people && text.chars().any(|c| c == '\u{1b}' || is_invisible(c)) {
        return Some("escape sequences or invisible characters");
    }
    let is_command = |line: &str| line.starts_with("::") || line.starts_with("##[");
    // The format `github` consists of commands; those of a target are another matter.
    let owned = |line: &str| is_command(line) && line.contains("owned");
    let is_report = is_for_people || place == "github";
    if is_report
        && text.lines().map(str::trim_start).any(|line| match place {
            "github" => owned(line) && !line.starts_with("::error title="),
            _ => owned(line),
        })
    {
        return Some("a workflow command");
    }
    if place == "html" && text.contains("<script>alert") {
        return Some("a script");
    }
    None
}

/// The first thing in a text that looks like Rust's `{:?}`: `Name { field: ` or `Some(`.
fn debug_text(text: &str) -> Option<String> {
    let wrapped = ["Some(", "Err(", "Ok(", "Custom {", "Os {"];
    let wrapped = wrapped.into_iter().find(|name| text.contains(name)).map(str::to_owned);
    let structs = text.match_indices(" { ").find_map(|(at, _)| {
        let name: String = text[..at].chars().rev().take_while(|c| c.is_alphanumeric()).collect();
        let (field, _) = text[at + 3..].split_once(": ")?;
        let is_field =
            !field.is_empty() && field.bytes().all(|it| it.is_ascii_lowercase() || it == b'_');
        (!name.is_empty() && is_field).then(|| format!("{name} {{ {field}"))
    });
    wrapped.or(structs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::Red;
    use std::time::Duration;

    fn hostile(must: Must) -> Hostile {
        let mut hostile = crate::targets::all().swap_remove(0);
        hostile.must = must;
        hostile
    }

    fn outcome(code: i32, stderr: &str) -> Outcome {
        Outcome {
            code: Some(code),
            stdout: String::new(),
            stderr: stderr.to_owned(),
            took: Duration::from_secs(1),
            peak_kib: Some(1_000),
        }
    }

    fn broken(must: Must, outcome: &Outcome, terminal: &str) -> Vec<String> {
        row(&hostile(must), outcome, &[("terminal", terminal.to_owned())], Vec::new()).broken
    }

    const UNTESTABLE: Must = Must::BeUntestable(&["refused"]);
    const RED: Must = Must::BeRed(Red { guilty: &["SES-"], says: &["401"] });
    const REPORT: &str = "invite-conformance against x\n1 scenario\n\nFAIL SES-001 a title\n      \
                          seen      status 401\n\nFAIL SES-002 another\n";

    #[test]
    fn what_is_right_is_not_broken() {
        assert_eq!(broken(UNTESTABLE, &outcome(3, "it refused the key"), ""), [""; 0]);
        assert_eq!(broken(RED, &outcome(1, ""), REPORT), [""; 0]);
        assert_eq!(broken(Must::Conform(String::new()), &outcome(0, ""), "x\ny\n"), [""; 0]);
    }

    #[test]
    fn each_bound_can_be_broken() {
        let large = Outcome { peak_kib: Some(MOST_KIB + 1), ..outcome(3, "refused") };
        assert_eq!(broken(UNTESTABLE, &large, "").len(), 1);
        let killed = Outcome { code: None, ..outcome(3, "refused") };
        assert_eq!(broken(UNTESTABLE, &killed, "").len(), 1);
        for (must, code, said, report) in [
            (UNTESTABLE, 1, "refused", ""),
            (UNTESTABLE, 3, "another cause", ""),
            (UNTESTABLE, 3, "refused: panicked at", ""),
            (UNTESTABLE, 3, "refused: Some(3)", ""),
            (UNTESTABLE, 3, "refused\u{1b}[2J", ""),
            (UNTESTABLE, 3, "refused\n::error::owned", ""),
            (UNTESTABLE, 3, &*format!("refused {}", crate::targets::SECRET), ""),
            (RED, 1, "", &*REPORT.replace("SES-002", "INV-002")),
            (RED, 1, "", &*REPORT.replace("401", "500")),
            (Must::Conform(String::new()), 0, "", REPORT),
        ] {
            assert_eq!(broken(must, &outcome(code, said), report).len(), 1, "{said} {report}");
        }
        let row = row(&hostile(UNTESTABLE), &outcome(3, "refused"), &[], vec!["GET /".to_owned()]);
        assert_eq!(row.broken.len(), 1);
    }
}
