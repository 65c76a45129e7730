//! The connection between the core and the sockets. Commands of one application run one at a time,
//! and the frames of a command are queued before the next one begins, so that every socket receives
//! frames in order.
//!
//! Applications do not wait for each other: each has a core and a lock of its own. Nor does anybody
//! hold up a thread: the lock is waited for asynchronously, in order of arrival, and a large call
//! runs on a thread of its own. Only rules that remember something between the steps of a call
//! (wrong servers do) share one core for all applications.

use crate::clock::Clock;
use crate::core::state::Tenant;
use crate::core::{
    Application, Call, Connection, Core, Effects, Outcome, Refusal, Rules, SessionId, SocketId,
    Time, UpgradeRequest, routing,
};
use crate::queue::{self, QueuedBytes, SocketCommand};
use crate::told::Told;
use axum::extract::ws::Utf8Bytes;
use invite_spec::endpoint::Endpoint;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{
    Mutex, Notify, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, SemaphorePermit,
};

/// The cores and the open sockets.
pub(crate) struct Hub {
    applications: Vec<Application>,
    /// One for each application, or one for all of them.
    shards: Vec<Shard>,
    clock: Clock,
    rules: Arc<dyn Rules>,
    /// How long a client may say nothing over its socket.
    silence: Duration,
    /// The turns of sockets to write.
    writing: Semaphore,
    /// The last frames, if somebody looks at them.
    told: Option<Told>,
}

/// What is locked together.
struct Shard {
    state: Arc<Mutex<State>>,
    /// Lets one large call at a time be parsed and carried out.
    large: Arc<Semaphore>,
    /// Whether who has locked the state takes long.
    is_long: AtomicBool,
    /// Notified when the next deadline may have become earlier.
    sooner: Notify,
}

struct State {
    core: Core,
    queues: BTreeMap<SocketId, queue::Sender>,
    connections: BTreeMap<SessionId, SocketId>,
    queued: QueuedBytes,
}

/// How many sockets write at once. Each write is short, but an event for a thousand sockets makes a
/// thousand of them ready together, before any call that comes in then.
const WRITING_AT_ONCE: usize = 8;

/// How often a call looks whether the state is free before it queues: for some 50 microseconds, a few
/// times what a small call takes.
const LOOKS: u32 = 2_000;

/// How much work a call is.
#[derive(Debug)]
pub(crate) enum Work {
    /// Some microseconds.
    Small,
    /// So much that others should not wait for the thread, and that it takes turns.
    Large {
        /// The turn, until the call has been carried out.
        _turn: Option<OwnedSemaphorePermit>,
    },
}

/// An open socket.
#[derive(Debug, Clone)]
pub(crate) struct OpenSocket {
    shard: usize,
    connection: Connection,
}

impl OpenSocket {
    pub(crate) fn id(&self) -> SocketId {
        self.connection.socket
    }
}

impl Hub {
    /// A hub; `core_of` makes the core of some of the applications.
    pub(crate) fn new(
        applications: Vec<Application>,
        core_of: impl Fn(Vec<Application>) -> Core,
        clock: Clock,
        rules: Arc<dyn Rules>,
        silence: Duration,
        told: Option<Told>,
    ) -> Hub {
        let groups: Vec<Vec<Application>> = if rules.share_nothing() {
            applications.iter().map(|application| vec![application.clone()]).collect()
        } else {
            vec![applications.clone()]
        };
        let shards = groups.into_iter().map(|group| Shard::new(core_of(group))).collect();
        let writing = Semaphore::new(WRITING_AT_ONCE);
        Hub { applications, shards, clock, rules, silence, writing, told }
    }

    pub(crate) fn rules(&self) -> &dyn Rules {
        &*self.rules
    }

    pub(crate) fn silence(&self) -> Duration {
        self.silence
    }

    /// The last frames, if they are kept.
    pub(crate) fn told(&self) -> Option<&Told> {
        self.told.as_ref()
    }

    /// The application of this key.
    pub(crate) fn application(&self, key: &str) -> Option<&Application> {
        self.applications.iter().find(|application| application.key == key)
    }

    /// Looks at the state of every application.
    pub(crate) async fn look<T>(&self, view: impl Fn(&Tenant) -> T) -> Vec<T> {
        let mut seen = Vec::new();
        for shard in &self.shards {
            let state = shard.state.lock().await;
            seen.extend(state.core.tenants().iter().map(&view));
        }
        seen
    }

    /// How many cores there are. [`Hub::keep_time`] has to run for each.
    pub(crate) fn shards(&self) -> usize {
        self.shards.len()
    }

    /// The shard of an application. One that nobody knows is refused everywhere.
    fn shard_of(&self, application: Option<usize>) -> usize {
        application.filter(|index| *index < self.shards.len()).unwrap_or_default()
    }

