//! A client acknowledges each `UpdateToken`, and counts its frames.

use super::{end_ms, evidence, ms};
use crate::history::{History, Socket};
use crate::laws::{Findings, Law};
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{ClientDeadline, ClientExpected, ClientSeen, LawName};
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) const LAW: Law = Law {
    name: LawName::ClientAcknowledgements,
    says: "Each UpdateToken is acknowledged with its amu, nothing else is, and the frames of a session \
           are numbered.",
    requirements: &[id::CLI_006, id::CLI_008],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    let mut last: BTreeMap<&str, u64> = BTreeMap::new();
    for socket in &history.sockets {
        acknowledgements(history, socket, findings);
        numbers(socket, &mut last, findings);
    }
}

fn acknowledgements(history: &History<'_>, socket: &Socket<'_>, findings: &mut Findings) {
    let mut came: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, frame) in socket.frames(FrameType::UpdateToken) {
        if let Some(amu) = frame.get("amu").and_then(Value::as_str) {
            came.entry(amu).or_default().push(at);
        }
    }
    let mut acknowledged: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, body) in &socket.sent {
        let amu = body.json().and_then(|body| body.get("ackMessageUuid")?.as_str());
        let Some(amu) = amu else { continue };
        findings.observe(id::CLI_006);
        *acknowledged.entry(amu).or_default() += 1;
        let is_known = came.get(amu).is_some_and(|frames| frames[0] < *at);
        if !is_known {
            let seen = ClientSeen::Amu(amu.to_owned());
            let evidence = evidence(ClientExpected::AcknowledgesWhatCame, seen);
            findings.breach(id::CLI_006, evidence.pointing("/ackMessageUuid").at([*at]));
        }
    }
    let until = socket.closed_at.map_or_else(|| end_ms(history), |at| ms(history, at));
    for (amu, frames) in came {
        // The client gets its time for the last of them, too.
        let in_time = |at: &&usize| {
            until.saturating_sub(ms(history, **at)) >= ClientDeadline::Acknowledgement.ms()
        };
        let of = frames.iter().filter(in_time).count();
        let times = acknowledged.get(amu).copied().unwrap_or_default();
        if of > 0 {
            findings.observe(id::CLI_006);
        }
        if times < of {
            let expected = ClientExpected::Acknowledged(amu.to_owned());
            let evidence = evidence(expected, ClientSeen::Acknowledged { times, of });
            findings.breach(id::CLI_006, evidence.at(frames));
        }
    }
}

/// Numbers grow by 1; where a WebSocket was lost, frames may have been lost with it.
fn numbers<'t>(socket: &Socket<'t>, last: &mut BTreeMap<&'t str, u64>, findings: &mut Findings) {
    let mut is_first = true;
    for (at, body) in &socket.sent {
        let number = body.json().and_then(|body| body.get("message_id")?.as_u64());
        let Some(number) = number else { continue };
        if let Some(before) = last.get(socket.session) {
            findings.observe(id::CLI_008);
            let is_next = match is_first {
                true => number > *before,
                false => number == before + 1,
            };
            if !is_next {
                let expected = ClientExpected::NextNumber(before + 1);
                let evidence = evidence(expected, ClientSeen::Number(number));
                findings.breach(id::CLI_008, evidence.pointing("/message_id").at([*at]));
            }
        }
        is_first = false;
        last.insert(socket.session, number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;
    use serde_json::json;

    fn update(story: &mut Story) -> usize {
        story.frame("bob", json!({ "type": "UpdateToken", "amu": "a-1" }))
    }

    fn acknowledges(story: &mut Story, amu: &str, number: u64) -> usize {
        story.sends("bob", json!({ "ackMessageUuid": amu, "message_id": number }))
    }

    #[test]
    fn an_acknowledgement_for_each_holds() {
        let mut story = Story::of(&["bob"]);
        update(&mut story);
        acknowledges(&mut story, "a-1", 1);
        update(&mut story);
        acknowledges(&mut story, "a-1", 2);
        story.passes_ms("bob", 6_000);
        story.holds(&LAW, &[id::CLI_006, id::CLI_008]);
    }

    #[test]
    fn none_for_a_repeated_one_breaks_it() {
        let mut story = Story::of(&["bob"]);
        let first = update(&mut story);
        acknowledges(&mut story, "a-1", 1);
        let second = update(&mut story);
        story.passes_ms("bob", 6_000);
        let expected = ClientExpected::Acknowledged("a-1".into());
        let evidence = evidence(expected, ClientSeen::Acknowledged { times: 1, of: 2 });
        story.breaks(&LAW, id::CLI_006, evidence.at([first, second]));
    }

    #[test]
    fn a_client_gets_its_time() {
        let mut story = Story::of(&["bob"]);
        update(&mut story);
        story.passes_ms("bob", 4_000);
        story.holds(&LAW, &[]);
    }

    #[test]
    fn another_amu_breaks_it() {
        let mut story = Story::of(&["bob"]);
        update(&mut story);
        let at = acknowledges(&mut story, "a-2", 1);
        let seen = ClientSeen::Amu("a-2".into());
        let evidence = evidence(ClientExpected::AcknowledgesWhatCame, seen);
        story.breaks(&LAW, id::CLI_006, evidence.pointing("/ackMessageUuid").at([at]));
    }

    #[test]
    fn a_number_twice_breaks_it() {
        let mut story = Story::of(&["bob"]);
        for number in [1, 1] {
            story.sends("bob", json!({ "type": "keep_alive", "message_id": number }));
        }
        assert_eq!(story.only_breach(&LAW).requirement, id::CLI_008);
    }

    #[test]
    fn frames_may_be_lost_with_a_socket() {
        let mut story = Story::of(&["bob"]);
        story.sends("bob", json!({ "type": "keep_alive", "message_id": 1 }));
        story.open("bob");
        story.sends("bob", json!({ "type": "keep_alive", "message_id": 4 }));
        story.holds(&LAW, &[id::CLI_008]);
    }
}
