//! How the delivery of a frame can go wrong.

use crate::proxy::{Change, Claim, Content, Delivery, Frame, Whom};
use invite_spec::push::FrameType;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a frame waits for another to overtake it: longer than a response takes, much shorter
/// than any deadline.
const REORDER_WAIT: Duration = Duration::from_millis(60);
/// How long a delayed frame waits, and all behind it: fifty of them still meet every deadline.
const DELAY: Duration = Duration::from_millis(12);

/// What goes wrong with the delivery of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeliveryFault {
    /// It is never delivered.
    Drop,
    /// It is delivered twice.
    Duplicate,
    /// It is delivered after the next frame on the same WebSocket, if one follows soon.
    Reorder,
    /// It is delivered late, and so is everything behind it.
    Delay,
    /// It is delivered to another client as well.
    Misdeliver,
    /// It is cut in half, so that it is not JSON.
    Corrupt,
}

impl DeliveryFault {
    pub(super) const ALL: [DeliveryFault; 6] = [
        DeliveryFault::Drop,
        DeliveryFault::Duplicate,
        DeliveryFault::Reorder,
        DeliveryFault::Delay,
        DeliveryFault::Misdeliver,
        DeliveryFault::Corrupt,
    ];

    pub(super) fn does(self, frame: FrameType) -> String {
        match self {
            DeliveryFault::Drop => format!("never pushes {frame}"),
            DeliveryFault::Duplicate => format!("pushes every {frame} twice"),
            DeliveryFault::Reorder => format!("pushes every {frame} after the frame behind it"),
            DeliveryFault::Delay => format!("pushes every {frame} late"),
            DeliveryFault::Misdeliver => {
                format!("pushes every {frame} to another client as well")
            }
            DeliveryFault::Corrupt => format!("cuts every {frame} in half"),
        }
    }
}

impl fmt::Display for DeliveryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            DeliveryFault::Drop => "drop",
            DeliveryFault::Duplicate => "duplicate",
            DeliveryFault::Reorder => "reorder",
            DeliveryFault::Delay => "delay",
            DeliveryFault::Misdeliver => "misdeliver",
            DeliveryFault::Corrupt => "corrupt",
        })
    }
}

/// The change that delivers one type of frame wrongly.
pub(super) struct ChangedFrames {
    frame: FrameType,
    fault: DeliveryFault,
    /// The frames that wait to be overtaken, by WebSocket.
    waiting: Mutex<BTreeMap<u32, Delivery>>,
}

impl ChangedFrames {
    pub(super) fn new(frame: FrameType, fault: DeliveryFault) -> ChangedFrames {
        ChangedFrames { frame, fault, waiting: Mutex::default() }
    }

    /// Lets the next frame on the same WebSocket overtake, if one follows soon.
    fn reordered(&self, frame: Frame) -> Vec<Delivery> {
        let (socket, is_meant) = (frame.socket, FrameType::of(&frame.body) == Some(self.frame));
        let next = Delivery::of(frame);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let overtaken = waiting.remove(&socket);
        match overtaken.filter(|it| it.claim.as_ref().is_some_and(Claim::take)) {
            Some(late) => {
                let late =
                    Delivery { delay: Duration::ZERO, out_of_order: false, claim: None, ..late };
                vec![next, late]
            }
            None if is_meant => {
                let claim = Some(Claim::default());
                let late = Delivery { delay: REORDER_WAIT, out_of_order: true, claim, ..next };
                waiting.insert(socket, late.clone());
                vec![late]
            }
            None => vec![next],
        }
    }
}

impl Change for ChangedFrames {
    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        if self.fault == DeliveryFault::Reorder {
            return self.reordered(frame);
        }
        let is_meant = FrameType::of(&frame.body) == Some(self.frame);
        let kept = Delivery::of(frame);
        if !is_meant {
            return vec![kept];
        }
        match self.fault {
            DeliveryFault::Drop => Vec::new(),
            DeliveryFault::Duplicate => vec![kept.clone(), kept],
            DeliveryFault::Reorder => vec![kept],
            DeliveryFault::Delay => vec![Delivery { delay: DELAY, ..kept }],
            DeliveryFault::Misdeliver => {
                vec![kept.clone(), Delivery { whom: Whom::Neighbours, ..kept }]
            }
            DeliveryFault::Corrupt => vec![Delivery { content: halved(kept.content), ..kept }],
        }
    }
}

/// The first half.
fn halved(content: Content) -> Content {
    match content {
        Content::Text(text) => Content::Text(text.chars().take(text.len() / 2).collect()),
        Content::Binary(bytes) => Content::Binary(bytes[..bytes.len() / 2].to_vec()),
        Content::Close => Content::Close,
    }
}
