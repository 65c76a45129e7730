//! Servers with one wrong rule of their own.

use crate::servers::{Servers, Wrong};
use crate::specimen::{Expected, Kind, Make, Specimen};

/// The wrong servers that the program provides.
pub(crate) fn all(servers: &dyn Servers) -> Vec<Specimen> {
    servers.wrong().into_iter().map(specimen).collect()
}

fn specimen(wrong: Wrong) -> Specimen {
    Specimen {
        name: wrong.name.to_owned(),
        kind: Kind::Behaviour,
        does: wrong.does.trim_end_matches('.').to_owned(),
        expected: Expected::MustFail(wrong.breaks),
        make: Make::Rules { name: wrong.name, slow: wrong.slow },
    }
}
