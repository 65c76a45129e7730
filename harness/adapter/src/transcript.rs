//! A conversation that was written down: the requests of the harness and the lines of the adapter.

use crate::conversation::{Conversation, Said};
use crate::misbehaviour::Misbehaviour;
use crate::protocol::Request;

/// What an adapter said in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Heard {
    /// How many requests it answered.
    pub answers: usize,
    /// How many events it told of.
    pub events: usize,
}

/// Reads a conversation, one JSON object a line. A request is asked again, with the id that the harness
/// gives it; everything else is a line of the adapter.
///
/// # Errors
/// The first thing that the adapter did wrong.
pub fn read_transcript(text: &str) -> Result<Heard, Misbehaviour> {
    let mut conversation = Conversation::default();
    let mut heard = Heard::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Ok(Request { person, session, call, .. }) = serde_json::from_str(line) {
            conversation.ask(&person, &session, call);
            continue;
        }
        match conversation.hear(line)? {
            Said::Hello => {}
            Said::Answer(_) => heard.answers += 1,
            Said::Event(_) => heard.events += 1,
        }
    }
    Ok(heard)
}

#[cfg(test)]
mod tests {
    use super::{Heard, read_transcript};
    use crate::misbehaviour::Misbehaviour;

    const TRANSCRIPT: &str = r#"
{"hello":{"name":"x","version":"1","operations":["leave"]}}
{"id":1,"person":"bob","session":"bob","operation":"leave","conferenceId":"c"}
{"event":{"session":"bob","type":"Left","body":{}}}
{"id":1,"done":{}}
"#;

    #[test]
    fn requests_are_asked_and_the_rest_is_heard() {
        assert_eq!(read_transcript(TRANSCRIPT), Ok(Heard { answers: 1, events: 1 }));
        let never = TRANSCRIPT.replace(r#"{"id":1,"done""#, r#"{"id":2,"done""#);
        assert_eq!(read_transcript(&never), Err(Misbehaviour::NeverAsked { id: 2 }));
    }
}
