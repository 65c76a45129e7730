//! Every file of the repository that is generated, from the one source of truth of each.

use crate::{scenario, target};
use invite_spec::artefact::{self, Artefact};

/// All generated files.
pub fn all() -> Vec<Artefact> {
    let mut all = artefact::all();
    all.push(Artefact::json("harness/schemas/scenario.json", &scenario::schema()));
    all.push(Artefact::json("harness/schemas/target.json", &target::schema()));
    all
}
