//! Servers with one rule of their own, wrong or unusual.

use crate::servers::{Servers, Unusual, Wrong};
use crate::specimen::{Expected, Kind, Make, Specimen};

/// The wrong and the unusual servers that the program provides.
pub(crate) fn all(servers: &dyn Servers) -> Vec<Specimen> {
    let unusual = servers.unusual().into_iter().map(unusual);
    servers.wrong().into_iter().map(wrong).chain(unusual).collect()
}

fn unusual(unusual: Unusual) -> Specimen {
    Specimen {
        name: unusual.name.to_owned(),
        kind: Kind::Legal,
        does: unusual.does.trim_end_matches('.').to_owned(),
        expected: Expected::allowed(unusual.allowed),
        make: Make::Rules { name: unusual.name, slow: false },
    }
}

fn wrong(wrong: Wrong) -> Specimen {
    Specimen {
        name: wrong.name.to_owned(),
        kind: Kind::Behaviour,
        does: wrong.does.trim_end_matches('.').to_owned(),
        expected: Expected::MustFail(wrong.breaks),
        make: Make::Rules { name: wrong.name, slow: wrong.slow },
    }
}
