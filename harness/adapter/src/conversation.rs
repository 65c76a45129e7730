//! What was asked and answered so far: what an adapter may say next.

use crate::misbehaviour::Misbehaviour;
use crate::protocol::{Answer, Call, Event, FromAdapter, Hello, Operation, Outcome, Request};
use crate::read::{read, shown};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a line says, once it is known to be in order.
#[derive(Debug, PartialEq)]
pub(crate) enum Said {
    Hello,
    Answer(Answer),
    Event(Event),
}

/// A request that was sent.
#[derive(Debug)]
struct Asked {
    operation: Operation,
    /// The request as JSON, until it is answered.
    open: Option<Value>,
}

/// A conversation with an adapter.
#[derive(Debug, Default)]
pub(crate) struct Conversation {
    hello: Option<Hello>,
    asked: BTreeMap<u64, Asked>,
}

impl Conversation {
    /// The next request.
    pub(crate) fn ask(&mut self, person: &str, session: &str, call: Call) -> Request {
        let id = u64::try_from(self.asked.len()).unwrap_or(u64::MAX).saturating_add(1);
        let (person, session) = (person.to_owned(), session.to_owned());
        let operation = call.operation();
        let request = Request { id, person, session, call };
        // A request always serialises.
        let open = Some(serde_json::to_value(&request).unwrap_or_default());
        self.asked.insert(id, Asked { operation, open });
        request
    }

    /// Who the adapter is, once it has said so.
    pub(crate) fn hello(&self) -> Option<&Hello> {
        self.hello.as_ref()
    }

    /// Takes a line of the adapter.
    pub(crate) fn hear(&mut self, line: &str) -> Result<Said, Misbehaviour> {
        let message = read(line);
        let Some(hello) = &self.hello else {
            // A greeting that is almost one is told what is wrong with it.
            let is_hello = line.trim_start().starts_with("{\"hello\"");
            return match message {
                Ok(FromAdapter::Hello(hello)) => {
                    self.hello = Some(hello);
                    Ok(Said::Hello)
                }
                Err(error) if is_hello => Err(error),
                Ok(_) | Err(_) => Err(Misbehaviour::NoHello { line: shown(line) }),
            };
        };
        match message? {
            FromAdapter::Hello(_) => Err(Misbehaviour::SecondHello),
            FromAdapter::Event(event) => Ok(Said::Event(event)),
            FromAdapter::Answer(answer) => {
                let Some(asked) = self.asked.get_mut(&answer.id) else {
                    return Err(Misbehaviour::NeverAsked { id: answer.id });
                };
                let Some(request) = asked.open.take() else {
                    let operation = asked.operation;
                    return Err(Misbehaviour::AnsweredTwice { id: answer.id, operation });
                };
                let operation = asked.operation;
                fits(hello, operation, &request, &answer.outcome)?;
                Ok(Said::Answer(answer))
            }
        }
    }
}

/// Whether an outcome agrees with what the adapter said of itself, and with the request.
fn fits(
    hello: &Hello,
    operation: Operation,
    request: &Value,
    outcome: &Outcome,
) -> Result<(), Misbehaviour> {
    let listed = hello.operations.contains(&operation);
    match outcome {
        Outcome::Unsupported { .. } if !listed => Ok(()),
        Outcome::Unsupported { argument: Some(argument), .. } => {
            if has_key(request, argument) {
                Ok(())
            } else {
                Err(Misbehaviour::NoSuchArgument { operation, argument: shown(argument) })
            }
        }
        Outcome::Unsupported { unsupported, argument: None } => {
            Err(Misbehaviour::DoesLess { operation, why: shown(unsupported) })
        }
        _ if !listed => Err(Misbehaviour::DoesMore { operation }),
        Outcome::Done(done) => {
            let lacks = operation == Operation::Create
                && done.get("conferenceId").and_then(Value::as_str).is_none();
            let field = "conferenceId".to_owned();
            if lacks { Err(Misbehaviour::Incomplete { operation, field }) } else { Ok(()) }
        }
        Outcome::Refused(_) | Outcome::Failed(_) => Ok(()),
    }
}

/// Whether a request has an argument of this name, at any depth.
fn has_key(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(fields) => {
            fields.contains_key(name) || fields.values().any(|value| has_key(value, name))
        }
        Value::Array(items) => items.iter().any(|item| has_key(item, name)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Conversation, Said};
    use crate::misbehaviour::Misbehaviour;
    use crate::protocol::{Call, Close, Conference, Create, Operation};

    const HELLO: &str =
        r#"{"hello":{"name":"x","version":"1","operations":["open","create","close"]}}"#;

    fn greeted() -> Conversation {
        let mut conversation = Conversation::default();
        assert_eq!(conversation.hear(HELLO), Ok(Said::Hello));
        conversation
    }

    fn close() -> Call {
        Call::Close(Close {})
    }

    #[test]
    fn hello_comes_first_and_once() {
        let event = r#"{"event":{"session":"bob","type":"x","body":{}}}"#;
        let early = Conversation::default().hear(event);
        assert!(matches!(early, Err(Misbehaviour::NoHello { .. })), "{early:?}");
        let wrong = Conversation::default().hear(r#"{"hello":{"name":"x"}}"#);
        assert!(matches!(wrong, Err(Misbehaviour::NotAMessage { .. })), "{wrong:?}");
        assert_eq!(greeted().hear(HELLO), Err(Misbehaviour::SecondHello));
        assert!(matches!(greeted().hear(event), Ok(Said::Event(_))));
    }

    #[test]
    fn each_request_is_answered_once() {
        let mut conversation = greeted();
        let request = conversation.ask("bob", "bob", close());
        assert_eq!(request.id, 1);
        let answer = r#"{"id":1,"done":{}}"#;
        assert!(matches!(conversation.hear(answer), Ok(Said::Answer(_))));
        let twice = Misbehaviour::AnsweredTwice { id: 1, operation: Operation::Close };
        assert_eq!(conversation.hear(answer), Err(twice));
        let never = conversation.hear(r#"{"id":2,"done":{}}"#);
        assert_eq!(never, Err(Misbehaviour::NeverAsked { id: 2 }));
    }

    #[test]
    fn what_it_does_is_what_it_said_that_it_can() {
        let hear = |call: Call, outcome: &str| {
            let mut conversation = greeted();
            conversation.ask("bob", "bob", call);
            conversation.hear(&format!(r#"{{"id":1,{outcome}}}"#)).map(|_| ())
        };
        let leave = || Call::Leave(Conference { conference_id: "c".into() });
        assert_eq!(hear(leave(), r#""unsupported":"no""#), Ok(()));
        let more = Misbehaviour::DoesMore { operation: Operation::Leave };
        assert_eq!(hear(leave(), r#""done":{}"#), Err(more));
        let less = Misbehaviour::DoesLess { operation: Operation::Close, why: "no".into() };
        assert_eq!(hear(close(), r#""unsupported":"no""#), Err(less));
        let create = || Call::Create(Create { alias: Some("a".into()), ttl: None });
        assert_eq!(hear(create(), r#""unsupported":"no","argument":"alias""#), Ok(()));
        let argument = hear(create(), r#""unsupported":"no","argument":"ttl""#);
        assert!(matches!(argument, Err(Misbehaviour::NoSuchArgument { .. })), "{argument:?}");
        let incomplete = hear(create(), r#""done":{}"#);
        assert!(matches!(incomplete, Err(Misbehaviour::Incomplete { .. })), "{incomplete:?}");
        assert_eq!(hear(create(), r#""done":{"conferenceId":"c"}"#), Ok(()));
    }
}
