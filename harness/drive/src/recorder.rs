//! The growing trace of one scenario. Steps wait by watching it grow.

use super::actor::Actor;
use super::output_budget::{RunBudget, TraceBudget};
use invite_trace::Deadline;
use invite_trace::reference::Bindings;
use invite_trace::{Ended, Entry, Event, Redactor, Trace, View};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// Records one trace.
#[derive(Debug)]
pub(crate) struct Recorder {
    state: Mutex<State>,
    length: watch::Sender<usize>,
    began: Began,
    own: TraceBudget,
    run: Arc<RunBudget>,
}

/// When a run began, by both clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Began {
    instant: Instant,
    epoch_us: u64,
}

impl Began {
    pub(crate) fn now() -> Began {
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let epoch_us = u64::try_from(epoch.as_micros()).unwrap_or(u64::MAX);
        Began { instant: Instant::now(), epoch_us }
    }
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) entries: Vec<Entry>,
    pub(crate) redactor: Redactor,
    pub(crate) bindings: Bindings,
    exchanges: u32,
    sockets: u32,
}

impl Recorder {
    pub(crate) fn new(
        redactor: Redactor,
        bindings: Bindings,
        began: Began,
        own: TraceBudget,
        run: Arc<RunBudget>,
    ) -> Recorder {
        let state = State { redactor, bindings, ..State::default() };
        Recorder { state: Mutex::new(state), length: watch::Sender::new(0), began, own, run }
    }

    /// The state; a panic elsewhere does not spoil it, since entries are only ever added whole.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an entry and returns its index.
    pub(crate) fn add<'a>(
        &self,
        step: impl Into<Option<&'a str>>,
        actor: impl Into<Option<&'a Actor>>,
        event: Event,
    ) -> usize {
        self.add_with(step, actor, |_| event)
    }

    /// Adds an entry that is made with the state at hand. The step is `None` for what happens at a
    /// WebSocket by itself, the actor for what concerns none.
    pub(crate) fn add_with<'a>(
        &self,
        step: impl Into<Option<&'a str>>,
        actor: impl Into<Option<&'a Actor>>,
        event: impl FnOnce(&mut State) -> Event,
    ) -> usize {
        let mut state = self.lock();
        let tokens = state.redactor.tokens().len();
        let event = event(&mut state);
        self.own.take_tokens(&self.run, state.redactor.tokens().len() - tokens);
        let at_us = u64::try_from(self.began.instant.elapsed().as_micros()).unwrap_or(u64::MAX);
        let step = step.into().unwrap_or_default().to_owned();
        let actor = actor.into().map(Actor::to_string).unwrap_or_default();
        state.entries.push(Entry { at_us, step, actor, event });
        let length = state.entries.len();
        drop(state);
        self.length.send_replace(length);
        length - 1
    }

    /// How much time has passed since a step began; none if it has not.
    pub(crate) fn since(&self, step: &str) -> Duration {
        let state = self.lock();
        let began = |entry: &&Entry| entry.step == step && entry.event == Event::Begun;
        let began =
            state.entries.iter().find(began).map(|entry| Duration::from_micros(entry.at_us));
        began.map_or(Duration::ZERO, |began| self.began.instant.elapsed().saturating_sub(began))
    }

    /// How much time has passed since a conference was created, if nobody has tried to join it.
    pub(crate) fn unjoined_for(&self, conference: &str) -> Option<Duration> {
        let created = created_and_unjoined(&self.lock().entries, conference)?;
        Some(self.began.instant.elapsed().saturating_sub(Duration::from_micros(created)))
    }

    /// Takes received bytes from the budgets; false if the scenario's own is exceeded.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.own.has_room(&self.run, bytes)
    }

    /// Takes the memory of a JSON text's values from the budgets; false if the scenario's own is
    /// exceeded.
    pub(crate) fn has_memory(&self, text: &[u8]) -> bool {
        self.own.has_memory(&self.run, text)
    }

    /// The most bytes that the scenario may receive.
    pub(crate) fn most_bytes(&self) -> usize {
        self.own.most_bytes
    }

    /// Whether more arrived than the scenario may receive.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.own.is_exhausted()
    }

    /// The most frames that one WebSocket may bring.
    pub(crate) fn most_frames(&self) -> usize {
        self.own.most_frames
    }

    pub(crate) fn next_exchange(&self) -> u32 {
        let mut state = self.lock();
        state.exchanges += 1;
        state.exchanges
    }

    pub(crate) fn next_socket(&self) -> u32 {
        let mut state = self.lock();
        state.sockets += 1;
        state.sockets
    }

    /// Waits until `look` returns true; it sees each entry from `from` on once. False if the deadline
    /// passes first.
    pub(crate) async fn wait(
        &self,
        from: usize,
        within: (Deadline, Duration),
        mut look: impl FnMut(&State, usize, &Entry) -> bool,
    ) -> bool {
        let mut grown = self.length.subscribe();
        let end = tokio::time::Instant::now() + within.1;
        let mut next = from;
        loop {
            {
                let state = self.lock();
                while next < state.entries.len() {
                    if look(&state, next, &state.entries[next]) {
                        return true;
                    }
                    next += 1;
                }
                grown.mark_unchanged();
            }
            match tokio::time::timeout_at(end, grown.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return false,
            }
        }
    }

    /// The finished trace.
    pub(crate) fn finish(&self, scenario: &str, ended: Ended) -> Trace {
        let mut state = self.lock();
        Trace {
            scenario: scenario.to_owned(),
            view: View::Whole,
            epoch_us: self.began.epoch_us,
            bindings: state.bindings.clone(),
            tokens: state.redactor.tokens().clone(),
            entries: std::mem::take(&mut state.entries),
            ended,
        }
    }
}

