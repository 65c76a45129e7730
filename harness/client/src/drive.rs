//! One client scenario, step by step. It decides nothing but whether it can go on.

use crate::application::Application;
use crate::run::RunError;
use crate::tester::{Person, Tester};
use invite_adapter::{Adapter, AdapterError, Call, Open, Outcome, Planes};
use invite_judge::{counts_since, first_that_shows};
use invite_relay::{CannedAnswer, PUSHED_WITHIN, Relay, RelayError};
use invite_scenario::client::{
    ClientScenario, ClientStep, Deed, DeedOutcome, Intervention, Observed, OnServer,
};
use invite_scenario::cover;
use invite_scenario::description::Target;
use invite_spec::endpoint::{self, Method, Operation};
use invite_spec::status::StatusClass;
use invite_trace::reference::{Bindings, Unbound};
use invite_trace::{
    AdapterFault, ClientAct, ClientDeadline, ClientEvent, ClientOperation, ClientReply, Event,
    Trace,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// What all scenarios of a run have in common.
pub(crate) struct Setting<'s> {
    pub(crate) target: &'s Target,
    pub(crate) tester: &'s Tester,
    pub(crate) run_id: &'s str,
    pub(crate) listen: SocketAddr,
    pub(crate) epoch_us: u64,
    pub(crate) http: reqwest::Client,
}

/// How long an address that the scenario before has left may still be taken.
const LEAVING: Duration = Duration::from_secs(5);

/// The scenario cannot go on. The recording says why.
struct Stop;

/// Drives one scenario.
pub(crate) async fn drive(
    setting: &Setting<'_>,
    scenario: &ClientScenario,
) -> Result<Trace, RunError> {
    let (tick, ticks) = watch::channel(0_u64);
    let tick = Arc::new(tick);
    let relay = Arc::new(listen(setting, Arc::clone(&tick)).await?);
    let id = &scenario.id.value;
    let prefix = cover::prefix(setting.run_id, id);
    let mut bindings = Bindings { alias_prefix: prefix.clone(), ..Bindings::default() };
    for name in &scenario.people {
        let external_id = cover::external_id(&prefix, name);
        relay.live().call(&external_id, name);
        bindings.bind(name.value.clone(), external_id);
    }
    let second = setting.target.second_application.as_ref().filter(|_| !scenario.protected);
    let credentials = second.unwrap_or(&setting.target.application).clone();
    let application = Application::new(setting.http.clone(), relay.url(), credentials);
    let mut drive = Drive {
        scenario,
        relay: Arc::clone(&relay),
        application,
        bindings,
        tick,
        ticks,
        hand: None,
        asked: 0,
    };
    drive.steps(setting.tester).await;
    let bindings = std::mem::take(&mut drive.bindings);
    let mut trace = relay.trace();
    // All traces of a run begin at the same time.
    let later_us = trace.epoch_us.saturating_sub(setting.epoch_us);
    for entry in &mut trace.entries {
        entry.at_us = entry.at_us.saturating_add(later_us);
    }
    Ok(Trace { scenario: id.clone(), bindings, epoch_us: setting.epoch_us, ..trace })
}

/// Starts the relay. The address may still be that of the scenario before.
async fn listen(setting: &Setting<'_>, tick: Arc<watch::Sender<u64>>) -> Result<Relay, RunError> {
    let until = Instant::now() + LEAVING;
    loop {
        let tick = Arc::clone(&tick);
        let watch = move |_: &_| tick.send_modify(|count| *count += 1);
        match Relay::start(setting.listen, setting.target, None, watch).await {
            Err(RelayError::Listen { .. })
                if setting.listen.port() != 0 && Instant::now() < until =>
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(RelayError::Connector(error)) => {
                return Err(RunError::Connector(error));
            }
            other => return Ok(other?),
        }
    }
}

/// Whoever does what the client is told, in one scenario.
enum Hand {
    Adapter(Arc<Adapter>),
    Person(Person),
}

struct Drive<'d> {
    scenario: &'d ClientScenario,
    relay: Arc<Relay>,
    application: Application,
    bindings: Bindings,
    /// Grows with everything that passes.
    tick: Arc<watch::Sender<u64>>,
    ticks: watch::Receiver<u64>,
    hand: Option<Hand>,
    asked: u64,
}

