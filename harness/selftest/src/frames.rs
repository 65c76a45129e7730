//! One kind of frame is delivered in another way.

use super::change::{self, Way};
use super::mutant::{How, Kind, Mutant};
use super::rules;
use super::touch::Touch;
use invite_spec::push;
use std::sync::Arc;

/// The mutants of every kind of frame.
pub(super) fn all() -> Vec<Mutant> {
    let each = push::KINDS.iter().flat_map(|kind| Way::ALL.map(|way| (kind.name.as_str(), way)));
    each.map(|(kind, way)| {
        let class = rules::of_frame(kind, way);
        Mutant {
            name: format!("{kind}:{way}"),
            kind: Kind::Stream,
            does: format!("{} {kind}{}", way.does(), way.how()),
            // A server that does not keep order, and may do so, says so beforehand.
            how: How::Proxy {
                change: Arc::new(move || change::frame(kind, way)),
                keeps_order: way != Way::Reorder || !class.broken().is_empty(),
                // What is led astray may arrive in any scenario.
                touches: match way {
                    Way::Mislead => Touch::Everything,
                    _ => Touch::Frames(kind),
                },
            },
            class,
        }
    })
    .collect()
}
