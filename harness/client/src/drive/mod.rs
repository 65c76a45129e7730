//! One client scenario, step by step. It decides nothing but whether it can go on.
//!
//! | file | what |
//! | --- | --- |
//! | `deed` | what the client is told to do |
//! | `server` | what the server at the other end does |
//! | `recorded` | what the recording shows so far |

mod deed;
mod recorded;
mod server;

use crate::application::Application;
use crate::run::RunError;
use crate::tester::{Person, Tester};
use invite_adapter::{Adapter, AdapterError};
use invite_relay::{Relay, RelayError};
use invite_scenario::client::{ClientScenario, ClientStep};
use invite_scenario::cover;
use invite_scenario::description::Target;
use invite_trace::reference::{Bindings, Unbound};
use invite_trace::{AdapterFault, ClientAct, ClientEvent, Event, Trace};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

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

    fn not_done(&self, who: &str, act: ClientAct, waited_ms: u64) -> Stop {
        self.note(who, ClientEvent::NotDone { act, waited_ms });
        Stop
    }
}

/// Who calls for the application, in traces.
const APPLICATION: &str = "application";

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
