//! The pure core: commands in, answers and deliveries out.
//!
//! It does no input or output, asks no clock and rolls no dice: the moment comes with each command,
//! and fresh ids come from an [`Ids`]. What could be decided in more than one way is decided by the
//! [`Rules`].

mod admission;
mod application;
mod authenticate;
mod call;
mod conferences;
mod credentials;
mod dispatch;
pub mod frames;
mod id;
mod invite;
mod join;
mod kick;
mod message;
mod participants;
mod people;
mod permissions;
mod policy;
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

use authenticate::Authenticator;
use dispatch::Handler;
use invite_spec::error::Failure;
use invite_spec::push::Push;
use state::{Heard, Tenant};
use std::sync::Arc;
use timers::{Timer, Timers};
use token::Keys;
use transaction::Transaction;

/// All applications, and what is to be done for them.
pub struct Core {
    tenants: Vec<Tenant>,
    rules: Arc<dyn Rules>,
    policy: Policy,
    keys: Keys,
    ids: Box<dyn Ids>,
    timers: Timers,
    sockets: u64,
}

/// The place of an open socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    application: usize,
    /// The session.
    pub session: SessionId,
    /// Its socket.
    pub socket: SocketId,
}

impl Core {
    /// A core that has seen nothing yet.
    pub fn new(
        applications: Vec<Application>,
        policy: Policy,
        rules: Arc<dyn Rules>,
        keys: Keys,
        ids: Box<dyn Ids>,
    ) -> Core {
        let tenants = applications.into_iter().map(Tenant::new).collect();
        Core { tenants, rules, policy, keys, ids, timers: Timers::default(), sockets: 0 }
    }

    /// What each application knows.
    pub fn tenants(&self) -> &[Tenant] {
        &self.tenants
    }

    /// Answers a call.
    pub fn call(&mut self, mut call: Call, now: Time) -> Outcome {
        let mut effects = self.advance(now);
        let rules = Arc::clone(&self.rules);
        let hooks = rules.hooks();
        hooks.rewrite_call(&mut call);
        let call = &call;
        let handler = match dispatch::handler(call.endpoint) {
            None => {
                let refusal = Refusal::new(Failure::NoSuchPath, "nothing is served here");
                return Outcome { result: Err(refusal), effects };
            }
            Some(Handler::Open(handler)) => return Outcome { result: Ok(handler()), effects },
            Some(Handler::Within(handler)) => handler,
        };
        let result =
            self.authenticator(now).authenticate(call).and_then(|(application, caller)| {
                let application = hooks.tenant_of_call(&self.tenants, application, call);
                hooks.check_call(&self.tenants[application], call)?;
                let (result, done) = self.within(application, now, |tx| handler(tx, call, &caller));
                // A refused call has no effect that anybody sees.
                if result.is_ok() {
                    effects.extend(done);
                }
                result
            });
        // What follows at once does so before anything else happens.
        effects.extend(self.advance(now));
        Outcome { result: hooks.rewrite_result(call, result), effects }
    }

    /// Gives a session that shows its token a socket.
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

    /// A socket has closed.
    pub fn close_socket(&mut self, connection: &Connection, now: Time) -> Effects {
        let close =
            |tx: &mut Transaction<'_>| tx.socket_closed(&connection.session, connection.socket);
        let ((), mut effects) = self.within(connection.application, now, close);
        effects.extend(self.advance(now));
        effects
    }

    /// A client has acknowledged a token update.
    pub fn acknowledge(&mut self, connection: &Connection, amu: &str, now: Time) {
        self.within(connection.application, now, |tx| tx.acknowledge(&connection.session, amu));
    }

    /// When something is next due to happen by itself.
    pub fn next_deadline(&self) -> Option<Time> {
        self.timers.next()
    }

    /// Does what is due.
    pub fn advance(&mut self, now: Time) -> Effects {
        let mut effects = Effects::default();
        while let Some((application, timer)) = self.timers.pop(now) {
            let ((), done) = self.within(application, now, |tx| tx.look_at(&timer));
            effects.extend(done);
        }
        effects
    }

    fn authenticator(&self, now: Time) -> Authenticator<'_> {
        Authenticator { tenants: &self.tenants, rules: &*self.rules, keys: &self.keys, now }
    }

    /// Does something within one application, and says what comes of it.
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
    /// What the command brings about: frames for sessions that are open. Nothing is kept for the
    /// others but of whom they missed news.
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
                let Some(session) = tenant.sessions.get_mut(id) else { return false };
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