    /// Waits until a large call may be parsed and carried out: a parsed body takes up to 50 times
    /// its size, so that only one of each application is in memory.
    pub(crate) async fn turn_for_large_call(
        &self,
        endpoint: &Endpoint,
        authorization: Option<&str>,
    ) -> Option<OwnedSemaphorePermit> {
        let application = routing::application_of_call(&self.applications, endpoint, authorization);
        self.shards[self.shard_of(application)].large.clone().acquire_owned().await.ok()
    }

    /// Carries out a call, and makes a response of its outcome.
    pub(crate) async fn call<T: Send + 'static>(
        self: &Arc<Self>,
        call: Call,
        work: Work,
        respond: impl FnOnce(Outcome) -> T + Send + 'static,
    ) -> T {
        let authorization = call.credentials.authorization.as_deref();
        let application =
            routing::application_of_call(&self.applications, call.endpoint, authorization);
        let shard = self.shard_of(application);
        let state = self.shards[shard].lock().await;
        let is_small = matches!(work, Work::Small) && !state.core.is_about_many(&call);
        let hub = Arc::clone(self);
        let carry_out = move || {
            // A large call has its turn until this is done, even if nobody waits for it any more.
            let _work = work;
            let is_long = &hub.shards[shard].is_long;
            is_long.store(!is_small, Ordering::Relaxed);
            let outcome = hub.command(shard, state, |state, now| {
                let mut outcome = state.core.call(call, now);
                let effects = std::mem::take(&mut outcome.effects);
                (outcome, effects)
            });
            respond(outcome)
        };
        if is_small { carry_out() } else { on_own_thread(carry_out).await }
    }

    /// Opens a socket. Frames for it are queued from now on.
    pub(crate) async fn open(
        &self,
        upgrade: &UpgradeRequest,
    ) -> Result<(OpenSocket, queue::Receiver), Refusal> {
        let shard = self.shard_of(routing::application_of_upgrade(&self.applications, upgrade));
        self.locked(shard, |state, now| {
            let (result, effects) = state.core.open_socket(upgrade, now);
            let result = result.map(|connection| {
                let (sender, receiver) = state.queued.channel();
                state.queues.insert(connection.socket, sender);
                state.connections.insert(connection.session.clone(), connection.socket);
                (OpenSocket { shard, connection }, receiver)
            });
            (result, effects)
        })
        .await
    }

    /// Waits for the turn of a socket to write. It must not be kept while a client does not read.
    pub(crate) async fn turn_to_write(&self) -> Option<SemaphorePermit<'_>> {
        self.writing.acquire().await.ok()
    }

    /// Notes that a socket has closed.
    pub(crate) async fn close(&self, socket: &OpenSocket) {
        let connection = &socket.connection;
        self.locked(socket.shard, |state, now| {
            state.queues.remove(&connection.socket);
            if state.connections.get(&connection.session) == Some(&connection.socket) {
                state.connections.remove(&connection.session);
            }
            ((), state.core.close_socket(connection, now))
        })
        .await;
    }

    /// Notes that a client has acknowledged the token update with this `amu`.
    pub(crate) async fn acknowledge(&self, socket: &OpenSocket, amu: &str) {
        self.locked(socket.shard, |state, now| {
            state.core.acknowledge(&socket.connection, amu, now);
            ((), Effects::default())
        })
        .await;
    }

    /// Carries out what is due in a shard, whenever it is due. Never returns.
    pub(crate) async fn keep_time(&self, shard: usize) {
        loop {
            let next = self
                .locked(shard, |state, now| {
                    let effects = state.core.advance(now);
                    (state.core.next_deadline(), effects)
                })
                .await;
            let wait = async {
                match next {
                    Some(next) => tokio::time::sleep(self.clock.now().until(next)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wait => {}
                () = self.shards[shard].sooner.notified() => {}
            }
        }
    }

    async fn locked<T>(
        &self,
        shard: usize,
        command: impl FnOnce(&mut State, Time) -> (T, Effects),
    ) -> T {
        let state = self.shards[shard].lock().await;
        self.command(shard, state, command)
    }

    fn command<T>(
        &self,
        shard: usize,
        mut state: OwnedMutexGuard<State>,
        command: impl FnOnce(&mut State, Time) -> (T, Effects),
    ) -> T {
        let before = state.core.next_deadline();
        let (result, effects) = command(&mut state, self.clock.now());
        state.perform(effects, &*self.rules, self.told.as_ref());
        let after = state.core.next_deadline();
        if after.is_some_and(|after| before.is_none_or(|before| after < before)) {
            self.shards[shard].sooner.notify_one();
        }
        result
    }
}

impl Shard {
    fn new(core: Core) -> Shard {
        let state = State {
            core,
            queues: BTreeMap::new(),
            connections: BTreeMap::new(),
            queued: QueuedBytes::default(),
        };
        Shard {
            state: Arc::new(Mutex::new(state)),
            large: Arc::new(Semaphore::new(1)),
            is_long: AtomicBool::new(false),
            sooner: Notify::new(),
        }
    }

    /// Locks the state, in order of arrival. Most calls take some microseconds, less than it takes to
    /// be woken: whoever finds it locked looks a few times more before queueing, unless it is a large
    /// call that has it.
    async fn lock(&self) -> OwnedMutexGuard<State> {
        for _ in 0..LOOKS {
            if let Ok(state) = self.state.clone().try_lock_owned() {
                return state;
            }
            if self.is_long.load(Ordering::Relaxed) {
                break;
            }
            std::hint::spin_loop();
        }
        self.state.clone().lock_owned().await
    }
}

impl State {
    fn perform(&mut self, effects: Effects, rules: &dyn Rules, told: Option<&Told>) {
        for delivery in effects.deliveries {
            if let Some(told) = told {
                told.note(&delivery.to, |session| self.name(session), &delivery.push);
            }
            // Serialized once for all recipients.
            let text = Utf8Bytes::from(rules.wire().frame_text(&delivery.push));
            let frame = self.queued.frame(text);
            for session in &delivery.to {
                let socket = self.connections.get(session);
                if let Some(queue) = socket.and_then(|socket| self.queues.get(socket)) {
                    queue.send(SocketCommand::Frame(frame.clone()));
                }
            }
            self.queued.keep_within_limit(self.queues.values());
        }
        for socket in effects.closings {
            if let Some(queue) = self.queues.get(&socket) {
                queue.send(SocketCommand::Close);
            }
        }
    }

    /// The name of the person in a session, for the console.
    fn name(&self, id: &SessionId) -> Option<String> {
        let mut found =
            self.core.tenants().iter().filter_map(|it| Some((it, it.sessions.get(id)?)));
        let (tenant, session) = found.next()?;
        let external_id = tenant.people.get(&session.user)?.external_id.clone();
        Some(external_id.unwrap_or_else(|| session.user.as_str().to_owned()))
    }
}

/// Does work that would hold up others for too long, on a thread of its own.
pub(crate) async fn on_own_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        // It fails for its caller, as it would without the thread.
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::token::Keys;
    use crate::core::{Credentials, Origin, Policy, Standard};
    use crate::entropy::RandomIds;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use invite_spec::rest::auth_token;
    use serde_json::json;

    const PATIENCE: Duration = Duration::from_secs(5);

    #[derive(Debug)]
    struct Forgetful;

    impl Rules for Forgetful {}

    fn hub(rules: Arc<dyn Rules>) -> Arc<Hub> {
        let applications = vec![Application::new("a", "s"), Application::new("b", "s")];
        let (ids, with) = (RandomIds::new(b"seed"), rules.clone());
        let core_of = |applications| {
            let (keys, ids) = (Keys::new(b"a key of the tests"), Box::new(ids.share()));
            Core::new(applications, Policy::default(), with.clone(), keys, ids)
        };
        Arc::new(Hub::new(applications, core_of, Clock::start(), rules, PATIENCE, None))
    }

    fn call(key: &str) -> Call {
        let basic = format!("Basic {}", STANDARD.encode(format!("{key}:s")));
        Call {
            endpoint: &auth_token::ENDPOINT,
            parameters: Vec::new(),
            credentials: Credentials { authorization: Some(basic), ..Credentials::default() },
            origin: Origin::default(),
            body: Ok(json!({ "grant_type": "client_credentials" })),
        }
    }

    #[tokio::test]
    async fn an_application_does_not_wait_for_another() {
        let hub = hub(Arc::new(Standard));
        let is_served = async |key| hub.call(call(key), Work::Small, |it| it.result.is_ok()).await;
        let busy = hub.shards[0].state.clone().lock_owned().await;
        assert!(tokio::time::timeout(PATIENCE, is_served("b")).await.expect("nobody waits"));
        assert!(tokio::time::timeout(PATIENCE / 100, is_served("a")).await.is_err());
        drop(busy);
        assert!(is_served("a").await);
    }

    #[tokio::test]
    async fn rules_that_may_remember_something_have_one_core() {
        let hub = hub(Arc::new(Forgetful));
        assert_eq!(hub.shards(), 1);
        for key in ["a", "b"] {
            assert!(hub.call(call(key), Work::Small, |it| it.result.is_ok()).await);
        }
    }
}
