//! The most recent frames, for the console. They are kept only while somebody has the console open.

use invite_spec::push::Push;
use invite_spec::token;
use serde::Serialize;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many frames are kept.
const KEPT: usize = 200;
/// The limit of a frame, in bytes of JSON. Only the type of a longer frame is kept.
const LONGEST: usize = 8 * 1024;
/// The limit of recipients that are named for a frame.
const NAMED: usize = 8;
/// How many frames are noted for a console that does not ask for them any more.
const UNSEEN: usize = 1_000;

/// The most recent frames.
#[derive(Debug, Default)]
pub(crate) struct Told(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// Whether a console is open.
    is_watched: bool,
    /// How many frames were noted since a console asked for them.
    unseen: usize,
    /// How many frames came before those that are kept.
    before: u64,
    frames: VecDeque<Frame>,
}

/// A frame.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Frame {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// The recipients, by name.
    to: Vec<String>,
    /// How many more recipients there were.
    others: usize,
    /// The frame, without tokens.
    frame: Value,
}

impl Told {
    /// Notes a frame, if somebody has the console open. `name` names a recipient.
    pub(crate) fn note<R>(&self, to: &[R], name: impl Fn(&R) -> Option<String>, push: &Push) {
        let mut kept = self.kept();
        if !kept.is_watched {
            return;
        }
        kept.unseen += 1;
        if kept.unseen > UNSEEN {
            kept.is_watched = false;
            kept.before += kept.frames.len() as u64;
            kept.frames.clear();
            return;
        }
        let mut frame = serde_json::to_value(push).unwrap_or_default();
        if frame.to_string().len() > LONGEST {
            frame = serde_json::json!({ "type": frame["type"].take() });
        }
        hide(&mut frame);
        let number = kept.before + kept.frames.len() as u64 + 1;
        let (named, others) = to.split_at(to.len().min(NAMED));
        let to = named.iter().filter_map(name).collect();
        kept.frames.push_back(Frame { number, to, others: others.len(), frame });
        if kept.frames.len() > KEPT {
            kept.frames.pop_front();
            kept.before += 1;
        }
    }

    /// The frames after one. From the first call on, frames are kept.
    pub(crate) fn after(&self, number: u64) -> Vec<Frame> {
        let mut kept = self.kept();
        (kept.is_watched, kept.unseen) = (true, 0);
        kept.frames.iter().filter(|frame| frame.number > number).cloned().collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn note(told: &Told, count: usize, text: &str) {
        let to: Vec<usize> = (0..count).collect();
        told.note(&to, |number| Some(format!("bob {number}")), &push(text));
    }

    #[test]
    fn the_last_frames_are_kept_without_their_tokens() {
        let told = Told::default();
        assert!(told.after(0).is_empty());
        for number in 0..KEPT + 5 {
            note(&told, 1, &number.to_string());
        }
        let last = told.after((KEPT + 3) as u64);
        assert_eq!(last.iter().map(|it| it.number).collect::<Vec<_>>(), [204, 205]);
        assert_eq!(last[1].frame["confToken"], "(a token)");
        assert_eq!(last[1].frame["inviter"]["nickName"], "204");
        assert_eq!(told.after(0).len(), KEPT);
        note(&told, 1, &"x".repeat(LONGEST));
        assert_eq!(told.after(205)[0].frame, json!({ "type": "InvitationReceived" }));
    }

    #[test]
    fn nothing_is_kept_while_nobody_looks() {
        let told = Told::default();
        note(&told, 1, "before the console was open");
        assert!(told.after(0).is_empty());
        for _ in 0..=UNSEEN {
            note(&told, 1, "after it was closed");
        }
        assert!(told.kept().frames.is_empty(), "nobody came back for them");
        assert!(told.after(0).is_empty());
        note(&told, 1, "open again");
        assert_eq!(told.after(0)[0].number, UNSEEN as u64 + 1, "no number is used twice");
    }

    #[test]
    fn a_crowd_of_recipients_is_counted() {
        let told = Told::default();
        told.after(0);
        note(&told, 10_000, "to a crowd");
        let frame = &told.after(0)[0];
        assert_eq!((frame.to.len(), frame.others), (NAMED, 10_000 - NAMED));
    }
}
