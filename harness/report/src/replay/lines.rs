//! One entry of a trace as lines of a script.

use super::Unavailable;
use super::claim::file_name;
use super::frame_kind;
use super::script::Writer;
use super::values::Source;
use invite_judge::history::Exchange;
use invite_scenario::{Outcome, Step, TokenChoice};
use invite_spec::endpoint::Operation;
use invite_spec::endpoint::{
    self, CLIENT_ID_HEADER, CONFERENCE_TOKEN_HEADER, Plane, SESSION_TOKEN_HEADER,
};
use invite_trace::{Content, Entry, Event};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What stands in a form as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl Writer<'_> {
    /// A call, and what is kept of its answer.
    pub(super) fn call(&mut self, entry: &Entry) -> Result<(), Unavailable> {
        let Event::Request { exchange, method, path, headers, body } = &entry.event else {
            return Ok(());
        };
        let patient =
            matches!(self.step(&entry.step), Some(Step::Call(call)) if call.until_refused);
        if patient && !self.is_last_of_step(*exchange, &entry.step) {
            return Ok(());
        }
        self.forge(&format!("{path} {headers:?} {body:?}"))?;
        let mut options = String::new();
        let remembered = self.remembered(entry, *exchange, headers)?;
        for (name, value) in headers {
            if name == CONFERENCE_TOKEN_HEADER && remembered.is_some() {
                continue;
            }
            if name == CLIENT_ID_HEADER {
                self.client(value);
            }
            if name == "authorization" && value.starts_with("Basic <token-") {
                self.wrong_basic(&entry.step, value);
            }
            let value = self.values.shell(value, true)?;
            let _ = write!(options, " \\\n    -H \"{name}: {value}\"");
        }
        if let Some(token) = remembered {
            let _ = write!(options, " \\\n    -H \"{CONFERENCE_TOKEN_HEADER}: {token}\"");
        }
        let plane = self.plane(*exchange, entry);
        let path = self.values.shell(path, true)?;
        let form = headers.get("content-type").is_some_and(|kind| kind.contains("form-urlencoded"));
        let body = self.body(body, form)?;
        let actor = file_name(&entry.actor);
        let call = format!("call {exchange} {actor} {method} \"${plane}{path}\"{options}");
        if patient {
            // As long as the clocks of two machines may differ.
            self.line("again=0\nwhile [ \"$again\" -lt 61 ]; do");
        }
        match body {
            Input::None => self.line(&format!("{call} </dev/null")),
            Input::Text(text) => {
                self.line(&format!("{call} \\\n    --data-binary @- <<BODY\n{text}\nBODY"));
            }
            Input::Command(command) => {
                self.line(&format!("{command} | {call} \\\n    --data-binary @-"));
            }
        }
        if patient {
            self.line(&format!(
                "case $(cat \"$WORK/{exchange}.status\") in 2??) sleep 1 ;; *) break ;; esac"
            ));
            self.line("again=$((again + 1))\ndone");
        }
        self.answered(&entry.step, *exchange)
    }

    /// Whether an exchange is the last one of its step.
    fn is_last_of_step(&self, number: u32, step: &str) -> bool {
        let numbers = self.subject.trace.entries.iter().filter_map(|entry| match entry.event {
            Event::Request { exchange, .. } if entry.step == step => Some(exchange),
            _ => None,
        });
        numbers.max() == Some(number)
    }

    /// The conference token that a client chooses by what it has been given: a right server may
    /// have given it another one than the server of the run did. None where the scenario chooses,
    /// or where nothing could have been given.
    fn remembered(
        &mut self,
        entry: &Entry,
        exchange: u32,
        headers: &BTreeMap<String, String>,
    ) -> Result<Option<String>, Unavailable> {
        let chosen = match self.step(&entry.step) {
            Some(Step::Call(call)) => call.token != TokenChoice::Usual || call.preflight,
            _ => false,
        };
        let Some(asked) = self.exchange(exchange).filter(|one| one.is_of_sdk() && !chosen) else {
            return Ok(None);
        };
        let is_join = asked.is(Operation::SdkJoin);
        let (at, conference) = (asked.asked_at, asked.conference().map(str::to_owned));
        let earlier = |operations: &[Operation]| {
            let before = self.history.exchanges.iter().filter(|one| one.asked_at < at);
            before.into_iter().any(|one| one.operation().is_some_and(|it| operations.contains(&it)))
        };
        let updated = earlier(&[Operation::SdkPermissions, Operation::RestPermissions]);
        let invited =
            earlier(&[Operation::SdkInvite, Operation::RestInvite, Operation::RestCreate]);
        let actor = file_name(&entry.actor);
        let usual = headers.get(CONFERENCE_TOKEN_HEADER).map_or("", String::as_str);
        let usual = self.values.shell(usual, true)?;
        if is_join {
            self.line(&format!("helper mark joined_{actor}"));
            let Some(conference) = conference.filter(|_| invited && usual.is_empty()) else {
                return Ok(None);
            };
            let conference = self.values.shell(&conference, true)?;
            return Ok(Some(format!("$(helper token {actor} \"{conference}\" \"\")")));
        }
        if !updated || asked_without_session(headers) {
            return Ok(None);
        }
        Ok(Some(format!("$(helper token {actor} \"\" \"{usual}\")")))
    }

    fn exchange(&self, number: u32) -> Option<&Exchange<'_>> {
        self.history.exchanges.iter().find(|one| {
            matches!(self.subject.trace.entries[one.asked_at].event,
                     Event::Request { exchange, .. } if exchange == number)
        })
    }

    fn answered(&mut self, step: &str, exchange: u32) -> Result<(), Unavailable> {
        let answer = self.subject.trace.entries.iter().enumerate().find_map(|(at, other)| {
            match other.event {
                Event::Answer { exchange: number, status, .. } if number == exchange => {
                    Some((at, status))
                }
                _ => None,
            }
        });
        let Some((at, status)) = answer else { return Ok(()) };
        let needed = match self.step(step) {
            Some(Step::Call(call)) => call.outcome != Outcome::Any,
            _ => true,
        };
        if needed && (200..300).contains(&status) && !self.claim.exchanges.contains(&exchange) {
            self.line(&format!("accepted {exchange}"));
        }
        for source in self.kept.remove(&at).unwrap_or_default() {
            let pointer = self.values.shell(&source.pointer, true)?;
            let name = source.variable.clone();
            self.line(&format!("{name}=$(take {exchange} \"{pointer}\") || exit 2"));
            if self.history.fences.contains(source.value.as_str()) {
                self.line(&format!("printf '%s\\n' \"${name}\" >>\"$WORK/fences\""));
            }
            self.know(source);
        }
        Ok(())
    }

    fn know(&mut self, source: Source) {
        let stands = format!("${{{}}}", source.variable);
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
        if !source.value.chars().all(plain) && !source.value.starts_with('<') {
            let encoded = utf8_percent_encode(&source.value, NON_ALPHANUMERIC).to_string();
            self.values.know(encoded, format!("$(helper enc \"{stands}\")"));
        }
        self.values.know(source.value, stands);
    }

    /// A client instance has a name of its own, fresh for each run.
    fn client(&mut self, value: &str) {
        if !self.values.knows(value) {
            self.clients += 1;
            let name = format!("client_{}", self.clients);
            self.line(&format!("{name}=$(helper fresh)"));
            self.values.know(value, format!("${{{name}}}"));
        }
    }

    /// A key and secret of the scenario's choice; `usual` stands for the right one.
    fn wrong_basic(&mut self, step: &str, value: &str) {
        let Some(Step::Call(call)) = self.step(step) else { return };
        let TokenChoice::Given(pair) = &call.basic else { return };
        let (key, secret) = pair.split_once(':').unwrap_or((pair, ""));
        let pick = |text: &str, usual: &str| match text {
            "usual" => usual.to_owned(),
            text => text.replace(['"', '\\', '$', '`'], ""),
        };
        let pair = format!("{}:{}", pick(key, "$KEY"), pick(secret, "$SECRET"));
        self.values.know(value, format!("$(basic \"{pair}\")"));
    }

    /// Makes the forged tokens that a text holds.
    fn forge(&mut self, text: &str) -> Result<(), Unavailable> {
        let tokens = &self.subject.trace.tokens;
        for (name, record) in tokens {
            let Some((from, how)) =
                record.forged_from.as_deref().and_then(|it| it.split_once(": "))
            else {
                continue;
            };
            if !text.contains(name.as_str()) || self.values.knows(name) {
                continue;
            }
            let variable = format!("forged_{}", name.trim_matches(|c: char| !c.is_ascii_digit()));
            let from = self.values.shell(from, true)?;
            let how = how.replace('"', "");
            self.line(&format!("{variable}=$(helper forge \"{how}\" \"{from}\") || exit 2"));
            self.values.know(name, format!("${{{variable}}}"));
        }
        Ok(())
    }

    /// The variable with the address of the plane that a request went to.
    fn plane(&self, exchange: u32, entry: &Entry) -> &'static str {
        let routed = self.exchange(exchange).and_then(|one| one.endpoint);
        let of_step = || match self.step(&entry.step) {
            Some(Step::Call(call)) => {
                endpoint::Operation::parse(&call.operation).map(endpoint::Operation::endpoint)
            }
            _ => None,
        };
        match routed.or_else(of_step).map(|endpoint| endpoint.plane) {
            Some(Plane::Auth) => "AUTH",
            Some(Plane::Rest) => "REST",
            Some(Plane::Session | Plane::Telemetry) => "SESSION",
            None if entry.actor.ends_with("application") => "REST",
            None => "SESSION",
        }
    }

    fn body(&self, body: &Content, form: bool) -> Result<Input, Unavailable> {
        Ok(match body {
            Content::Empty => Input::None,
            Content::Json(value) if form => {
                let fields = value.as_object().into_iter().flatten().map(|(key, value)| {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
                    format!("{}={}", encode(key), encode(&text))
                });
                let fields = fields.collect::<Vec<_>>().join("&");
                // A form's end is its last byte.
                Input::Command(format!("printf %s \"{}\"", self.values.shell(&fields, true)?))
            }
            Content::Json(value) => Input::Text(self.values.shell(&value.to_string(), false)?),
            Content::Text { beginning, bytes } if beginning.ends_with("bytes of filler") => {
                Input::Command(format!("helper filler {bytes}"))
            }
            Content::Text { beginning, bytes } if beginning.len() == *bytes => {
                let text = self.values.shell(beginning, true)?;
                Input::Command(format!("printf %s \"{text}\""))
            }
            Content::Text { .. } => {
                return Err(Unavailable("a body that was sent is not in the trace in full".into()));
            }
        })
    }

    pub(super) fn socket(
        &mut self,
        entry: &Entry,
        number: u32,
        path: &str,
    ) -> Result<(), Unavailable> {
        self.forge(path)?;
        if let Some(id) = path.split("Voxeet-Id=").nth(1).and_then(|rest| rest.split('&').next()) {
            self.client(id);
        }
        let actor = file_name(&entry.actor);
        let path = self.values.shell(path, true)?;
        self.line(&format!("socket {actor} {number} \"$SOCKET{path}\""));
        self.sockets.insert(number, actor);
        Ok(())
    }

    /// A frame of a client's.
    pub(super) fn sent(&mut self, number: u32, body: &Content) -> Result<(), Unavailable> {
        let Some(frame) = body.json() else { return Ok(()) };
        let is_keep_alive = frame.get("type").and_then(Value::as_str) == Some("keep_alive");
        let Some(actor) = self.sockets.get(&number).cloned().filter(|_| !is_keep_alive) else {
            return Ok(());
        };
        let frame = self.values.shell(&frame.to_string(), false)?;
        self.line(&format!("send {actor} {number} <<JSON\n{frame}\nJSON"));
        Ok(())
    }

    /// A frame that brings what is needed later: it is waited for.
    pub(super) fn received(
        &mut self,
        at: usize,
        entry: &Entry,
        body: &Content,
    ) -> Result<(), Unavailable> {
        let (Some(sources), Some(frame)) = (self.kept.remove(&at), body.json()) else {
            return Ok(());
        };
        let kind = frame_kind(frame);
        let before = self.subject.trace.entries[..at].iter().filter(|other| {
            other.actor == entry.actor
                && match &other.event {
                    Event::Received { body, .. } => body.json().is_some_and(|other| {
                        frame_kind(other) == kind && !self.history.is_of_fence(other)
                    }),
                    _ => false,
                }
        });
        let want =
            json!({ "at": file_name(&entry.actor), "frame": kind, "count": before.count() + 1 });
        for source in sources {
            let pointer = self.values.shell(&source.pointer, true)?;
            let name = source.variable.clone();
            self.line(&format!(
                "{name}=$(helper await \"{pointer}\" <<JSON\n{want}\nJSON\n) || exit 2"
            ));
            self.know(source);
        }
        Ok(())
    }

    /// What was due before has arrived when the invitation to a throw-away conference has.
    pub(super) fn fence(&mut self, entry: &Entry, conference: &str) -> Result<(), Unavailable> {
        if conference.is_empty() {
            self.line("sleep 1");
            return Ok(());
        }
        let conference = self.values.shell(conference, true)?;
        let want = json!({
            "at": file_name(&entry.actor),
            "frame": "InvitationReceived",
            "fence": true,
        });
        let want = want.to_string();
        let want = want.trim_end_matches('}');
        self.line(&format!(
            "helper await <<JSON || exit 2\n{want},\"where\":{{\"/conferenceId\":\"{conference}\"}}}}\nJSON"
        ));
        Ok(())
    }
}

/// Whether a request is none of an open session's.
fn asked_without_session(headers: &BTreeMap<String, String>) -> bool {
    !headers.contains_key(SESSION_TOKEN_HEADER)
}

/// Where the body of a call comes from.
enum Input {
    None,
    Text(String),
    Command(String),
}
