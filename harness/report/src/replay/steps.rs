//! A trace as the steps of a data file.

use super::Unavailable;
use super::data::{Capture, Look, Piece, Template};
use super::look::{end_of_step, frames, look};
use super::values::{Source, Values, sources};
use crate::explanation::subject::Subject;
use invite_judge::history::{Exchange, History};
use invite_record::Record;
use invite_scenario::{Body, Outcome, Step as Planned, TokenChoice};
use invite_spec::endpoint::{
    CLIENT_ID_HEADER, CONFERENCE_TOKEN_HEADER, Operation, Plane, SESSION_TOKEN_HEADER,
};
use invite_spec::push::type_of;
use invite_spec::status::StatusClass;
use invite_trace::{Content, Entry, Event, Forgery, SocketEnd};
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Planes<'r> = BTreeMap<&'static str, &'r str>;

/// The steps that replay a failure, what to look at after them, and where the server is.
pub(super) fn steps<'r>(
    record: &'r Record,
    subject: &'r Subject<'r>,
) -> Result<(Vec<Value>, Value, Planes<'r>), Unavailable> {
    let history = History::read(subject.trace);
    let (look, end) = look(subject, &history);
    let mut writer = Writer {
        subject,
        sources: BTreeMap::new(),
        values: Values::default(),
        joined: BTreeMap::new(),
        look,
        history,
        steps: Vec::new(),
    };
    writer.sources = sources(subject.trace, writer.forged_from(), end);
    let prefix = &subject.trace.bindings.alias_prefix;
    if !prefix.is_empty() {
        writer.values.know(prefix, Piece::Fresh("run".into(), prefix.chars().count()));
    }
    for (at, entry) in subject.trace.entries.iter().enumerate().take(end) {
        writer.entry(at, entry)?;
    }
    let told = &record.target.planes;
    let socket = told.socket.as_deref().or_else(|| writer.told_socket(&told.session));
    let planes = BTreeMap::from([
        ("auth", told.auth.as_str()),
        ("rest", told.rest.as_str()),
        ("session", told.session.as_str()),
        ("socket", socket.unwrap_or(&told.session)),
    ]);
    let mut look = json!(writer.look);
    if let Some(pointer) = look.get_mut("pointer") {
        *pointer = json!(writer.values.template(pointer.as_str().unwrap_or_default())?);
    }
    Ok((writer.steps, look, planes))
}

struct Writer<'r> {
    subject: &'r Subject<'r>,
    history: History<'r>,
    look: Look,
    values: Values,
    /// What is captured of which entry.
    sources: BTreeMap<usize, Vec<Source>>,
    /// The last request of each client to join.
    joined: BTreeMap<&'r str, u32>,
    steps: Vec<Value>,
}

