//! A client names its instance: in every call, and in the address of its WebSocket.

use super::{evidence, identify, instance};
use crate::history::History;
use crate::laws::{Findings, Law};
use invite_spec::endpoint::{CLIENT_ID_HEADER, Operation};
use invite_spec::requirement::id;
use invite_trace::{ClientExpected, ClientSeen, LawName};

pub(crate) const LAW: Law = Law {
    name: LawName::ClientInstance,
    says: "Every call of a session names the instance that identified itself, and the address of its \
           WebSocket names the same instance and the session.",
    requirements: &[id::CLI_001, id::CLI_002],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    calls(history, findings);
    sockets(history, findings);
}

fn calls(history: &History<'_>, findings: &mut Findings) {
    for exchange in history.exchanges.iter().filter(|exchange| exchange.is_of_sdk()) {
        // An application may sign its user in before there is an instance.
        if exchange.is(Operation::SignIn) || exchange.is(Operation::Refresh) {
            continue;
        }
        findings.observe(id::CLI_001);
        let opened = exchange.session().and_then(|session| identify(history, session));
        let expected = match opened.and_then(instance) {
            Some(own) if instance(exchange) == Some(own) => continue,
            Some(own) => ClientExpected::Instance(own.to_owned()),
            None if instance(exchange).is_some_and(|id| !id.is_empty()) => continue,
            None => ClientExpected::SomeInstance,
        };
        let seen = ClientSeen::Instance(instance(exchange).map(str::to_owned));
        let evidence = evidence(expected, seen).in_header(CLIENT_ID_HEADER);
        findings.breach(id::CLI_001, evidence.at([exchange.asked_at]));
    }
}

fn sockets(history: &History<'_>, findings: &mut Findings) {
    for attempt in &history.attempts {
        let opened = identify(history, attempt.session);
        let own = opened.and_then(instance);
        match (own, attempt.instance) {
            (Some(own), Some(named)) => {
                findings.observe(id::CLI_002);
                if own != named {
                    let expected = ClientExpected::InstanceInAddress(own.to_owned());
                    let named = Some(named.to_owned()).filter(|id| !id.is_empty());
                    let evidence = evidence(expected, ClientSeen::Instance(named));
                    findings.breach(id::CLI_002, evidence.at([attempt.at]));
                }
            }
            // Without a session of its own, it is one that identified itself before the trace began;
            // unless the trace has the identify of the same client.
            _ if opened.is_none() && has_identified(history, attempt.actor, attempt.at) => {
                let seen = match attempt.session {
                    "" => ClientSeen::NoToken,
                    token => ClientSeen::Token(token.to_owned()),
                };
                let evidence = evidence(ClientExpected::TokenInAddress, seen);
                findings.breach(id::CLI_002, evidence.at([attempt.at]));
            }
            _ => {}
        }
    }
}

fn has_identified(history: &History<'_>, actor: &str, before: usize) -> bool {
    history
        .calls_of(Operation::Identify)
        .any(|it| it.actor == actor && it.is_accepted() && it.asked_at < before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;
    use serde_json::json;

    const JOIN: &str = "POST /v1/conferences/c-1/join";

    #[test]
    fn the_same_instance_everywhere_holds() {
        let mut story = Story::of_client("bob", "i-1");
        story.asking(CLIENT_ID_HEADER, "i-1");
        story.call("bob", JOIN, json!({}), 200, json!({}));
        story.holds(&LAW, &[id::CLI_001, id::CLI_002]);
    }

    #[test]
    fn a_call_without_the_instance_breaks_it() {
        let mut story = Story::of_client("bob", "i-1");
        let [at, _] = story.call("bob", JOIN, json!({}), 200, json!({}));
        let expected = ClientExpected::Instance("i-1".into());
        let evidence = evidence(expected, ClientSeen::Instance(None));
        story.breaks(&LAW, id::CLI_001, evidence.in_header(CLIENT_ID_HEADER).at([at]));
    }

    #[test]
    fn an_identify_without_an_instance_breaks_it() {
        let found = Story::of(&["bob"]).only_breach(&LAW);
        assert_eq!(found.requirement, id::CLI_001);
    }

    #[test]
    fn another_instance_in_the_address_breaks_it() {
        let mut story = Story::of_client("bob", "i-1");
        let at = story.opens_as("bob", "i-2", "<bob>");
        let expected = ClientExpected::InstanceInAddress("i-1".into());
        let evidence = evidence(expected, ClientSeen::Instance(Some("i-2".into())));
        story.breaks(&LAW, id::CLI_002, evidence.at([at]));
    }

    #[test]
    fn another_token_in_the_address_breaks_it() {
        let mut story = Story::of_client("bob", "i-1");
        let at = story.opens_as("bob", "i-1", "<other>");
        let seen = ClientSeen::Token("<other>".into());
        story.breaks(&LAW, id::CLI_002, evidence(ClientExpected::TokenInAddress, seen).at([at]));
    }
}
