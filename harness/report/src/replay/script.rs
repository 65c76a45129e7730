//! A trace as lines of a shell script.

use super::Unavailable;
use super::claim::{Claim, file_name};
use super::values::{Source, Values, sources};
use super::wish::{pattern, raw_step};
use crate::explanation::Explanation;
use crate::explanation::subject::{Subject, actors};
use invite_judge::history::History;
use invite_record::Record;
use invite_scenario::{Scenario, Step};
use invite_spec::endpoint::Operation;
use invite_spec::permission::Permission;
use invite_trace::Deadline;
use invite_trace::{Entry, Event, SocketEnd};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const PRELUDE: &str = include_str!("prelude.sh");
const HELPER: &str = include_str!("replay.py");

/// Writes the script.
pub(super) fn write(
    record: &Record,
    explanation: &Explanation,
    subject: &Subject<'_>,
    scenario: Option<&Scenario>,
    claim: &Claim,
) -> Result<String, Unavailable> {
    let trace = subject.trace;
    let source = record.scenarios.iter().find(|known| known.id == explanation.scenario);
    let mut writer = Writer {
        text: String::new(),
        record,
        subject,
        scenario,
        source: source.map_or("", |known| &known.source),
        claim,
        history: History::read(trace),
        values: Values::default(),
        kept: BTreeMap::new(),
        sockets: BTreeMap::new(),
        clients: 0,
    };
    writer.kept = sources(trace, writer.uses(), claim.end);
    writer.head(explanation);
    writer.tell()?;
    writer.end(explanation)?;
    Ok(writer.text)
}

/// A script that grows line by line.
pub(super) struct Writer<'r> {
    text: String,
    pub(super) record: &'r Record,
    pub(super) subject: &'r Subject<'r>,
    scenario: Option<&'r Scenario>,
    source: &'r str,
    pub(super) claim: &'r Claim,
    pub(super) history: History<'r>,
    pub(super) values: Values,
    /// What is kept of which entry.
    pub(super) kept: BTreeMap<usize, Vec<Source>>,
    /// The actor of each socket.
    pub(super) sockets: BTreeMap<u32, String>,
    pub(super) clients: usize,
}

impl<'r> Writer<'r> {
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// What stands before the calls: what it is, where the server is, and the functions.
    fn head(&mut self, explanation: &Explanation) {
        let rule = &explanation.rule;
        let mut about = format!("{} {}\n\n{}\n\n", rule.id, rule.title, explanation.headline);
        let _ = writeln!(about, "{}\n", rule.text);
        let _ = writeln!(about, "Scenario {} ({})\n", explanation.scenario, explanation.title);
        about.push_str(USAGE);
        self.line("#!/bin/sh");
        for line in about.lines() {
            let words: String = line.chars().filter(|c| !c.is_control()).collect();
            let words = format!("# {words}");
            self.line(words.trim_end());
        }
        self.line("set -u\n");
        let planes = &self.record.target.planes;
        let told = self.told_socket();
        let socket = planes.socket.clone().or(told).unwrap_or_else(|| planes.session.clone());
        let address = |value: &str| value.replace(['\'', '\\', '$', '`', '"', '}'], "");
        let mut lines = vec!["URL=${1:-}".to_owned()];
        for (name, value) in [
            ("AUTH", &planes.auth),
            ("REST", &planes.rest),
            ("SESSION", &planes.session),
            ("SOCKET", &socket),
        ] {
            lines.push(format!("{name}=\"${{URL:-{}}}\"", address(value)));
        }
        lines.push("KEY=${INVITE_APP_KEY:-} SECRET=${INVITE_APP_SECRET:-}".into());
        lines
            .push("KEY_2=${INVITE_SECOND_APP_KEY:-} SECRET_2=${INVITE_SECOND_APP_SECRET:-}".into());
        let deadline = self.record.target.deadlines.get(Deadline::Event).as_secs_f64().max(2.0);
        lines.push(format!("export DEADLINE={deadline}"));
        let every: Vec<&str> = Permission::ALL.iter().map(|one| one.as_str()).collect();
        lines.push(format!("export EVERY_PERMISSION='{}'\n", every.join(" ")));
        lines.push(PRELUDE.to_owned());
        lines.push("cat >\"$WORK/replay.py\" <<'PYTHON'".into());
        lines.push(HELPER.trim_end().to_owned());
        lines.push("PYTHON\n".into());
        lines.push("[ -n \"$KEY\" ] || stuck \"INVITE_APP_KEY is not set\"".into());
        lines.push("\n# ----- What happens -----\n".into());
        let prefix = &self.subject.trace.bindings.alias_prefix;
        if !prefix.is_empty() {
            lines.push(format!("RUN=$(helper run-name {})", prefix.chars().count()));
            self.values.know(prefix.clone(), "${RUN}");
        }
        for line in lines {
            self.line(&line);
        }
        for (name, key, secret) in [
            ("<credentials of the application>", "$KEY", "$SECRET"),
            ("<credentials of the second application>", "$KEY_2", "$SECRET_2"),
        ] {
            self.values.know(format!("Basic {name}"), format!("$(basic \"{key}:{secret}\")"));
        }
    }

    /// The WebSocket's address that identify told.
    fn told_socket(&self) -> Option<String> {
        let answers = self.history.exchanges.iter().filter(|one| one.is(Operation::Identify));
        let told = answers.filter_map(|one| one.answer()?.get("wsUri")?.as_str()).next();
        told.filter(|uri| uri.contains("://")).map(|uri| uri.trim_end_matches('/').to_owned())
    }

