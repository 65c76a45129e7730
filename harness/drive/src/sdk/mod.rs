//! People of a scenario who use a real client: an adapter drives it, and what passes between it and the
//! target is recorded as if the harness had sent it.
//!
//! | file | what |
//! | --- | --- |
//! | `translate` | a call of a scenario as something that an adapter can be asked |
//! | `tap` | where a client believes that the server is: passes its requests on, and records them |
//! | `frames` | the same for its WebSocket |
//!
//! What a client cannot do leaves nothing to judge, and is never the target's fault.

mod frames;
mod tap;
mod translate;

use crate::actor::Actor;
use crate::scenario_run::ScenarioRun;
use crate::session::{Identity, Session};
use crate::stop::Demand;
use crate::transport::Answer;
use invite_adapter::{Adapter, Call, Close, Outcome, Planes};
use invite_scenario::{CallKind, Open, SignIn, Step};
use invite_spec::endpoint::{Authentication, Operation, Plane, SOCKET_PATH};
use invite_spec::requirement::id;
use invite_trace::{Ended, Event, Excuse, HarnessFault, NoAnswer, Stop, StopReason, Trace};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tap::Tap;
use translate::translated;

/// The clients of a scenario's people.
#[derive(Debug)]
pub(crate) struct Sdk {
    adapter: Arc<Adapter>,
    taps: Mutex<BTreeMap<Actor, Arc<Tap>>>,
}

/// How much of what an adapter says is kept.
const KEPT: usize = 300;

/// What an adapter said, without secrets.
fn told(run: &ScenarioRun, text: &str) -> String {
    run.recorder.lock().redactor.text(text).chars().take(KEPT).collect()
}

/// A step that cannot be done because the client has no such thing.
fn excused(label: &str, actor: Option<&Actor>, why: String) -> Stop {
    let demand = Demand { step: label, actor, requirement: None };
    demand.not_met(StopReason::Excused(Excuse::Adapter { why, failed: None }))
}

/// The same at a call that the adapter lists: it may be beyond this client, or beyond the adapter.
fn failed(label: &str, actor: &Actor, operation: Operation, message: &str) -> Stop {
    let why = format!("the client made no call {operation}: {message}");
    let excuse = Excuse::Adapter { why, failed: Some(operation) };
    let demand = Demand { step: label, actor: Some(actor), requirement: None };
    demand.not_met(StopReason::Excused(excuse))
}

/// The calls that the client of a run has made.
#[derive(Debug, Default)]
pub(crate) struct Made(Mutex<BTreeSet<Operation>>);

impl Made {
    fn lock(&self) -> MutexGuard<'_, BTreeSet<Operation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An adapter that lists a call and fails at it every time has promised too much: that is no
    /// excuse, in none of the traces of a run.
    pub(crate) fn blame<'t>(&self, traces: impl Iterator<Item = &'t mut Trace>) {
        let made = self.lock();
        for trace in traces {
            let Ended::Stopped(stop) = &mut trace.ended else { continue };
            if let StopReason::Excused(Excuse::Adapter { why, failed: Some(operation) }) =
                &stop.reason
                && !made.contains(operation)
            {
                let error = format!("the adapter lists this, and fails at it each time: {why}");
                stop.reason = StopReason::Harness(HarnessFault::Adapter { error });
            }
        }
    }
}

/// A step at which the adapter misbehaved.
fn broken(label: &str, actor: &Actor, error: &dyn std::fmt::Display) -> Stop {
    let fault = HarnessFault::Adapter { error: error.to_string() };
    Demand { step: label, actor: Some(actor), requirement: None }
        .not_met(StopReason::Harness(fault))
}

/// Refuses what no adapter can be asked: it is about frames and connections themselves.
pub(crate) fn refuse(run: &ScenarioRun, label: &str, step: &Step) -> Result<(), Stop> {
    let what = match step {
        Step::Drop(_) | Step::Reconnect(_) | Step::Connect(_) => "lose or open a WebSocket",
        Step::Say(_) => "send frames",
        Step::Wire(_) => "send raw requests",
        _ => return Ok(()),
    };
    match &run.sdk {
        Some(_) => Err(excused(label, None, format!("a client cannot be told to {what}"))),
        None => Ok(()),
    }
}