/// When a conference was created, in microseconds, if nobody has tried to join it since.
fn created_and_unjoined(entries: &[Entry], conference: &str) -> Option<u64> {
    let joins = format!("/{conference}/join");
    let mut created = None;
    for entry in entries {
        match &entry.event {
            Event::Request { path, .. } if path.ends_with(&joins) => return None,
            Event::Answer { body, .. } if created.is_none() => {
                let of = body.json().and_then(|body| body.get("conferenceId")?.as_str());
                created = of.filter(|id| *id == conference).map(|_| entry.at_us);
            }
            _ => {}
        }
    }
    created
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_trace::Content;
    use serde_json::json;

    fn entry(at_us: u64, event: Event) -> Entry {
        Entry { at_us, step: String::new(), actor: String::new(), event }
    }

    fn created(at_us: u64, conference: &str) -> Entry {
        let body = Content::Json(json!({ "conferenceId": conference }));
        let (exchange, status, headers) = (1, 200, Default::default());
        entry(at_us, Event::Answer { exchange, status, headers, body })
    }

    fn asked(at_us: u64, path: &str) -> Entry {
        let (method, path) = ("POST".to_owned(), path.to_owned());
        let (exchange, headers, body) = (2, Default::default(), Content::Empty);
        entry(at_us, Event::Request { exchange, method, path, headers, body })
    }

    #[test]
    fn a_conference_is_as_old_as_its_create_until_somebody_joins_it() {
        let mut entries =
            vec![created(5, "a"), created(7, "b"), asked(9, "/v1/conferences/b/kick")];
        assert_eq!(created_and_unjoined(&entries, "a"), Some(5));
        assert_eq!(created_and_unjoined(&entries, "b"), Some(7));
        assert_eq!(created_and_unjoined(&entries, "c"), None);
        entries.push(asked(11, "/v1/conferences/b/join"));
        assert_eq!(created_and_unjoined(&entries, "b"), None);
        assert_eq!(created_and_unjoined(&entries, "a"), Some(5));
    }
}