impl<'r> Writer<'r> {
    /// The WebSocket's address that identify gave: only on the host of the session plane, because
    /// tokens go there.
    fn told_socket(&self, session: &str) -> Option<&'r str> {
        let host = |address: &'_ str| -> Option<String> {
            let (_, rest) = address.split_once("://")?;
            Some(rest.split(['/', '?', ':']).next()?.to_owned())
        };
        let identified = self.history.exchanges.iter().filter_map(Exchange::answer);
        let mut told = identified.filter_map(|answer| answer.get("wsUri")?.as_str());
        told.find(|uri| host(uri).is_some() && host(uri) == host(session))
    }

    fn planned(&self, label: &str) -> Option<&'r Planned> {
        let labelled = self.subject.scenario?.labelled();
        labelled.into_iter().find(|(known, _)| known == label).map(|(_, step)| step)
    }

    /// The tokens that others are forged from, with the place where that happens.
    fn forged_from(&self) -> Vec<(usize, String)> {
        let begun = self.subject.trace.entries.iter().enumerate();
        let forgeries = begun.filter(|(_, entry)| entry.event == Event::Begun);
        let from = forgeries.filter_map(|(at, entry)| match self.planned(&entry.step)? {
            Planned::Forge(forge) => {
                Some((at, self.subject.trace.bindings.resolve_string(&forge.from).ok()?))
            }
            _ => None,
        });
        from.collect()
    }

    fn entry(&mut self, at: usize, entry: &'r Entry) -> Result<(), Unavailable> {
        let who = entry.actor.clone();
        match &entry.event {
            Event::Begun => self.begun(at, &entry.step)?,
            Event::Request { .. } => self.request(at, entry)?,
            Event::SocketOpened { socket, path } | Event::SocketRefused { socket, path, .. } => {
                let query = path.split(['?', '&']);
                for id in query.filter_map(|pair| pair.strip_prefix("Voxeet-Id=")) {
                    self.client(id);
                }
                let path = self.values.template(path)?;
                self.steps
                    .push(json!({ "do": "open", "socket": socket, "who": who, "path": path }));
            }
            Event::Sent { socket, body } => {
                let Some(frame) = body.json() else { return Ok(()) };
                // The replay is too short to need what keeps a connection alive.
                if frame.get("type").and_then(Value::as_str) != Some("keep_alive") {
                    let frame = self.values.template(&frame.to_string())?;
                    self.steps.push(
                        json!({ "do": "send", "socket": socket, "who": who, "frame": frame }),
                    );
                }
            }
            Event::Received { body, .. } => {
                let (true, Some(frame)) = (self.sources.contains_key(&at), body.json()) else {
                    return Ok(());
                };
                let kind = type_of(frame).map_or(String::new(), |kind| kind.to_string());
                let count = frames(&self.history, &entry.actor, &kind, at + 1);
                let capture = self.capture(at)?;
                self.frame(&who, &kind, count, capture);
            }
            Event::SocketClosed { socket, by: SocketEnd::Client, code, .. } => {
                let politely = code.is_some();
                self.steps.push(json!({ "do": "close", "socket": socket, "politely": politely }));
            }
            Event::Fence { conference, .. } if conference.is_empty() => {
                self.steps.push(json!({ "do": "pause", "seconds": 1 }));
            }
            Event::Fence { conference, .. } => {
                let holding = self.values.template(conference)?;
                self.steps.push(json!({ "do": "fence", "who": who, "holding": holding }));
            }
            Event::Answer { .. }
            | Event::NoAnswer { .. }
            | Event::Client(_)
            | Event::SocketClosed { .. }
            | Event::Fenced { .. }
            | Event::Expired { .. } => {}
        }
        Ok(())
    }

    fn begun(&mut self, at: usize, label: &str) -> Result<(), Unavailable> {
        self.note(&format!("step {label}"));
        let trace = self.subject.trace;
        let end = end_of_step(&trace.entries, at);
        match self.planned(label) {
            Some(Planned::Await(wait)) => {
                // What is missed is waited for at the end.
                let is_missing = matches!(self.look, Look::Frames { missing: true, .. });
                if is_missing && Some(label) == self.subject.check.at.step() {
                    return Ok(());
                }
                for who in wait.by.0.iter().flat_map(|who| trace.bindings.actors(who)) {
                    let kind = wait.frame.to_string();
                    let count = frames(&self.history, &who, &kind, end);
                    if count > 0 {
                        self.frame(&who, &kind, count, Vec::new());
                    }
                }
            }
            // From the beginning of the trace: a replay gets here sooner than the run did.
            Some(Planned::UntilExpired(_) | Planned::Wait(_)) => {
                let time = |at: usize| trace.entries.get(at).map_or(0, |entry| entry.at_us);
                let took = time(end.min(trace.entries.len() - 1)).saturating_sub(time(0));
                let seconds = took as f64 / 1e6 + 1.0;
                self.steps.push(json!({ "do": "pause", "seconds": seconds }));
            }
            Some(Planned::Forge(forge)) => {
                let bindings = &trace.bindings;
                let from = bindings.resolve_string(&forge.from);
                let from = from.map_err(|error| Unavailable(error.to_string()))?;
                let from = self.values.template(&from)?;
                if let Some(token) = bindings.text(&forge.name) {
                    self.values.know(token, Piece::Forged(forgery(forge.how), from));
                }
            }
            Some(Planned::Wire(_)) => {
                return Err(Unavailable("it sends bytes that no HTTP library would send".into()));
            }
            Some(Planned::Together(_)) => {
                self.note("these happened at once; here they happen one after another");
            }
            _ => {}
        }
        Ok(())
    }

    fn request(&mut self, at: usize, entry: &'r Entry) -> Result<(), Unavailable> {
        let Event::Request { exchange, method, path, headers, body } = &entry.event else {
            return Ok(());
        };
        let call = match self.planned(&entry.step) {
            Some(Planned::Call(call)) => Some(call),
            _ => None,
        };
        let request = call.and_then(|call| call.request());
        let refusal = request.and_then(|request| request.expected.refusal());
        let until_refused = refusal.is_some_and(|refusal| refusal.until_refused);
        let is_last = self.subject.trace.entries[at + 1..]
            .iter()
            .all(|later| later.step != entry.step || !matches!(later.event, Event::Request { .. }));
        if until_refused && !is_last {
            return Ok(());
        }
        let newest = self.newest(at, entry, *exchange, headers)?;
        let mut filled = BTreeMap::new();
        for (name, value) in headers {
            filled.insert(name.clone(), self.header(entry, name, value)?);
        }
        let form = headers.get("content-type").is_some_and(|it| it.contains("form-urlencoded"));
        let filler = request.and_then(|request| match request.body {
            Body::Filler(bytes) => Some(bytes),
            Body::Default | Body::Json(_) | Body::Text(_) | Body::Latin1(_) => None,
        });
        let (path, body) = (self.values.template(path)?, self.body(body, form, filler)?);
        let answer = self.subject.trace.entries.iter().enumerate().find_map(|(at, other)| {
            match other.event {
                Event::Answer { exchange: number, status, .. } if number == *exchange => {
                    Some((at, status))
                }
                _ => None,
            }
        });
        let is_looked_at = match &self.look {
            Look::Status { request, .. } | Look::Response { request, .. } => request == exchange,
            _ => false,
        };
        let succeeded = answer.is_some_and(|(_, status)| StatusClass::of(status).is_accepted());
        let may_fail =
            request.is_some_and(|it| it.expected.outcome() == Outcome::Any) || is_looked_at;
        let capture = answer.map_or(Ok(Vec::new()), |(at, _)| self.capture(at))?;
        self.steps.push(json!({
            "do": "request",
            "number": exchange,
            "who": entry.actor,
            "plane": self.plane(at, entry),
            "method": method,
            "path": path,
            "headers": filled,
            "body": body,
            "until_refused": until_refused,
            "must_succeed": succeeded && !may_fail,
            "newest": newest,
            "capture": capture,
        }));
        Ok(())
    }

    fn note(&mut self, text: &str) {
        self.steps.push(json!({ "do": "note", "text": text }));
    }

    fn frame(&mut self, who: &str, kind: &str, count: usize, capture: Vec<Capture>) {
        self.steps.push(json!({
            "do": "frame", "who": who, "type": kind, "count": count, "capture": capture,
        }));
    }

    /// What is captured of an entry; from here on it is known.
    fn capture(&mut self, at: usize) -> Result<Vec<Capture>, Unavailable> {
        let mut captures = Vec::new();
        for source in self.sources.remove(&at).unwrap_or_default() {
            captures.push(Capture {
                name: source.name.clone(),
                pointer: self.values.template(&source.pointer)?,
                secret: self.subject.trace.tokens.contains_key(&source.value),
                fence: self.history.fences.contains(&*source.value),
            });
            self.values.know(&source.value, Piece::Value(source.name));
        }
        Ok(captures)
    }

    fn exchange(&self, at: usize) -> Option<&Exchange<'r>> {
        self.history.exchanges.iter().find(|one| one.asked_at == at)
    }

    /// The conference token that a client chooses by what it has been given: a right server may
    /// have given it another one than the server of the run did.
    fn newest(
        &mut self,
        at: usize,
        entry: &'r Entry,
        number: u32,
        headers: &BTreeMap<String, String>,
    ) -> Result<Option<Value>, Unavailable> {
        let is_chosen = match self.planned(&entry.step) {
            Some(Planned::Call(call)) => {
                call.request().is_none_or(|request| request.token != TokenChoice::Usual)
            }
            _ => false,
        };
        let Some(asked) = self.exchange(at).filter(|one| one.is_of_sdk() && !is_chosen) else {
            return Ok(None);
        };
        let earlier = |operations: &[Operation]| {
            let before = self.history.exchanges.iter().filter(|one| one.asked_at < at);
            before.into_iter().any(|one| one.operation().is_some_and(|it| operations.contains(&it)))
        };
        let newest = |kind: &str, pointer: &str, since: Option<u32>, holding: Template| {
            let header = CONFERENCE_TOKEN_HEADER;
            Some(json!({
                "header": header, "type": kind, "pointer": pointer,
                "since": since, "holding": holding,
            }))
        };
        if !asked.is(Operation::SdkJoin) {
            let was_updated = earlier(&[Operation::SdkPermissions, Operation::RestPermissions]);
            let is_of_session = headers.contains_key(SESSION_TOKEN_HEADER);
            let since = self.joined.get(&*entry.actor).copied();
            let newest = newest("UpdateToken", "/content/access_token", since, Vec::new());
            return Ok(newest.filter(|_| was_updated && is_of_session));
        }
        let was_invited =
            earlier(&[Operation::SdkInvite, Operation::RestInvite, Operation::RestCreate]);
        let is_without = !headers.contains_key(CONFERENCE_TOKEN_HEADER);
        let conference = asked.conference().filter(|_| was_invited && is_without);
        let holding = conference.map(|conference| self.values.template(conference)).transpose()?;
        self.joined.insert(&entry.actor, number);
        Ok(holding.and_then(|it| newest("InvitationReceived", "/confToken", None, it)))
    }

    /// A header. Credentials stand in `authorization` only, and never by what the target said.
    fn header(&mut self, entry: &Entry, name: &str, value: &str) -> Result<Template, Unavailable> {
        let basic = |key: Piece, secret: Piece| {
            let pair = vec![key, Piece::Text(":".into()), secret];
            Ok(vec![Piece::Text("Basic ".into()), Piece::Base64(pair)])
        };
        let first = ["key", "secret"].map(Piece::Credential);
        let second = ["second_key", "second_secret"].map(Piece::Credential);
        match (name, value) {
            ("authorization", "Basic <credentials of the application>") => {
                let [key, secret] = first;
                return basic(key, secret);
            }
            ("authorization", "Basic <credentials of the second application>") => {
                let [key, secret] = second;
                return basic(key, secret);
            }
            ("authorization", _) => {
                if let Some(Planned::Call(call)) = self.planned(&entry.step)
                    && let Some(request) = call.request()
                    && let (TokenChoice::Given(pair), Some(_)) =
                        (&request.basic, value.strip_prefix("Basic "))
                {
                    let (key, secret) = pair.split_once(':').unwrap_or((pair, ""));
                    let part = |text: &str, own: &Piece, others: &Piece| match text {
                        "usual" => own.clone(),
                        "others" => others.clone(),
                        text => Piece::Text(text.to_owned()),
                    };
                    return basic(
                        part(key, &first[0], &second[0]),
                        part(secret, &first[1], &second[1]),
                    );
                }
            }
            (CLIENT_ID_HEADER, id) => self.client(id),
            _ => {}
        }
        self.values.template(value)
    }

    /// A client instance has a name of its own, fresh for each run.
    fn client(&mut self, id: &str) {
        let name = format!("client_{}", self.values.count());
        self.values.know(id, Piece::Fresh(name, id.chars().count().max(16)));
    }

    /// The plane that a request went to.
    fn plane(&self, at: usize, entry: &Entry) -> &'static str {
        let routed = self.exchange(at).and_then(|one| one.endpoint);
        let of_step = || match self.planned(&entry.step) {
            Some(Planned::Call(call)) => Some(call.operation.endpoint()),
            _ => None,
        };
        match routed.or_else(of_step).map(|endpoint| endpoint.plane) {
            Some(Plane::Auth) => "auth",
            Some(Plane::Rest) => "rest",
            Some(Plane::Session | Plane::Telemetry) => "session",
            None if entry.actor.ends_with("application") => "rest",
            None => "session",
        }
    }

    fn body(
        &self,
        body: &Content,
        form: bool,
        filler: Option<usize>,
    ) -> Result<Option<Value>, Unavailable> {
        Ok(Some(match body {
            Content::Empty => return Ok(None),
            Content::Json(Value::Object(fields)) if form => {
                let field = |(name, value): (&String, &Value)| {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    Ok((self.values.template(name)?, self.values.template(&text)?))
                };
                let fields: Result<Vec<_>, Unavailable> = fields.iter().map(field).collect();
                json!({ "form": fields? })
            }
            Content::Json(value) => json!({ "json": self.values.template(&value.to_string())? }),
            Content::Text { bytes, .. } if filler == Some(*bytes) => json!({ "filler": bytes }),
            Content::Text { beginning, bytes } if beginning.len() == *bytes => {
                json!({ "text": self.values.template(beginning)? })
            }
            Content::Text { .. } => {
                return Err(Unavailable("the record keeps only a part of a body".into()));
            }
        }))
    }
}

fn forgery(how: Forgery) -> &'static str {
    match how {
        Forgery::Tampered => "tampered",
        Forgery::Unsigned => "unsigned",
        Forgery::TamperedAndUnsigned => "tampered_and_unsigned",
        Forgery::OtherKey => "other_key",
        Forgery::Garbage => "garbage",
    }
}