impl Sdk {
    pub(crate) fn new(adapter: Arc<Adapter>) -> Sdk {
        Sdk { adapter, taps: Mutex::default() }
    }

    /// Whether this is somebody who uses the client: the harness's own clients do not.
    pub(crate) fn is_for(actor: &Actor) -> bool {
        matches!(actor, Actor::Person { .. })
    }

    fn tap(&self, actor: &Actor) -> Option<Arc<Tap>> {
        self.taps.lock().unwrap_or_else(PoisonError::into_inner).get(actor).cloned()
    }

    /// Whether this call is the client's to make.
    pub(crate) fn makes(&self, actor: &Actor, step: &invite_scenario::Call) -> bool {
        let endpoint = step.operation.endpoint();
        endpoint.plane == Plane::Session
            && endpoint.authentication == Authentication::Session
            && matches!(step.kind, CallKind::Request(_))
            && self.tap(actor).is_some()
    }

    async fn ask(
        &self,
        run: &ScenarioRun,
        label: &str,
        actor: &Actor,
        call: Call,
    ) -> Result<Outcome, Stop> {
        // Sessions of other scenarios have other names.
        let session = format!("{}{actor}", run.recorder.lock().bindings.alias_prefix);
        let outcome = self.adapter.call(&actor.person(), &session, call).await;
        let outcome = outcome
            .map_err(|error| broken(label, actor, &error.hiding(&mut |text| told(run, text))));
        match outcome? {
            Outcome::Unsupported { unsupported, argument } => {
                let argument = argument.map(|it| format!(" (`{it}`)")).unwrap_or_default();
                Err(excused(label, Some(actor), told(run, &format!("{unsupported}{argument}"))))
            }
            outcome => Ok(outcome),
        }
    }

    /// Has the client do something: what the target answered to the call that this is about.
    async fn made(
        &self,
        run: &ScenarioRun,
        label: &str,
        actor: &Actor,
        tap: &Tap,
        (operation, call): (Operation, Call),
    ) -> Result<Result<Answer, NoAnswer>, Stop> {
        tap.begin(label);
        let outcome = self.ask(run, label, actor, call).await?;
        match (tap.answer(operation), outcome) {
            (Some(answer), _) => {
                run.shared.made.lock().insert(operation);
                Ok(answer)
            }
            (None, Outcome::Failed(message)) => {
                Err(failed(label, actor, operation, &told(run, &message)))
            }
            // A client may be there already, or know by itself that the server would refuse.
            (None, Outcome::Done(_)) => {
                Err(failed(label, actor, operation, "it says that it is done"))
            }
            (None, _) => Err(failed(label, actor, operation, "it refused by itself")),
        }
    }

