//! What the client is told to do: by its adapter, or by the person before it.

use super::{Drive, Hand, Stop};
use crate::tester::Person;
use invite_adapter::{Adapter, Call, Open, Outcome, Planes};
use invite_scenario::client::{Deed, DeedOutcome};
use invite_spec::status::StatusClass;
use invite_trace::{AdapterFault, ClientAct, ClientEvent, ClientOperation, ClientReply};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tokio::time::Instant;

impl Drive<'_> {
    pub(super) async fn deed(&mut self, deed: &Deed, label: &str) -> Result<(), Stop> {
        let who = deed.who.value.clone();
        let operation = deed.operation.value;
        let with = match self.resolve(&Value::Object(deed.with.clone())) {
            Ok(Value::Object(with)) => with,
            _ => return Err(self.not_done(&who, ClientAct::Calls(operation.call()), 0)),
        };
        self.asked += 1;
        let id = self.asked;
        let reply = match &self.hand {
            Some(Hand::Adapter(adapter)) => {
                let adapter = Arc::clone(adapter);
                self.ask(&adapter, id, &who, operation, with).await?
            }
            Some(Hand::Person(person)) => {
                let person = person.clone();
                self.prompt(&person, id, deed, with, label).await?
            }
            None => return Err(Stop),
        };
        let is_done = matches!(reply, ClientReply::Done(_));
        let goes_on = match &reply {
            ClientReply::Done(_) => true,
            ClientReply::Unsupported(_) => false,
            ClientReply::Refused { .. } | ClientReply::Failed(_) => {
                deed.outcome == DeedOutcome::Any
            }
        };
        // What came of it says nothing then: the scenario is not the one that was meant.
        let missed = self.missed();
        self.note(&who, ClientEvent::Replied { id, reply });
        missed?;
        if !goes_on {
            return Err(Stop);
        }
        if is_done && !self.save(&who, operation.call(), &deed.save, label) {
            return Err(self.not_done(&who, ClientAct::Calls(operation.call()), 0));
        }
        Ok(())
    }

    /// Has the adapter do something.
    async fn ask(
        &self,
        adapter: &Adapter,
        id: u64,
        who: &str,
        operation: ClientOperation,
        with: Map<String, Value>,
    ) -> Result<ClientReply, Stop> {
        let arguments = match operation {
            ClientOperation::Open => self.opening(who).await,
            _ => self.relay.live().revealed(&Value::Object(with)),
        };
        self.note(who, ClientEvent::Told { id, operation, arguments: arguments.clone() });
        let call = match call(operation, arguments) {
            Ok(call) => call,
            Err(cause) => {
                let adapter = adapter.hello().name.clone();
                let did = format!("cannot be asked, because the scenario is wrong: {cause}");
                let how = AdapterFault { adapter, did };
                self.note(who, ClientEvent::Failed { how });
                return Err(Stop);
            }
        };
        match adapter.call(who, who, call).await {
            Ok(outcome) => Ok(reply(outcome)),
            Err(error) => Err(self.fail(who, &error)),
        }
    }

    /// What a client needs to open a session.
    async fn opening(&self, who: &str) -> Value {
        let external_id = self.bindings.text(who).unwrap_or(who).to_owned();
        let client_access_token = self.application.client_token(&external_id).await;
        let url = self.relay.url();
        let open = Open {
            server: Planes { rest: url.clone(), session: url },
            client_access_token: client_access_token.unwrap_or_default(),
            external_id,
            name: who.to_owned(),
        };
        serde_json::to_value(&open).unwrap_or_default()
    }

    /// Has a person do something, and waits until the traffic shows that it was done.
    async fn prompt(
        &mut self,
        person: &Person,
        id: u64,
        deed: &Deed,
        with: Map<String, Value>,
        label: &str,
    ) -> Result<ClientReply, Stop> {
        let (who, operation) = (deed.who.value.as_str(), deed.operation.value);
        let arguments = Value::Object(with);
        self.note(who, ClientEvent::Told { id, operation, arguments: arguments.clone() });
        let revealed = self.relay.live().revealed(&arguments);
        (person.tell)(&self.sentence(deed, &revealed));
        let act = match operation {
            ClientOperation::Open => ClientAct::Connects,
            other => ClientAct::Calls(other.call()),
        };
        let since = self.relay.trace().beginning(label).unwrap_or_default();
        let until = Instant::now() + person.patience;
        let seen = tokio::select! {
            seen = self.wait(since, who, act, until) => seen,
            () = person.wants_to_skip() => None,
        };
        if seen.is_none() {
            self.note(who, ClientEvent::Skipped);
            (person.tell)("  skipped");
            return Err(Stop);
        }
        (person.tell)("  seen");
        let status = self.status(who, operation.call(), label);
        Ok(match status {
            Some(status) if StatusClass::of(status).is_refused() => {
                let message = "the server refused".to_owned();
                ClientReply::Refused { status: Some(status), code: None, message }
            }
            _ => ClientReply::Done(json!({})),
        })
    }

    /// What a person is told to do.
    fn sentence(&self, deed: &Deed, with: &Value) -> String {
        let who = &deed.who;
        if let Some(say) = &deed.say
            && let Ok(said) = self.bindings.resolve_string(say)
        {
            return format!("  {}", self.relay.live().revealed_text(&said));
        }
        match deed.operation.value {
            ClientOperation::Open => {
                let external_id = self.bindings.text(who).unwrap_or_default();
                format!(
                    "  {who}: open a session as the external id {external_id}, at {}",
                    self.relay.url()
                )
            }
            operation => match with.as_object().filter(|with| !with.is_empty()) {
                Some(with) => format!("  {who}: {operation}, with {}", Value::from(with.clone())),
                None => format!("  {who}: {operation}"),
            },
        }
    }
}

fn call(operation: ClientOperation, arguments: Value) -> Result<Call, serde_json::Error> {
    let mut fields = match arguments {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    fields.insert("operation".to_owned(), operation.as_str().into());
    serde_json::from_value(Value::Object(fields))
}

fn reply(outcome: Outcome) -> ClientReply {
    match outcome {
        Outcome::Done(done) => ClientReply::Done(Value::Object(done)),
        Outcome::Refused(refused) => ClientReply::Refused {
            status: refused.status,
            code: refused.code,
            message: refused.message,
        },
        Outcome::Failed(message) => ClientReply::Failed(message),
        Outcome::Unsupported { unsupported, .. } => ClientReply::Unsupported(unsupported),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_scenario::client::ClientStep;

    /// The references stay texts: the arguments have the same form with and without their values.
    #[test]
    fn what_the_built_in_scenarios_ask_for_can_be_said_to_an_adapter() {
        for found in invite_scenario::client::built_in().expect("they can be read") {
            for (label, step) in found.scenario.labelled() {
                let ClientStep::Client(deed) = step else { continue };
                if deed.operation.value == ClientOperation::Open {
                    continue;
                }
                let asked = call(deed.operation.value, Value::Object(deed.with.clone()));
                assert!(asked.is_ok(), "{} step {label}: {asked:?}", found.scenario.id);
            }
        }
    }
}
