//! The pure core: commands in, responses and deliveries out.
//!
//! It has no input or output, no clock and no randomness: each command brings the current time, and
//! new ids come from an [`Ids`]. The [`Rules`] make the decisions.
//!
//! | module | what |
//! | --- | --- |
//! | `dispatch` | the function that serves each endpoint |
//! | [`routing`] | which application a request is for |
//! | `authenticate`, `admission` | who makes a call, and whether it may |
//! | `transaction` | one command in progress within a tenant |
//! | `credentials`, `sessions`, `people` | identification |
//! | `conferences`, `invite`, `join`, `kick`, `permissions` | conferences and their members |
//! | `message`, `participants`, `subscriptions`, `telemetry` | the other endpoints |
//! | `timers` | what happens by itself |
//! | [`bounds`], `keeping` | how much a request may name, and how much is kept |
//! | `guesses` | how guesses of a secret are slowed down |
//! | [`state`], [`token`], [`frames`] | what a tenant stores, issues and sends |
//! | [`rules`] | the decisions, by subject |

mod admission;
mod application;
mod authenticate;
pub mod bounds;
mod call;
mod conferences;
mod credentials;
mod dispatch;
pub mod frames;
mod guesses;
mod id;
mod invite;
mod join;
mod keeping;
mod kick;
mod message;
mod participants;
mod people;
mod permissions;
mod policy;
pub mod routing;
pub mod rules;
mod sessions;
pub mod state;
mod subscriptions;
mod telemetry;
#[cfg(test)]
mod tests;
mod time;
mod timers;
pub mod token;
mod transaction;

pub use application::{Application, ApplicationError};
pub use call::{Call, Credentials, Delivery, Effects, Origin, Outcome, Refusal, UpgradeRequest};
pub use id::{ConferenceId, Ids, SessionId, SocketId, UserId};
pub use policy::Policy;
pub use rules::{Rules, Standard};
pub use time::Time;

use authenticate::{Authenticator, Caller};
use dispatch::Handler;
use guesses::Guesses;
use invite_spec::error::Failure;
use invite_spec::push::Push;
use state::{Heard, Tenant};
use std::sync::Arc;
use timers::{Timer, Timers};
use token::Keys;
use transaction::Transaction;

/// All tenants, and what is scheduled for them.
pub struct Core {
    tenants: Vec<Tenant>,
    rules: Arc<dyn Rules>,
    policy: Policy,
    keys: Keys,
    ids: Box<dyn Ids>,
    timers: Timers,
    guesses: Guesses,
    sockets: u64,
}

/// An open socket of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    application: usize,
    /// The session that it belongs to.
    pub session: SessionId,
    /// The socket.
    pub socket: SocketId,
}

impl Core {
    /// A core without any state.
    pub fn new(
        applications: Vec<Application>,
        policy: Policy,
        rules: Arc<dyn Rules>,
        keys: Keys,
        ids: Box<dyn Ids>,
    ) -> Core {
        let tenants = applications.into_iter().map(Tenant::new).collect();
        Core {
            tenants,
            rules,
            policy,
            keys,
            ids,
            timers: Timers::default(),
            guesses: Guesses::default(),
            sockets: 0,
        }
    }

    /// The tenants, in the order of the applications.
    pub fn tenants(&self) -> &[Tenant] {
        &self.tenants
    }

    /// Whether a call is much work, because the conference that it is about has many members.
    pub fn is_about_many(&self, call: &Call) -> bool {
        let id = call.parameter("conferenceId");
        let found = self.tenants.iter().find_map(|tenant| tenant.conferences.get(id));
        found.is_some_and(|conference| conference.memberships.len() > bounds::MANY_MEMBERS)
    }

    /// Carries out a call.
    pub fn call(&mut self, mut call: Call, now: Time) -> Outcome {
        let mut effects = self.advance(now);
        let rules = Arc::clone(&self.rules);
        let hooks = rules.hooks();
        hooks.rewrite_call(&mut call);
        let call = &call;
        let handler = match dispatch::handler(call.endpoint) {
            None => {
                let refusal = Refusal::new(Failure::NoSuchPath, "this endpoint is not served");
                return Outcome { result: Err(refusal), effects };
            }
            Some(Handler::Open(handler)) => return Outcome { result: Ok(handler()), effects },
            Some(Handler::Within(handler)) => handler,
        };
        let result = self.authenticate(call, now).and_then(|(application, caller)| {
            let application = hooks.tenant_of_call(&self.tenants, application, call);
            hooks.check_call(&self.tenants[application], call)?;
            let (result, done) = self.within(application, now, |tx| handler(tx, call, &caller));
            // A refused call has no visible effect.
            if result.is_ok() {
                effects.extend(done);
            }
            result
        });
        // What is due at once happens before the next command.
        effects.extend(self.advance(now));
        Outcome { result: hooks.rewrite_result(call, result), effects }
    }

