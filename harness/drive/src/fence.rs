//! Proves that what has not arrived will not: a fence, known elsewhere as a barrier. The harness
//! causes something that must arrive later on the same connection; once it is there, everything due
//! before has arrived, too.

use super::actor::Actor;
use super::circuit_breaker::Awaited;
use super::client_defaults;
use super::encode::path_segment;
use super::scenario_run::ScenarioRun;
use super::session::{End, Session};
use super::stop::{Demand, STAYS_OPEN, socket_lost};
use super::transport::millis;
use invite_scenario::{App, Open, People, SignIn};
use invite_spec::endpoint::{Endpoint, Operation};
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use invite_spec::{rest, sdk};
use invite_trace::{Deadline, Event, Feature, Stop, StopReason};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

/// The most people whom one fence invites.
const AT_ONCE: usize = 250;

/// How sockets are fenced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fencing {
    /// By an invitation of the application's server.
    ByRest,
    /// By an invitation of a client.
    BySdk,
    /// Not at all: a quiet window has to do.
    QuietWindow,
}

impl Fencing {
    /// What a target that claims this should be able to do, the best first.
    fn claimed(run: &ScenarioRun) -> Vec<Fencing> {
        if !run.claims(Feature::FrameOrder) {
            return Vec::new();
        }
        let is_built = |call| run.shared.limits.is_built(call, &[FrameType::InvitationReceived]);
        let by_rest = run.claims(Feature::Rest) && run.claims(Feature::Notifications);
        let rest = (by_rest && is_built(Operation::RestCreate)).then_some(Fencing::ByRest);
        let by_sdk = run.claims(Feature::Sdk) && is_built(Operation::SdkInvite);
        let sdk = by_sdk.then_some(Fencing::BySdk);
        rest.into_iter().chain(sdk).collect()
    }

    /// How sockets of this run are fenced.
    fn of(run: &ScenarioRun) -> Fencing {
        let proven = run.shared.fencing.get().copied();
        proven.or(Fencing::claimed(run).first().copied()).unwrap_or(Fencing::QuietWindow)
    }
}

/// Finds out, once and before all scenarios, how sockets can be fenced: a fence that never arrives
/// would keep every scenario from its end. Fences the socket of this session, which is in no
/// conference.
pub(crate) async fn prove(run: &ScenarioRun, step: &str, session: &Arc<Session>) {
    let sessions = [Arc::clone(session)];
    let fence = Fence { run, step, sessions: &sessions };
    let proven = fence.first_that_arrives(&Fencing::claimed(run), session.identity.app).await;
    let proven = proven.unwrap_or(Fencing::QuietWindow);
    if proven == Fencing::QuietWindow {
        // A socket that is lost meanwhile is for the scenarios to find.
        let _ = fence.quiet_window().await;
    }
    // Set once: this is the only place.
    let _ = run.shared.fencing.set(proven);
}

/// A fence at the WebSockets of some sessions, for a step.
#[derive(Clone, Copy)]
struct Fence<'f> {
    run: &'f ScenarioRun,
    step: &'f str,
    sessions: &'f [Arc<Session>],
}

/// Fences the open sockets of these sessions.
pub(crate) async fn fence(
    run: &ScenarioRun,
    step: &str,
    sessions: &[Arc<Session>],
) -> Result<(), Stop> {
    let (fenced, quiet) = partition(run, sessions);
    if !quiet.is_empty() {
        Fence { run, step, sessions: &quiet }.quiet_window().await?;
    }
    fence_all(run, step, fenced).await
}

/// Fences those of these sessions' sockets that can be fenced, and waits for none of the others.
pub(crate) async fn fence_what_can_be(
    run: &ScenarioRun,
    step: &str,
    sessions: &[Arc<Session>],
) -> Result<(), Stop> {
    let (fenced, _) = partition(run, sessions);
    fence_all(run, step, fenced).await
}

/// The open sessions at whose sockets a fence proves something, and the others. Sessions in a
/// conference are not fenced again after a first failure, and nobody is once fences have failed now and
/// then.
fn partition(
    run: &ScenarioRun,
    sessions: &[Arc<Session>],
) -> (Vec<Arc<Session>>, Vec<Arc<Session>>) {
    let is_fenced = Fencing::of(run) != Fencing::QuietWindow
        && !run.shared.breaker.is_unreliable(Awaited::Fence);
    let invites_everywhere = !run.shared.breaker.is_broken(Awaited::FenceInConference);
    // Who puts up the fence invites others, and not itself.
    let is_fence = |session: &Session| matches!(session.identity.actor, Actor::Fence(_));
    let open = sessions.iter().filter(|it| it.socket().is_some() && !is_fence(it)).cloned();
    open.partition(|session| {
        let is_invited = invites_everywhere || !session.is_in_conference();
        is_fenced && session.identity.is_verified && is_invited
    })
}