    /// Opens a session.
    pub(crate) async fn open(
        &self,
        run: &ScenarioRun,
        label: &str,
        actor: &Actor,
        open: &Open,
    ) -> Result<(), Stop> {
        if open.sign_in != SignIn::ClientAccessToken || !open.acknowledge {
            let why = "an adapter opens sessions with a client access token, as the client does";
            return Err(excused(label, Some(actor), why.to_owned()));
        }
        let external = run.external_id(actor);
        let client_token = run.sign_in(label, actor, open, Some(&external)).await?;
        run.bind(actor, "client_token", &client_token);
        let tap = Tap::start(run.me.clone(), actor.clone(), label).await;
        let tap = tap.map_err(|error| broken(label, actor, &error))?;
        self.taps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(actor.clone(), Arc::clone(&tap));
        let (name, token) = {
            let state = run.recorder.lock();
            let name = state.bindings.text(&format!("{}.name", actor.person())).map(str::to_owned);
            (name.unwrap_or_default(), state.redactor.reveal(&client_token))
        };
        let url = tap.url().to_owned();
        let call = Call::Open(invite_adapter::Open {
            server: Planes { rest: url.clone(), session: url },
            client_access_token: token,
            external_id: external,
            name,
        });
        let operation = Operation::Identify;
        let answer = self.made(run, label, actor, &tap, (operation, call)).await?;
        let endpoint = &invite_spec::sdk::identify::ENDPOINT;
        let demand = Demand::of(label, actor, endpoint.requirement);
        let answer =
            answer.map_err(|why| demand.not_met(StopReason::NoAnswer { operation, why }))?;
        if !answer.is_accepted() {
            let status = answer.status;
            return Err(demand.not_met(StopReason::NotAccepted { operation, status }));
        }
        let user = run.needed(label, actor, endpoint, &answer, "/user_id")?;
        let session_token = run.needed(label, actor, endpoint, &answer, "/jwt_user_token")?;
        run.bind(actor, "user", &user);
        run.bind(actor, "session_token", &session_token);
        let socket = tap.socket();
        let socket = socket.ok_or_else(|| {
            excused(label, Some(actor), "the client opened no WebSocket".to_owned())
        })?;
        let socket =
            socket.map_err(|why| Demand::of(label, actor, id::SES_002).refused_socket(why))?;
        let client_id = tap.client_id();
        let session = Arc::new(Session::new(Identity {
            actor: actor.clone(),
            app: run.app(actor),
            is_verified: true,
            socket_path: format!("{SOCKET_PATH}?Voxeet-Id={client_id}&Token={session_token}"),
            client_id,
            client_token,
            session_token,
            socket_base: run.socket_base(&answer),
            acknowledges: true,
        }));
        session.set_socket(socket);
        tap.belongs_to(&session);
        run.add_session(session);
        Ok(())
    }

    /// Has the client make a call of a scenario.
    pub(crate) async fn perform(
        &self,
        run: &ScenarioRun,
        label: &str,
        actor: &Actor,
        step: &invite_scenario::Call,
    ) -> Result<Result<Answer, NoAnswer>, Stop> {
        let call = translated(run, label, step)?;
        let call = call.map_err(|why| excused(label, Some(actor), why))?;
        let Some(tap) = self.tap(actor) else {
            return Err(crate::stop::no_session(label, actor));
        };
        self.made(run, label, actor, &tap, (step.operation.value, call)).await
    }

    /// Has the client close its session.
    pub(crate) async fn close(
        &self,
        run: &ScenarioRun,
        label: &str,
        session: &Session,
    ) -> Result<(), Stop> {
        let actor = &session.identity.actor;
        let Some(tap) = self.tap(actor) else {
            return Err(crate::stop::no_session(label, actor));
        };
        let number = session.socket().map(|socket| socket.number);
        let operation = Operation::Logout;
        let call = Call::Close(Close {});
        let answer = self.made(run, label, actor, &tap, (operation, call)).await?;
        self.taps.lock().unwrap_or_else(PoisonError::into_inner).remove(actor);
        let demand = Demand::of(label, actor, operation.endpoint().requirement);
        let answer =
            answer.map_err(|why| demand.not_met(StopReason::NoAnswer { operation, why }))?;
        if !answer.is_accepted() {
            let status = answer.status;
            return Err(demand.not_met(StopReason::NotAccepted { operation, status }));
        }
        let ours = run.transport().within(invite_trace::Deadline::Answer);
        run.recorder
            .wait(0, ours, |_, _, entry| {
                matches!(entry.event, Event::SocketClosed { socket, .. } if Some(socket) == number)
            })
            .await;
        Ok(())
    }

    /// Closes what is open, after the last step: nothing of that is recorded.
    pub(crate) async fn end(&self, run: &ScenarioRun) {
        let taps = std::mem::take(&mut *self.taps.lock().unwrap_or_else(PoisonError::into_inner));
        for actor in taps.keys() {
            if self.adapter.failure().is_some() {
                return;
            }
            // It may never have been opened, and nobody is interested any more.
            let _ = self.ask(run, "", actor, Call::Close(Close {})).await;
        }
    }
}