impl Drive<'_> {
    fn note(&self, who: &str, event: ClientEvent) {
        self.relay.live().client(self.relay.now_us(), who, event);
    }

    /// The adapter failed: the scenario ends.
    fn fail(&self, who: &str, error: &AdapterError) -> Stop {
        let did = error.misbehaviour.to_string();
        let how = AdapterFault { adapter: error.adapter.clone(), did };
        self.note(who, ClientEvent::Failed { how });
        Stop
    }

    async fn steps(&mut self, tester: &Tester) {
        let labelled = self.scenario.labelled();
        let Some((first, _)) = labelled.first() else { return };
        self.relay.live().begin(self.relay.now_us(), first);
        let passing_on = match self.start(tester).await {
            Ok(passing_on) => passing_on,
            Err(Stop) => return,
        };
        for (place, (label, step)) in labelled.iter().enumerate() {
            if place > 0 {
                self.relay.live().begin(self.relay.now_us(), label);
            }
            let done = match step {
                ClientStep::Client(deed) => self.deed(deed, label).await,
                ClientStep::Server(call) => self.server(call, label).await,
                ClientStep::Intervene(how) => self.intervene(how).await,
                ClientStep::Await(observed) => self.observe(observed, label).await,
            };
            if let Err(Stop) = done {
                break;
            }
        }
        if let Some(passing_on) = passing_on {
            passing_on.abort();
            let _ = passing_on.await;
        }
        self.end().await;
    }

    /// Starts the adapter, and a task that passes its events on to the recording.
    async fn start(
        &mut self,
        tester: &Tester,
    ) -> Result<Option<tokio::task::JoinHandle<()>>, Stop> {
        let (launch, limits, patience) = match tester {
            Tester::Person(person) => {
                (person.tell)("");
                (person.tell)(&format!("{}: {}", self.scenario.id, self.scenario.title));
                self.hand = Some(Hand::Person(person.clone()));
                return Ok(None);
            }
            Tester::Adapter { launch, limits, patience } => (launch, *limits, *patience),
        };
        let started = Adapter::start(launch, limits, patience).await;
        let adapter = Arc::new(started.map_err(|error| self.fail("", &error))?);
        let hello = adapter.hello();
        self.note(
            "",
            ClientEvent::Introduced {
                name: hello.name.clone(),
                version: hello.version.clone(),
                events: hello.events.iter().cloned().collect(),
            },
        );
        self.hand = Some(Hand::Adapter(Arc::clone(&adapter)));
        let (relay, tick) = (Arc::clone(&self.relay), Arc::clone(&self.tick));
        Ok(Some(tokio::spawn(async move {
            let mut from = 0;
            loop {
                let waited = adapter.event(from, |_| true, Duration::from_secs(3_600)).await;
                let Ok(found) = waited else { return };
                if found.is_none() {
                    continue;
                }
                for event in adapter.events_from(from) {
                    from += 1;
                    let body = Value::Object(event.body);
                    let reported = ClientEvent::Reported { kind: event.kind, body };
                    relay.live().client(relay.now_us(), &event.session, reported);
                }
                tick.send_modify(|count| *count += 1);
            }
        })))
    }

    /// Ends the adapter. What it does wrong in the end is said, too.
    async fn end(&mut self) {
        let Some(Hand::Adapter(adapter)) = self.hand.take() else { return };
        let failed = adapter.failure();
        if let Some(adapter) = Arc::into_inner(adapter) {
            let _ = adapter.stop().await;
        }
        let is_noted = || {
            let trace = self.relay.trace();
            trace
                .entries
                .iter()
                .any(|entry| matches!(entry.event, Event::Client(ClientEvent::Failed { .. })))
        };
        if let Some(error) = failed.filter(|_| !is_noted()) {
            let Stop = self.fail("", &error);
        }
    }

    /// A value with its references replaced, secrets by pseudonym; a scenario that needs what is not
    /// there cannot go on.
    fn resolve(&self, value: &Value) -> Result<Value, Stop> {
        self.bindings.resolve(value).map_err(|Unbound(_)| Stop)
    }

    async fn deed(&mut self, deed: &Deed, label: &str) -> Result<(), Stop> {
        let who = deed.who.value.clone();
        let operation = deed.operation.value;
        let with = match self.resolve(&Value::Object(deed.with.clone())) {
            Ok(Value::Object(with)) => with,
            _ => return Err(self.not_done(&who, ClientAct::Calls(operation.call()), 0)),
        };
        self.asked += 1;
        let id = self.asked;
        let reply = match &self.hand {
            Some(Hand::Adapter(adapter)) => {
                let adapter = Arc::clone(adapter);
                self.ask(&adapter, id, &who, operation, with).await?
            }
            Some(Hand::Person(person)) => {
                let person = person.clone();
                self.prompt(&person, id, deed, with, label).await?
            }
            None => return Err(Stop),
        };
        let is_done = matches!(reply, ClientReply::Done(_));
        let goes_on = match &reply {
            ClientReply::Done(_) => true,
            ClientReply::Unsupported(_) => false,
            ClientReply::Refused { .. } | ClientReply::Failed(_) => {
                deed.outcome == DeedOutcome::Any
            }
        };
        // What came of it says nothing then: the scenario is not the one that was meant.
        let missed = self.missed();
        self.note(&who, ClientEvent::Replied { id, reply });
        missed?;
        if !goes_on {
            return Err(Stop);
        }
        if is_done && !self.save(&who, operation.call(), &deed.save, label) {
            return Err(self.not_done(&who, ClientAct::Calls(operation.call()), 0));
        }
        Ok(())
    }

    /// Has the adapter do something.
    async fn ask(
        &self,
        adapter: &Adapter,
        id: u64,
        who: &str,
        operation: ClientOperation,
        with: Map<String, Value>,
    ) -> Result<ClientReply, Stop> {
        let arguments = match operation {
            ClientOperation::Open => self.opening(who).await,
            _ => self.relay.live().revealed(&Value::Object(with)),
        };
        self.note(who, ClientEvent::Told { id, operation, arguments: arguments.clone() });
        let call = match call(operation, arguments) {
            Ok(call) => call,
            Err(cause) => {
                let adapter = adapter.hello().name.clone();
                let did = format!("cannot be asked, because the scenario is wrong: {cause}");
                let how = AdapterFault { adapter, did };
                self.note(who, ClientEvent::Failed { how });
                return Err(Stop);
            }
        };
        match adapter.call(who, who, call).await {
            Ok(outcome) => Ok(reply(outcome)),
            Err(error) => Err(self.fail(who, &error)),
        }
    }

    /// What a client needs to open a session.
    async fn opening(&self, who: &str) -> Value {
        let external_id = self.bindings.text(who).unwrap_or(who).to_owned();
        let client_access_token = self.application.client_token(&external_id).await;
        let url = self.relay.url();
        let open = Open {
            server: Planes { rest: url.clone(), session: url },
            client_access_token: client_access_token.unwrap_or_default(),
            external_id,
            name: who.to_owned(),
        };
        serde_json::to_value(&open).unwrap_or_default()
    }

    /// Has a person do something, and waits until the traffic shows that it was done.
    async fn prompt(
        &mut self,
        person: &Person,
        id: u64,
        deed: &Deed,
        with: Map<String, Value>,
        label: &str,
    ) -> Result<ClientReply, Stop> {
        let (who, operation) = (deed.who.value.as_str(), deed.operation.value);
        let arguments = Value::Object(with);
        self.note(who, ClientEvent::Told { id, operation, arguments: arguments.clone() });
        let revealed = self.relay.live().revealed(&arguments);
        (person.tell)(&self.sentence(deed, &revealed));
        let act = match operation {
            ClientOperation::Open => ClientAct::Connects,
            other => ClientAct::Calls(other.call()),
        };
        let since = self.relay.trace().beginning(label).unwrap_or_default();
        let until = Instant::now() + person.patience;
        let seen = tokio::select! {
            seen = self.wait(since, who, act, until) => seen,
            () = person.wants_to_skip() => None,
        };
        if seen.is_none() {
            self.note(who, ClientEvent::Skipped);
            (person.tell)("  skipped");
            return Err(Stop);
        }
        (person.tell)("  seen");
        let status = self.status(who, operation.call(), label);
        Ok(match status {
            Some(status) if StatusClass::of(status).is_refused() => {
                let message = "the server refused".to_owned();
                ClientReply::Refused { status: Some(status), code: None, message }
            }
            _ => ClientReply::Done(json!({})),
        })
    }

    /// What a person is told to do.
    fn sentence(&self, deed: &Deed, with: &Value) -> String {
        let who = &deed.who;
        if let Some(say) = &deed.say
            && let Ok(said) = self.bindings.resolve_string(say)
        {
            return format!("  {}", self.relay.live().revealed_text(&said));
        }
        match deed.operation.value {
            ClientOperation::Open => {
                let external_id = self.bindings.text(who).unwrap_or_default();
                format!(
                    "  {who}: open a session as the external id {external_id}, at {}",
                    self.relay.url()
                )
            }
            operation => match with.as_object().filter(|with| !with.is_empty()) {
                Some(with) => format!("  {who}: {operation}, with {}", Value::from(with.clone())),
                None => format!("  {who}: {operation}"),
            },
        }
    }

    async fn server(&mut self, call: &OnServer, label: &str) -> Result<(), Stop> {
        let endpoint = call.operation.endpoint();
        let conference = match &call.conference {
            None => String::new(),
            Some(text) => self.bindings.resolve_string(text).map_err(|Unbound(_)| Stop)?,
        };
        let path = endpoint.path.replace("{conferenceId}", &conference);
        let body = match &call.body {
            Some(body) => {
                let resolved = self.resolve(body)?;
                Some(self.relay.live().revealed(&resolved))
            }
            None => None,
        };
        if self.application.call(endpoint, path, body.as_ref()).await.is_none() {
            return Err(Stop);
        }
        let is_saved = self.save(APPLICATION, call.operation.value, &call.save, label);
        if is_saved { Ok(()) } else { Err(Stop) }
    }

    async fn intervene(&mut self, how: &Intervention) -> Result<(), Stop> {
        let who = how.who().map(|who| who.value.clone()).unwrap_or_default();
        let shown = serde_json::to_value(how).unwrap_or_default();
        let shown = self.resolve(&shown)?;
        self.note(&who, ClientEvent::Intervened { how: shown });
        match how {
            Intervention::Drop(_) => self.reach(&who, |relay| relay.drop_sockets(&who)).await,
            Intervention::Close(one) => {
                self.reach(&who, |relay| relay.close_sockets(&who, one.code)).await
            }
            Intervention::Push(one) => {
                let text = self.frame(&one.frame)?;
                self.reach(&who, |relay| relay.push(&who, text.clone())).await
            }
            Intervention::PushBeforeAnswer(one) => {
                let text = self.frame(&one.frame)?;
                self.relay.push_before_answer(one.operation.value, &who, text);
                Ok(())
            }
            Intervention::RefuseSockets(one) => {
                self.relay.refuse_sockets(one.count);
                Ok(())
            }
            Intervention::Delay(one) => {
                self.relay.delay(one.operation.value, Duration::from_millis(one.ms));
                Ok(())
            }
            Intervention::Answer(one) => {
                let status = reqwest::StatusCode::from_u16(one.status).map_err(|_| Stop)?;
                let body = one.body.as_ref().map(Value::to_string).unwrap_or_default();
                let times = usize::try_from(one.times).unwrap_or(usize::MAX);
                let answers = vec![CannedAnswer { status, body }; times];
                self.relay.answer(one.operation.value, answers);
                Ok(())
            }
        }
    }

    /// The text of a frame that is pushed.
    fn frame(&self, frame: &Value) -> Result<String, Stop> {
        let resolved = self.resolve(frame)?;
        Ok(match self.relay.live().revealed(&resolved) {
            Value::String(text) => text,
            other => other.to_string(),
        })
    }

    /// Does something to somebody's WebSockets, as soon as there is one.
    async fn reach(&mut self, who: &str, what: impl Fn(&Relay) -> usize) -> Result<(), Stop> {
        let deadline = Duration::from_millis(ClientDeadline::Reconnect.ms());
        let until = Instant::now() + deadline;
        loop {
            self.ticks.borrow_and_update();
            if what(&self.relay) > 0 {
                return Ok(());
            }
            if timeout_at(until, self.ticks.changed()).await.is_err() {
                return Err(self.not_done(who, ClientAct::Connects, millis(deadline)));
            }
        }
    }

    async fn observe(&mut self, observed: &Observed, label: &str) -> Result<(), Stop> {
        let Some(act) = observed.act() else { return Err(Stop) };
        let who = observed.who.value.as_str();
        let trace = self.relay.trace();
        let since = counts_since(self.scenario, observed, label, &trace).unwrap_or_default();
        let deadline = Duration::from_millis(act.deadline().ms());
        let until = Instant::now() + deadline;
        match self.wait(since, who, act, until).await {
            Some(_) => Ok(()),
            None => {
                self.missed()?;
                Err(self.not_done(who, act, millis(deadline)))
            }
        }
    }

    /// Whether everybody could be pushed what had to come before a response.
    fn missed(&self) -> Result<(), Stop> {
        let first = self.relay.missed().into_iter().next();
        first.map_or(Ok(()), |who| {
            Err(self.not_done(&who, ClientAct::Connects, millis(PUSHED_WITHIN)))
        })
    }

    fn not_done(&self, who: &str, act: ClientAct, waited_ms: u64) -> Stop {
        self.note(who, ClientEvent::NotDone { act, waited_ms });
        Stop
    }

    /// Waits until the recording shows that somebody does something.
    async fn wait(
        &mut self,
        since: usize,
        who: &str,
        act: ClientAct,
        until: Instant,
    ) -> Option<usize> {
        loop {
            self.ticks.borrow_and_update();
            if let Some(at) = first_that_shows(&self.relay.trace(), since, who, act) {
                return Some(at);
            }
            if timeout_at(until, self.ticks.changed()).await.is_err() {
                return None;
            }
        }
    }

    /// The last answer to a call that somebody made in a step: its status and body.
    fn answered(&self, who: &str, operation: Operation, label: &str) -> Option<(u16, Value)> {
        let trace = self.relay.trace();
        let own = |entry: &&invite_trace::Entry| entry.step == label && entry.actor == who;
        let asked =
            trace.entries.iter().filter(own).rev().find_map(|entry| match &entry.event {
                Event::Request { exchange, method, path, .. } => {
                    let (endpoint, _) = endpoint::route(Method::parse(method)?, path)?;
                    (endpoint.operation == operation).then_some(*exchange)
                }
                _ => None,
            })?;
        trace.entries.iter().find_map(|entry| match &entry.event {
            Event::Answer { exchange, status, body, .. } if *exchange == asked => {
                Some((*status, body.json().cloned().unwrap_or_default()))
            }
            _ => None,
        })
    }

    fn status(&self, who: &str, operation: Operation, label: &str) -> Option<u16> {
        self.answered(who, operation, label).map(|(status, _)| status)
    }

    /// Keeps values of an answer; whether they are there.
    fn save(
        &mut self,
        who: &str,
        operation: Operation,
        save: &BTreeMap<String, String>,
        label: &str,
    ) -> bool {
        if save.is_empty() {
            return true;
        }
        let Some((_, body)) = self.answered(who, operation, label) else { return false };
        save.iter().all(|(name, pointer)| {
            let Ok(pointer) = self.bindings.resolve_string(pointer) else { return false };
            let found = body.pointer(&pointer).cloned();
            found.map(|value| self.bindings.bind(name.clone(), value)).is_some()
        })
    }
}