    /// Opens a socket for the session whose token the request presents.
    pub fn open_socket(
        &mut self,
        upgrade: &UpgradeRequest,
        now: Time,
    ) -> (Result<Connection, Refusal>, Effects) {
        let mut effects = self.advance(now);
        let found = self.authenticator(now).upgrade(upgrade);
        let result = found.and_then(|(application, session)| {
            self.sockets += 1;
            let socket = SocketId(self.sockets);
            let open = |tx: &mut Transaction<'_>| tx.socket_opened(&session, socket);
            let (result, done) = self.within(application, now, open);
            effects.extend(done);
            result.map(|()| Connection { application, session, socket })
        });
        (result, effects)
    }

    /// Notes that a socket has closed.
    pub fn close_socket(&mut self, connection: &Connection, now: Time) -> Effects {
        let close =
            |tx: &mut Transaction<'_>| tx.socket_closed(&connection.session, connection.socket);
        let ((), mut effects) = self.within(connection.application, now, close);
        effects.extend(self.advance(now));
        effects
    }

    /// Notes that a client has acknowledged the token update with this `amu`.
    pub fn acknowledge(&mut self, connection: &Connection, amu: &str, now: Time) {
        self.within(connection.application, now, |tx| tx.acknowledge(&connection.session, amu));
    }

    /// When the next timer is due.
    pub fn next_deadline(&self) -> Option<Time> {
        self.timers.next()
    }

    /// Carries out what is due.
    pub fn advance(&mut self, now: Time) -> Effects {
        let mut effects = Effects::default();
        while let Some((application, timer)) = self.timers.pop(now) {
            let ((), done) = self.within(application, now, |tx| tx.look_at(&timer));
            effects.extend(done);
        }
        effects
    }

    /// The index of the caller's tenant, and the caller.
    fn authenticate(&mut self, call: &Call, now: Time) -> Result<(usize, Caller), Refusal> {
        let authenticator = self.authenticator(now);
        let result = authenticator.authenticate(call);
        let attempted = authenticator.attempted_application(call).zip(call.origin.address);
        if let Some((application, address)) = attempted {
            let is_right = result.is_ok();
            let judged = self.guesses.judge(application, address, is_right, now);
            judged.map_err(|pause| {
                let description = "too many wrong secrets came from this address";
                Refusal::new(Failure::TooManyRequests, description).retry_after(pause)
            })?;
        }
        result
    }

    fn authenticator(&self, now: Time) -> Authenticator<'_> {
        Authenticator { tenants: &self.tenants, rules: &*self.rules, keys: &self.keys, now }
    }

    /// Runs a command within one tenant, and returns its result and its effects.
    fn within<T>(
        &mut self,
        application: usize,
        now: Time,
        command: impl FnOnce(&mut Transaction<'_>) -> T,
    ) -> (T, Effects) {
        let mut tx = Transaction {
            now,
            application,
            tenant: &mut self.tenants[application],
            rules: &*self.rules,
            policy: &self.policy,
            keys: &self.keys,
            ids: &mut *self.ids,
            timers: &mut self.timers,
            deliveries: Vec::new(),
            closings: Vec::new(),
        };
        let result = command(&mut tx);
        let effects = tx.effects();
        (result, effects)
    }
}

impl Transaction<'_> {
    /// The effects of the command: only sessions with an open socket receive frames. For the others
    /// only the participants are stored about whom they missed news.
    fn effects(self) -> Effects {
        let Transaction { tenant, rules, deliveries, closings, .. } = self;
        let mut deliveries = rules.hooks().rewrite_deliveries(tenant, deliveries);
        for delivery in &mut deliveries {
            let about = match &delivery.push {
                Push::ParticipantAdded(frame) => Some((&frame.user_id, Heard::Never)),
                Push::ParticipantUpdated(frame) => Some((&frame.user_id, Heard::Before)),
                _ => None,
            };
            delivery.to.retain(|id| {
                // Rules name no session of another application, unless they are wrong.
                let Some(session) = tenant.sessions.get_mut(id) else { return true };
                if session.is_open() {
                    return true;
                }
                if let (Some((user, heard)), true) = (about, session.joined.is_some()) {
                    session.missed.entry(UserId::new(user.as_str())).or_insert(heard);
                }
                false
            });
        }
        deliveries.retain(|delivery| !delivery.to.is_empty());
        Effects { deliveries, closings }
    }

    fn look_at(&mut self, timer: &Timer) {
        match timer {
            Timer::ConferenceEnd(id) => self.end_if_due(id),
            Timer::Connected(id, user) => self.connect(id, user),
            Timer::SocketLost(id) => self.socket_lost(id),
            Timer::SessionExpired(id) => self.session_expired(id),
            Timer::UpdateUnacknowledged(id, amu) => self.repeat_update(id, amu),
            Timer::SocketLeftOver(socket) => self.closings.push(*socket),
        }
    }
}