async fn fence_all(run: &ScenarioRun, step: &str, fenced: Vec<Arc<Session>>) -> Result<(), Stop> {
    let fencing = Fencing::of(run);
    for app in App::ALL {
        let own: Vec<_> = fenced.iter().filter(|it| it.identity.app == app).cloned().collect();
        for sessions in own.chunks(AT_ONCE) {
            Fence { run, step, sessions }.by(fencing, app).await?;
        }
    }
    Ok(())
}

impl Fence<'_> {
    async fn by(self, fencing: Fencing, app: App) -> Result<(), Stop> {
        match fencing {
            Fencing::ByRest => self.by_rest(app).await,
            Fencing::BySdk => self.by_sdk(app).await,
            Fencing::QuietWindow => self.quiet_window().await,
        }
    }

    /// The first of these that arrives. The next one is put up when one is late, and not only once it
    /// has failed: a target that serves neither costs one deadline.
    async fn first_that_arrives(self, claimed: &[Fencing], app: App) -> Option<Fencing> {
        let (&first, others) = claimed.split_first()?;
        let mut arrives = pin!(self.by(first, app));
        let (_, late) = self.run.transport().within(Deadline::Quiet);
        let others = Box::pin(self.first_that_arrives(others, app));
        match tokio::time::timeout(late, &mut arrives).await {
            Ok(Ok(())) => Some(first),
            Ok(Err(_)) => others.await,
            Err(_) => {
                let (arrived, other) = tokio::join!(arrives, others);
                arrived.map_or(other, |()| Some(first))
            }
        }
    }

    /// For sockets that cannot be fenced: waits for a while, which is all that is left. What a socket
    /// that is lost meanwhile did not bring proves nothing.
    async fn quiet_window(self) -> Result<(), Stop> {
        let since = self.announce("");
        let Fence { run, step, sessions } = self;
        let within = run.transport().within(Deadline::Quiet);
        run.recorder.wait(usize::MAX, within, |_, _, _| false).await;
        for session in sessions {
            if let Some(socket) = session.socket() {
                let event = Event::Fenced { socket: socket.number, since };
                run.recorder.add(step, &session.identity.actor, event);
            }
        }
        self.open_sockets().map(drop)
    }

    /// A throw-away conference whose invitation is notified by REST.
    async fn by_rest(self, app: App) -> Result<(), Stop> {
        let Fence { run, step, .. } = self;
        let since = run.recorder.lock().entries.len();
        let endpoint = &rest::create::ENDPOINT;
        let actor = Actor::Application(app);
        let invited: Map<String, Value> = self
            .external_ids()
            .into_iter()
            .map(|id| (id, json!({ "permissions": ["JOIN"], "notification": true })))
            .collect();
        let owner = run.external_id(&Actor::Fence(app));
        let own = json!({ "ownerExternalId": owner, "participants": invited });
        let body = client_defaults::body(endpoint, Some(&own));
        let request =
            run.request(step, &actor, endpoint, endpoint.path.into(), body.as_ref()).await?;
        let answer = run.accepted(step, &actor, endpoint, request).await?;
        let conference = run.needed(step, &actor, endpoint, &answer, "/conferenceId")?;
        self.arrive(&conference, since, id::INV_012).await
    }

    /// A throw-away conference of a client that does nothing else.
    async fn by_sdk(self, app: App) -> Result<(), Stop> {
        let Fence { run, step, .. } = self;
        let actor = &Actor::Fence(app);
        let client = run.fence_client(app).lock().await;
        if run.session(actor).is_none() {
            let external = run.external_id(actor);
            run.recorder.lock().bindings.bind(actor.person(), external);
            run.open(step, actor, &plain_open()).await?;
        }
        let since = run.recorder.lock().entries.len();
        let call = async |endpoint: &Endpoint, path: String, own: Option<Value>| {
            let body = client_defaults::body(endpoint, own.as_ref());
            let request = run.request(step, actor, endpoint, path, body.as_ref()).await?;
            run.accepted(step, actor, endpoint, request).await
        };
        let create = &sdk::create::ENDPOINT;
        let answer = call(create, create.path.into(), None).await?;
        let conference = run.needed(step, actor, create, &answer, "/conferenceId")?;
        if let Some(session) = run.session(actor) {
            session.learn_from_create(&answer.body);
            if let Some(token) = session.stored(&conference) {
                session.set_current(token);
            }
        }
        let segment = path_segment(&conference);
        let path = |endpoint: &Endpoint| endpoint.path.replace("{conferenceId}", &segment);
        call(&sdk::join::ENDPOINT, path(&sdk::join::ENDPOINT), None).await?;
        let profiles: Vec<Value> =
            self.external_ids().into_iter().map(|id| json!({ "externalId": id })).collect();
        let own = json!({ "externalProfiles": profiles });
        call(&sdk::invite::ENDPOINT, path(&sdk::invite::ENDPOINT), Some(own)).await?;
        drop(client);
        self.arrive(&conference, since, id::INV_010).await
    }

    /// Records that the fence is put up at each open socket; an empty conference stands for a quiet
    /// window. Returns where in the trace that is.
    fn announce(self, conference: &str) -> usize {
        let since = self.run.recorder.lock().entries.len();
        for session in self.sessions {
            if let Some(socket) = session.socket() {
                let conference = conference.to_owned();
                let event = Event::Fence { socket: socket.number, conference };
                self.run.recorder.add(self.step, &session.identity.actor, event);
            }
        }
        since
    }

    /// Waits until the invitation to the throw-away conference has arrived at each session.
    async fn arrive(
        self,
        conference: &str,
        since: usize,
        requirement: RequirementId,
    ) -> Result<(), Stop> {
        self.announce(conference);
        let mut missing = self.open_sockets()?;
        if missing.is_empty() {
            return Ok(());
        }
        let Fence { run, step, .. } = self;
        let (deadline, usual) = run.transport().within(Deadline::Event);
        let patience = run.shared.breaker.patience(Awaited::Fence, usual);
        let mut arrived = Vec::new();
        let mut gone = None;
        let is_whole = run
            .recorder
            .wait(since, (deadline, patience), |_, _, entry| {
                match &entry.event {
                    Event::Received { socket, body } => {
                        let is_it =
                            body.json().is_some_and(|frame| is_invitation_to(frame, conference));
                        if is_it && let Some(session) = missing.remove(socket) {
                            arrived.push((*socket, session));
                        }
                    }
                    Event::SocketClosed { socket, by, code, reason } => {
                        if let Some(session) = missing.get(socket) {
                            let end = End { by: *by, code: *code, reason: reason.clone() };
                            gone = Some((*session, end));
                            return true;
                        }
                    }
                    _ => {}
                }
                missing.is_empty()
            })
            .await;
        for (socket, session) in &arrived {
            let event = Event::Fenced { socket: *socket, since };
            run.recorder.add(step, &session.identity.actor, event);
        }
        if let Some((session, end)) = gone {
            return Err(socket_lost(step, session, &end, STAYS_OPEN, None));
        }
        if is_whole {
            run.shared.breaker.came(Awaited::Fence);
            return Ok(());
        }
        let missing = missing.into_values().cloned().collect();
        self.missed(conference, missing, millis(patience), requirement).await
    }

    /// The sessions by the numbers of their open sockets. It is an error if one was lost.
    fn open_sockets(&self) -> Result<BTreeMap<u32, &Arc<Session>>, Stop> {
        let mut open = BTreeMap::new();
        for session in self.sessions {
            match (session.socket(), session.lost()) {
                (Some(socket), _) => {
                    open.insert(socket.number, session);
                }
                (None, Some(end)) => {
                    return Err(socket_lost(self.step, session, &end, STAYS_OPEN, None));
                }
                (None, None) => {}
            }
        }
        Ok(open)
    }

    /// What comes of a fence that did not arrive at these sessions.
    async fn missed(
        self,
        conference: &str,
        missing: Vec<Arc<Session>>,
        waited_ms: u64,
        requirement: RequirementId,
    ) -> Result<(), Stop> {
        let Fence { run, step, sessions } = self;
        let Some(first) = missing.first() else { return Ok(()) };
        let actor = &first.identity.actor;
        let waiting_for = invite_trace::Awaited::Fence { conference: conference.to_owned() };
        run.recorder.add(step, actor, Event::Expired { deadline: Deadline::Event, waiting_for });
        // No source requires notifying every session, or one already in a conference.
        let everybody = run.sessions();
        let has_another = |session: &Session| {
            let person = session.identity.actor.person();
            let is_of_person =
                |it: &&Arc<Session>| it.identity.actor.person() == person && it.socket().is_some();
            everybody.iter().filter(is_of_person).count() > 1
        };
        let is_excused = |session: &Session| session.is_in_conference() || has_another(session);
        if missing.iter().all(|session| is_excused(session)) {
            if missing.iter().any(|session| session.is_in_conference()) {
                run.shared.breaker.missed(Awaited::FenceInConference);
            }
            return Fence { run, step, sessions: &missing }.quiet_window().await;
        }
        run.shared.breaker.missed(Awaited::Fence);
        let (missing, of) = (missing.len(), sessions.len());
        let reason = StopReason::NoFence { waited_ms, missing, of };
        Err(Demand::of(step, actor, requirement).not_met(reason))
    }

    /// The external ids of the sessions' people, each once.
    fn external_ids(self) -> Vec<String> {
        let state = self.run.recorder.lock();
        let mut ids: Vec<String> = self
            .sessions
            .iter()
            .filter_map(|session| state.bindings.text(&session.identity.actor.person()))
            .map(str::to_owned)
            .collect();
        ids.sort();
        ids.dedup();
        ids
    }
}

fn is_invitation_to(frame: &Value, conference: &str) -> bool {
    FrameType::of(frame) == Some(FrameType::InvitationReceived)
        && frame.get("conferenceId").and_then(Value::as_str) == Some(conference)
}

/// How one of the harness's own clients opens its session.
pub(crate) fn plain_open() -> Open {
    Open {
        id: None,
        who: People(Vec::new()),
        sign_in: SignIn::ClientAccessToken,
        acknowledge: true,
        lifetime: None,
        scope: None,
    }
}