/// Who calls for the application, in traces.
const APPLICATION: &str = "application";

fn call(operation: ClientOperation, arguments: Value) -> Result<Call, serde_json::Error> {
    let mut fields = match arguments {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    fields.insert("operation".to_owned(), operation.as_str().into());
    serde_json::from_value(Value::Object(fields))
}

fn reply(outcome: Outcome) -> ClientReply {
    match outcome {
        Outcome::Done(done) => ClientReply::Done(Value::Object(done)),
        Outcome::Refused(refused) => ClientReply::Refused {
            status: refused.status,
            code: refused.code,
            message: refused.message,
        },
        Outcome::Failed(message) => ClientReply::Failed(message),
        Outcome::Unsupported { unsupported, .. } => ClientReply::Unsupported(unsupported),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The references stay texts: the arguments have the same form with and without their values.
    #[test]
    fn what_the_built_in_scenarios_ask_for_can_be_said_to_an_adapter() {
        for found in invite_scenario::client::built_in().expect("they can be read") {
            for (label, step) in found.scenario.labelled() {
                let ClientStep::Client(deed) = step else { continue };
                if deed.operation.value == ClientOperation::Open {
                    continue;
                }
                let asked = call(deed.operation.value, Value::Object(deed.with.clone()));
                assert!(asked.is_ok(), "{} step {label}: {asked:?}", found.scenario.id);
            }
        }
    }
}
