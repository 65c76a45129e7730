//! In which other ways a frame can be delivered.

use crate::proxy::{Change, Claim, Delivery, Frame, Whom};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a frame waits for one that may overtake it: longer than an answer takes, much shorter than
/// any deadline.
const WHILE: Duration = Duration::from_millis(60);
/// How long a frame is held back, with all behind it: fifty of them still keep every deadline.
const BRIEFLY: Duration = Duration::from_millis(12);

/// In which other way a kind of frame is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Not at all.
    Drop,
    /// Twice.
    Double,
    /// After the frame that comes next on the same WebSocket, if one comes soon.
    Reorder,
    /// A while later, and what comes behind it as well.
    Delay,
    /// To somebody else as well.
    Mislead,
    /// As something that is no JSON.
    Corrupt,
}

impl Way {
    pub(crate) const ALL: [Way; 6] =
        [Way::Drop, Way::Double, Way::Reorder, Way::Delay, Way::Mislead, Way::Corrupt];

    pub(crate) fn does(self) -> &'static str {
        match self {
            Way::Drop => "never pushes",
            Way::Corrupt => "pushes, cut in half, every",
            _ => "pushes every",
        }
    }

    pub(crate) fn how(self) -> &'static str {
        match self {
            Way::Drop | Way::Corrupt => "",
            Way::Double => " twice",
            Way::Reorder => " after the frame behind it",
            Way::Delay => " late",
            Way::Mislead => " to somebody else as well",
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Way::Drop => "drop",
            Way::Double => "duplicate",
            Way::Reorder => "reorder",
            Way::Delay => "delay",
            Way::Mislead => "misdeliver",
            Way::Corrupt => "corrupt",
        })
    }
}

/// The type of a frame, as this specification spells it.
pub(super) fn kind(frame: &Value) -> String {
    let spelled = frame.get("type").and_then(Value::as_str).unwrap_or_default();
    invite_spec::push::AnyType::of(spelled).to_string()
}

/// Delivers a kind of frame in another way.
pub(super) struct OfFrames {
    kind: &'static str,
    way: Way,
    /// What waits to be overtaken, by WebSocket.
    held: Mutex<BTreeMap<u32, Delivery>>,
}

impl OfFrames {
    pub(super) fn new(kind: &'static str, way: Way) -> OfFrames {
        OfFrames { kind, way, held: Mutex::default() }
    }

    /// Lets the next frame of the same WebSocket overtake, if one comes soon.
    fn reordered(&self, frame: Frame) -> Vec<Delivery> {
        let (socket, is_meant) = (frame.socket, kind(&frame.body) == self.kind);
        let next = Delivery::of(frame);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = held.remove(&socket);
        match waiting.filter(|it| it.claim.as_ref().is_some_and(Claim::take)) {
            Some(late) => {
                let late =
                    Delivery { delay: Duration::ZERO, out_of_order: false, claim: None, ..late };
                vec![next, late]
            }
            None if is_meant => {
                let claim = Some(Claim::default());
                let late = Delivery { delay: WHILE, out_of_order: true, claim, ..next };
                held.insert(socket, late.clone());
                vec![late]
            }
            None => vec![next],
        }
    }
}

impl Change for OfFrames {
    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        if self.way == Way::Reorder {
            return self.reordered(frame);
        }
        if kind(&frame.body) != self.kind {
            return vec![Delivery::of(frame)];
        }
        let kept = Delivery::of(frame);
        match self.way {
            Way::Drop => Vec::new(),
            Way::Double => vec![kept.clone(), kept],
            Way::Reorder => vec![kept],
            Way::Delay => vec![Delivery { delay: BRIEFLY, ..kept }],
            Way::Mislead => vec![kept.clone(), Delivery { whom: Whom::Neighbours, ..kept }],
            Way::Corrupt => {
                let half = kept.text.len() / 2;
                let text = kept.text.chars().take(half).collect();
                vec![Delivery { text, ..kept }]
            }
        }
    }
}
