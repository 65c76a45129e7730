//! One type of frame is delivered wrongly.

mod expected;
mod fault;

pub(super) use expected::missing;

use crate::scope::Scope;
use crate::specimen::{Expected, Kind, Make, Specimen};
use fault::{ChangedFrames, DeliveryFault};
use invite_spec::push::FrameType;
use std::sync::Arc;

/// The specimens for every type of frame.
pub(super) fn all() -> Vec<Specimen> {
    let each =
        FrameType::ALL.iter().flat_map(|frame| DeliveryFault::ALL.map(|fault| (*frame, fault)));
    each.map(|(frame, fault)| specimen(frame, fault)).collect()
}

fn specimen(frame: FrameType, fault: DeliveryFault) -> Specimen {
    let expected = expected::of_frame(frame, fault);
    let is_allowed = matches!(expected, Expected::Allowed(_));
    Specimen {
        name: format!("{frame}:{fault}"),
        kind: Kind::Stream,
        does: fault.does(frame),
        expected,
        make: Make::Proxy {
            change: Arc::new(move || Arc::new(ChangedFrames::new(frame, fault))),
            // A server that may reorder, and does, declares so.
            keeps_order: fault != DeliveryFault::Reorder || !is_allowed,
            scope: match fault {
                // A misdelivered frame may arrive in any scenario.
                DeliveryFault::Misdeliver => Scope::Everything,
                _ => Scope::Frames(frame),
            },
        },
    }
}
