//! What the recording shows so far.

use super::{Drive, Stop, millis};
use invite_judge::{counts_since, first_that_shows};
use invite_relay::PUSHED_WITHIN;
use invite_scenario::client::Observed;
use invite_spec::endpoint::{self, Method, Operation};
use invite_trace::{ClientAct, Event};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

impl Drive<'_> {
    pub(super) async fn observe(&mut self, observed: &Observed, label: &str) -> Result<(), Stop> {
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
    pub(super) fn missed(&self) -> Result<(), Stop> {
        let first = self.relay.missed().into_iter().next();
        first.map_or(Ok(()), |who| {
            Err(self.not_done(&who, ClientAct::Connects, millis(PUSHED_WITHIN)))
        })
    }

    /// Waits until the recording shows that somebody does something.
    pub(super) async fn wait(
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

    pub(super) fn status(&self, who: &str, operation: Operation, label: &str) -> Option<u16> {
        self.answered(who, operation, label).map(|(status, _)| status)
    }

    /// Keeps values of an answer; whether they are there.
    pub(super) fn save(
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
