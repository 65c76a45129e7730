//! What the application's server does, and how the server at the other end is made to behave.

use super::{APPLICATION, Drive, Stop, millis};
use invite_relay::{CannedAnswer, Relay};
use invite_scenario::client::{Intervention, OnServer};
use invite_trace::reference::Unbound;
use invite_trace::{ClientAct, ClientDeadline, ClientEvent};
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

impl Drive<'_> {
    pub(super) async fn server(&mut self, call: &OnServer, label: &str) -> Result<(), Stop> {
        let endpoint = call.operation.endpoint();
        let conference = match &call.conference {
            None => String::new(),
            Some(text) => self.bindings.resolve_string(text).map_err(|Unbound(_)| Stop)?,
        };
        let path = endpoint.path.replace("{conferenceId}", &conference);
        let body = match &call.body {
            Some(body) => {
                let resolved = self.resolve(body)?;
                Some(self.relay.live().revealed(&resolved))
            }
            None => None,
        };
        if self.application.call(endpoint, path, body.as_ref()).await.is_none() {
            return Err(Stop);
        }
        let is_saved = self.save(APPLICATION, call.operation.value, &call.save, label);
        if is_saved { Ok(()) } else { Err(Stop) }
    }

    pub(super) async fn intervene(&mut self, how: &Intervention) -> Result<(), Stop> {
        let who = how.who().map(|who| who.value.clone()).unwrap_or_default();
        let shown = serde_json::to_value(how).unwrap_or_default();
        let shown = self.resolve(&shown)?;
        self.note(&who, ClientEvent::Intervened { how: shown });
        match how {
            Intervention::Drop(_) => self.reach(&who, |relay| relay.drop_sockets(&who)).await,
            Intervention::Close(one) => {
                self.reach(&who, |relay| relay.close_sockets(&who, one.code)).await
            }
            Intervention::Push(one) => {
                let text = self.frame(&one.frame)?;
                self.reach(&who, |relay| relay.push(&who, text.clone())).await
            }
            Intervention::PushBeforeAnswer(one) => {
                let text = self.frame(&one.frame)?;
                self.relay.push_before_answer(one.operation.value, &who, text);
                Ok(())
            }
            Intervention::RefuseSockets(one) => {
                self.relay.refuse_sockets(one.count);
                Ok(())
            }
            Intervention::Delay(one) => {
                self.relay.delay(one.operation.value, Duration::from_millis(one.ms));
                Ok(())
            }
            Intervention::Answer(one) => {
                let status = reqwest::StatusCode::from_u16(one.status).map_err(|_| Stop)?;
                let body = one.body.as_ref().map(Value::to_string).unwrap_or_default();
                let times = usize::try_from(one.times).unwrap_or(usize::MAX);
                let answers = vec![CannedAnswer { status, body }; times];
                self.relay.answer(one.operation.value, answers);
                Ok(())
            }
        }
    }

    /// The text of a frame that is pushed.
    fn frame(&self, frame: &Value) -> Result<String, Stop> {
        let resolved = self.resolve(frame)?;
        Ok(match self.relay.live().revealed(&resolved) {
            Value::String(text) => text,
            other => other.to_string(),
        })
    }

    /// Does something to somebody's WebSockets, as soon as there is one.
    async fn reach(&mut self, who: &str, what: impl Fn(&Relay) -> usize) -> Result<(), Stop> {
        let deadline = Duration::from_millis(ClientDeadline::Reconnect.ms());
        let until = Instant::now() + deadline;
        loop {
            self.ticks.borrow_and_update();
            if what(&self.relay) > 0 {
                return Ok(());
            }
            if timeout_at(until, self.ticks.changed()).await.is_err() {
                return Err(self.not_done(who, ClientAct::Connects, millis(deadline)));
            }
        }
    }
}