    /// What needs values besides what was sent: what is awaited, and what must hold in the end.
    fn uses(&self) -> Vec<(usize, String)> {
        let mut uses = vec![(usize::MAX, self.claim.what.to_string())];
        let begun = self.subject.trace.entries.iter().enumerate();
        for (at, entry) in begun.filter(|(_, entry)| entry.event == Event::Begun) {
            let bindings = &self.subject.trace.bindings;
            let text = match self.step(&entry.step) {
                Some(Step::Await(_)) => raw_step(self.source, &entry.step)
                    .and_then(|raw| pattern(&raw, bindings).ok())
                    .map(|(want, _)| want.to_string()),
                Some(Step::UntilExpired(until)) => bindings.resolve_string(&until.token).ok(),
                _ => None,
            };
            uses.extend(text.map(|text| (at, text)));
        }
        uses
    }

    /// The trace up to where it is needed.
    fn tell(&mut self) -> Result<(), Unavailable> {
        let entries: &'r [Entry] = &self.subject.trace.entries;
        for (at, entry) in entries.iter().enumerate().take(self.claim.end) {
            match &entry.event {
                Event::Begun => self.begun(&entry.step)?,
                Event::Request { .. } => self.call(entry)?,
                Event::SocketOpened { socket, path }
                | Event::SocketRefused { socket, path, .. } => {
                    self.socket(entry, *socket, path)?;
                }
                Event::Sent { socket, body } => self.sent(*socket, body)?,
                Event::Received { body, .. } => self.received(at, entry, body)?,
                Event::SocketClosed { socket, by: SocketEnd::Client, code, .. } => {
                    let how = if code.is_some() { "hang_up" } else { "lose" };
                    let actor = file_name(&entry.actor);
                    self.line(&format!("{how} {actor} {socket}"));
                }
                Event::Fence { conference, .. } => self.fence(entry, conference)?,
                Event::Answer { .. }
                | Event::NoAnswer { .. }
                | Event::SocketClosed { .. }
                | Event::Fenced { .. }
                | Event::Expired { .. } => {}
            }
        }
        Ok(())
    }

    pub(super) fn step(&self, label: &str) -> Option<&'r Step> {
        let labelled = self.scenario?.labelled();
        labelled.into_iter().find(|(known, _)| known == label).map(|(_, step)| step)
    }

    fn begun(&mut self, label: &str) -> Result<(), Unavailable> {
        self.line(&format!("\n# Step {label}"));
        if self.marks().contains(label) {
            self.line(&format!("helper mark {}", file_name(label)));
        }
        let is_own = label == self.subject.check.at;
        match self.step(label) {
            Some(Step::Await(wait)) if !is_own || self.subject.missing().is_none() => {
                let Some(raw) = raw_step(self.source, label) else { return Ok(()) };
                let bindings = &self.subject.trace.bindings;
                let (mut want, _) = pattern(&raw, bindings)?;
                for actor in actors(&wait.by, bindings) {
                    want["at"] = file_name(&actor).into();
                    let want = self.values.shell(&want.to_string(), false)?;
                    let stuck = format!("stuck \"{} did not reach {actor}\"", wait.frame);
                    self.line(&format!("helper await <<JSON || {stuck}\n{want}\nJSON"));
                }
            }
            Some(Step::UntilExpired(until)) => {
                let token = self.subject.trace.bindings.resolve_string(&until.token);
                let token = token.map_err(|error| Unavailable(error.to_string()))?;
                let token = self.values.shell(&token, true)?;
                self.line(&format!("helper until \"{token}\""));
            }
            Some(Step::Wire(_)) => {
                return Err(Unavailable("it sends bytes that curl would not send".into()));
            }
            Some(Step::Together(_)) => {
                self.line("# (These happened at once; here they happen one after another.)");
            }
            _ => {}
        }
        Ok(())
    }

    /// The steps since whose beginning frames count, for what is awaited on the way as well.
    fn marks(&self) -> BTreeSet<String> {
        let mut marks: BTreeSet<String> = self.claim.marks.iter().cloned().collect();
        let labelled = self.scenario.map(Scenario::labelled).unwrap_or_default();
        marks.extend(labelled.iter().filter_map(|(_, step)| match step {
            Step::Await(wait) => wait.after.as_ref().map(|step| step.text.clone()),
            _ => None,
        }));
        marks
    }

    /// What is looked at in the end.
    fn end(&mut self, explanation: &Explanation) -> Result<(), Unavailable> {
        self.line("\n# ----- What must hold -----\n");
        let question = json!({ "expected": explanation.expected, "claim": self.claim.what });
        let question = self.values.shell(&question.to_string(), false)?;
        self.line(&format!("helper judge <<JSON\n{question}\nJSON"));
        Ok(())
    }
}

const USAGE: &str = "\
Usage: INVITE_APP_KEY=... INVITE_APP_SECRET=... sh THIS.sh [URL]

Where a second application takes part: INVITE_SECOND_APP_KEY, INVITE_SECOND_APP_SECRET. URL is the
server's address, if it is another one now. Needs curl and python3, and nothing else. For a
certificate of your own: CURL_CA_BUNDLE and SSL_CERT_FILE.

Exit code: 1 the server still does so; 0 it does as it should; 2 it cannot be told.
";
