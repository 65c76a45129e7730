//! The frames that were delivered last, for the console.

use invite_spec::push::Push;
use invite_spec::token;
use serde::Serialize;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many frames are kept.
const KEPT: usize = 200;
/// How long a frame may be, in bytes of JSON; of longer ones only the type is kept.
const LONGEST: usize = 8 * 1024;

/// The frames that were delivered last.
#[derive(Debug, Default)]
pub(crate) struct Told(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// How many there were before those that are kept.
    before: u64,
    frames: VecDeque<Frame>,
}

/// A frame.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Frame {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// Whom it was for, by name.
    to: Vec<String>,
    /// What it says, without tokens.
    frame: Value,
}

impl Told {
    /// Notes a frame.
    pub(crate) fn note(&self, to: Vec<String>, push: &Push) {
        let mut frame = serde_json::to_value(push).unwrap_or_default();
        if frame.to_string().len() > LONGEST {
            frame = serde_json::json!({ "type": frame["type"].take() });
        }
        hide(&mut frame);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = kept.before + kept.frames.len() as u64 + 1;
        kept.frames.push_back(Frame { number, to, frame });
        if kept.frames.len() > KEPT {
            kept.frames.pop_front();
            kept.before += 1;
        }
    }

    /// The frames after one.
    pub(crate) fn after(&self, number: u64) -> Vec<Frame> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.frames.iter().filter(|frame| frame.number > number).cloned().collect()
    }
}

/// Takes the secrets out of a value.
fn hide(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if token::FIELDS.contains(&name.as_str()) => {
                        *text = "(a token)".to_owned();
                    }
                    value => hide(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn push(text: &str) -> Push {
        let frame = json!({
            "type": "InvitationReceived", "conferenceId": "c", "confToken": "secret",
            "inviter": { "nickName": text },
        });
        serde_json::from_value(frame).unwrap()
    }

    #[test]
    fn the_last_frames_are_kept_without_their_tokens() {
        let told = Told::default();
        for number in 0..KEPT + 5 {
            told.note(vec!["bob".to_owned()], &push(&number.to_string()));
        }
        let last = told.after((KEPT + 3) as u64);
        assert_eq!(last.iter().map(|it| it.number).collect::<Vec<_>>(), [204, 205]);
        assert_eq!(last[1].frame["confToken"], "(a token)");
        assert_eq!(last[1].frame["inviter"]["nickName"], "204");
        assert_eq!(told.after(0).len(), KEPT);
        told.note(Vec::new(), &push(&"x".repeat(LONGEST)));
        assert_eq!(told.after(205)[0].frame, json!({ "type": "InvitationReceived" }));
    }
}
