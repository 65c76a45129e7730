//! The pure core: commands in, answers and deliveries out.
//!
//! It does no input or output, asks no clock and rolls no dice: the moment comes with each command,
//! and fresh ids come from an [`Ids`]. What could be decided in more than one way is decided by the
//! [`Rules`].

mod application;
mod authenticate;
mod call;
mod conferences;
mod credentials;
mod dispatch;
mod entry;
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
mod turn;

pub use application::{Application, ApplicationError};
pub use call::{Call, Credentials, Delivery, Effects, Knock, Origin, Outcome, Refusal};
pub use id::{ConferenceId, Ids, SessionId, SocketId, UserId};
pub use policy::Policy;
pub use rules::{Rules, Standard};
pub use time::Time;

use authenticate::Judge;
use dispatch::Handler;
use invite_spec::error::Failure;
use invite_spec::push::Push;
use state::{Heard, World};
use std::sync::Arc;
use timers::{Timer, Timers};
use token::Keys;
use turn::Turn;

/// All applications, and what is to be done for them.
pub struct Core {
    worlds: Vec<World>,
    rules: Arc<dyn Rules>,
    policy: Policy,
    keys: Keys,
    ids: Box<dyn Ids>,
    timers: Timers,
    sockets: u64,
}

/// The place of an open socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
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
        let worlds = applications.into_iter().map(World::new).collect();
        Core { worlds, rules, policy, keys, ids, timers: Timers::default(), sockets: 0 }
    }

    /// What each application knows.
    pub fn worlds(&self) -> &[World] {
        &self.worlds
    }

    /// Answers a call.
    pub fn call(&mut self, call: &Call, now: Time) -> Outcome {
        let mut effects = self.advance(now);
        let rules = Arc::clone(&self.rules);
        let taken = rules.takes(call);
        let call = &*taken;
        let handler = match dispatch::handler(call.endpoint) {
            None => {
                let refusal = Refusal::new(Failure::NoSuchPath, "nothing is served here");
                return Outcome { result: Err(refusal), effects };
            }
            Some(Handler::Open(handler)) => return Outcome { result: Ok(handler()), effects },
            Some(Handler::Within(handler)) => handler,
        };
        let result = self.judge(now).authenticate(call).and_then(|(application, caller)| {
            let application = rules.acts_in(&self.worlds, application, call);
            rules.serves(&self.worlds[application], call)?;
            let (result, done) = self.within(application, now, |turn| handler(turn, call, &caller));
            // A refused call has no effect that anybody sees.
            if result.is_ok() {
                effects.extend(done);
            }
            result
        });
        // What follows at once does so before anything else happens.
        effects.extend(self.advance(now));
        Outcome { result: rules.says(call, result), effects }
    }

    /// Gives a session that shows its token a socket.
    pub fn open_socket(&mut self, knock: &Knock, now: Time) -> (Result<Seat, Refusal>, Effects) {
        let mut effects = self.advance(now);
        let found = self.judge(now).knocks(knock);
        let result = found.and_then(|(application, session)| {
            self.sockets += 1;
            let socket = SocketId(self.sockets);
            let open = |turn: &mut Turn<'_>| turn.socket_opened(&session, socket);
            let (result, done) = self.within(application, now, open);
            effects.extend(done);
            result.map(|()| Seat { application, session, socket })
        });
        (result, effects)
    }

    /// A socket has closed.
    pub fn close_socket(&mut self, seat: &Seat, now: Time) -> Effects {
        let close = |turn: &mut Turn<'_>| turn.socket_closed(&seat.session, seat.socket);
        let ((), mut effects) = self.within(seat.application, now, close);
        effects.extend(self.advance(now));
        effects
    }

    /// A client has acknowledged a token update.
    pub fn acknowledge(&mut self, seat: &Seat, amu: &str, now: Time) {
        self.within(seat.application, now, |turn| turn.acknowledge(&seat.session, amu));
    }

    /// When something is next due to happen by itself.
    pub fn next_deadline(&self) -> Option<Time> {
        self.timers.next()
    }

    /// Does what is due.
    pub fn advance(&mut self, now: Time) -> Effects {
        let mut effects = Effects::default();
        while let Some((application, timer)) = self.timers.pop(now) {
            let ((), done) = self.within(application, now, |turn| turn.look_at(&timer));
            effects.extend(done);
        }
        effects
    }

    fn judge(&self, now: Time) -> Judge<'_> {
        Judge { worlds: &self.worlds, rules: &*self.rules, keys: &self.keys, now }
    }

    /// Does something within one application, and says what comes of it.
    fn within<T>(
        &mut self,
        application: usize,
        now: Time,
        command: impl FnOnce(&mut Turn<'_>) -> T,
    ) -> (T, Effects) {
        let mut turn = Turn {
            now,
            application,
            world: &mut self.worlds[application],
            rules: &*self.rules,
            policy: &self.policy,
            keys: &self.keys,
            ids: &mut *self.ids,
            timers: &mut self.timers,
            deliveries: Vec::new(),
            closings: Vec::new(),
        };
        let result = command(&mut turn);
        let effects = turn.effects();
        (result, effects)
    }
}

impl Turn<'_> {
    /// What the command brings about: frames for sessions that are open. Nothing is kept for the
    /// others but of whom they missed news.
    fn effects(self) -> Effects {
        let Turn { world, rules, deliveries, closings, .. } = self;
        let mut deliveries = rules.delivers(world, deliveries);
        for delivery in &mut deliveries {
            let about = match &delivery.push {
                Push::ParticipantAdded(frame) => Some((&frame.user_id, Heard::Never)),
                Push::ParticipantUpdated(frame) => Some((&frame.user_id, Heard::Before)),
                _ => None,
            };
            delivery.to.retain(|id| {
                let Some(session) = world.sessions.get_mut(id) else { return false };
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
