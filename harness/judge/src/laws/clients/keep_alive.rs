//! A client keeps its WebSocket alive.

use super::{end_ms, evidence, ms};
use crate::history::{History, Socket};
use crate::laws::{Findings, Law};
use invite_spec::requirement::id;
use invite_trace::{ClientExpected, ClientSeen, LawName};
use serde_json::Value;

pub(crate) const LAW: Law = Law {
    name: LawName::ClientKeepAlive,
    says: "An open WebSocket carries a keep-alive at least every 30 seconds.",
    requirements: &[id::CLI_007],
    besides: &[],
    examine,
};

/// How often, in seconds.
const EVERY: u64 = 30;

/// How late a keep-alive may come, in milliseconds: a timer of a busy phone is late.
const LENIENCY_MS: u64 = 5_000;

fn examine(history: &History<'_>, findings: &mut Findings) {
    for socket in &history.sockets {
        let mut before = socket.opened_at;
        let end = socket.closed_at.unwrap_or(history.trace.entries.len());
        let signs = signs(socket).chain([end]);
        for at in signs {
            let now =
                if at == history.trace.entries.len() { end_ms(history) } else { ms(history, at) };
            let silence = now.saturating_sub(ms(history, before));
            if at != end {
                findings.observe(id::CLI_007);
            }
            if silence > EVERY * 1_000 + LENIENCY_MS {
                let expected = ClientExpected::KeepAlive { seconds: EVERY };
                let evidence = evidence(expected, ClientSeen::Silence { ms: silence });
                findings.breach(id::CLI_007, evidence.at([before]));
            }
            before = at;
        }
    }
}

/// The keep-alives of a WebSocket.
fn signs<'h>(socket: &'h Socket<'_>) -> impl Iterator<Item = usize> + 'h {
    socket.sent.iter().filter_map(|(at, body)| {
        let kind = body.json()?.get("type").and_then(Value::as_str)?;
        (kind == "keep_alive").then_some(*at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;
    use serde_json::json;

    fn story(waits: &[u64]) -> Story {
        let mut story = Story::of(&["bob"]);
        for wait in waits {
            story.passes_ms("bob", *wait);
            story.sends("bob", json!({ "type": "keep_alive", "message_id": 1 }));
        }
        story
    }

    #[test]
    fn one_every_30_seconds_holds() {
        story(&[30_000, 30_000, 29_000]).holds(&LAW, &[id::CLI_007]);
    }

    #[test]
    fn a_longer_silence_breaks_it() {
        let found = story(&[30_000, 41_000]).only_breach(&LAW);
        assert_eq!(found.requirement, id::CLI_007);
        assert!(found.evidence.to_string().contains("none for 41"), "{}", found.evidence);
    }

    #[test]
    fn none_at_all_breaks_it() {
        let mut story = Story::of(&["bob"]);
        story.passes_ms("bob", 40_000);
        story.frame("bob", json!({}));
        assert_eq!(story.only_breach(&LAW).requirement, id::CLI_007);
    }

    #[test]
    fn a_short_trace_says_nothing() {
        story(&[]).holds(&LAW, &[]);
    }
}
