//! The connection between the core and the sockets. Commands run one at a time, and the frames of a
//! command are queued before the next one begins, so that every socket receives frames in order.

use crate::clock::Clock;
use crate::core::{
    Call, Connection, Core, Effects, Outcome, Refusal, Rules, SessionId, SocketId, Time,
    UpgradeRequest,
};
use crate::queue::{self, SocketCommand};
use axum::extract::ws::Utf8Bytes;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The core and the open sockets.
pub(crate) struct Hub {
    state: Mutex<State>,
    clock: Clock,
    rules: Arc<dyn Rules>,
    /// How long a client may say nothing over its socket.
    silence: Duration,
    /// Notified when the next deadline may have become earlier.
    sooner: Notify,
}

struct State {
    core: Core,
    queues: BTreeMap<SocketId, queue::Sender>,
    connections: BTreeMap<SessionId, SocketId>,
}

impl Hub {
    pub(crate) fn new(core: Core, clock: Clock, rules: Arc<dyn Rules>, silence: Duration) -> Hub {
        let state = State { core, queues: BTreeMap::new(), connections: BTreeMap::new() };
        Hub { state: Mutex::new(state), clock, rules, silence, sooner: Notify::new() }
    }

    pub(crate) fn rules(&self) -> &dyn Rules {
        &*self.rules
    }

    pub(crate) fn silence(&self) -> Duration {
        self.silence
    }

    /// Carries out a call.
    pub(crate) fn call(&self, call: Call) -> Outcome {
        self.command(|state, now| {
            let mut outcome = state.core.call(call, now);
            let effects = std::mem::take(&mut outcome.effects);
            (outcome, effects)
        })
    }

    /// Opens a socket. Frames for it are queued from now on.
    pub(crate) fn open(
        &self,
        upgrade: &UpgradeRequest,
    ) -> Result<(Connection, queue::Receiver), Refusal> {
        self.command(|state, now| {
            let (result, effects) = state.core.open_socket(upgrade, now);
            let result = result.map(|connection| {
                let (sender, receiver) = queue::channel();
                state.queues.insert(connection.socket, sender);
                state.connections.insert(connection.session.clone(), connection.socket);
                (connection, receiver)
            });
            (result, effects)
        })
    }

    /// Notes that a socket has closed.
    pub(crate) fn close(&self, connection: &Connection) {
        self.command(|state, now| {
            state.queues.remove(&connection.socket);
            if state.connections.get(&connection.session) == Some(&connection.socket) {
                state.connections.remove(&connection.session);
            }
            ((), state.core.close_socket(connection, now))
        });
    }

    /// Notes that a client has acknowledged the token update with this `amu`.
    pub(crate) fn acknowledge(&self, connection: &Connection, amu: &str) {
        self.command(|state, now| {
            state.core.acknowledge(connection, amu, now);
            ((), Effects::default())
        });
    }

    /// Carries out what is due, whenever it is due. Never returns.
    pub(crate) async fn keep_time(&self) {
        loop {
            self.command(|state, now| ((), state.core.advance(now)));
            let next = self.lock().core.next_deadline();
            let wait = async {
                match next {
                    Some(next) => tokio::time::sleep(self.clock.now().until(next)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wait => {}
                () = self.sooner.notified() => {}
            }
        }
    }

    fn command<T>(&self, command: impl FnOnce(&mut State, Time) -> (T, Effects)) -> T {
        let mut state = self.lock();
        let before = state.core.next_deadline();
        let (result, effects) = command(&mut state, self.clock.now());
        state.perform(effects, &*self.rules);
        let after = state.core.next_deadline();
        if after.is_some_and(|after| before.is_none_or(|before| after < before)) {
            self.sooner.notify_one();
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A command that panicked has failed for its caller; the other callers go on.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn perform(&mut self, effects: Effects, rules: &dyn Rules) {
        for delivery in effects.deliveries {
            // Serialized once for all recipients.
            let text = Utf8Bytes::from(rules.wire().frame_text(&delivery.push));
            for session in &delivery.to {
                let socket = self.connections.get(session);
                if let Some(queue) = socket.and_then(|socket| self.queues.get(socket)) {
                    queue.send(SocketCommand::Frame(text.clone()));
                }
            }
        }
        for socket in effects.closings {
            if let Some(queue) = self.queues.get(&socket) {
                queue.send(SocketCommand::Close);
            }
        }
    }
}
