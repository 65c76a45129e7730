//! A server to try the suite on, and what the sources say of it.

use super::servers::{Servers, Wrong};
use super::touch::Touch;
use super::{answers, fields, frames};
use crate::proxy::Change;
use crate::variants;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// A server to try the suite on.
#[derive(Clone)]
pub struct Mutant {
    /// Its name: unique.
    pub name: String,
    /// How it is made.
    pub kind: Kind,
    /// What it does, in a few words that follow its name.
    pub does: String,
    /// What the sources say of it: settled before it runs.
    pub class: Class,
    /// How it is made.
    pub(super) how: How,
}

impl fmt::Debug for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Mutant");
        shown.field("name", &self.name).field("class", &self.class).finish_non_exhaustive()
    }
}

/// How a mutant is made.
#[derive(Clone)]
pub(super) enum How {
    /// It is a server of its own.
    Server(&'static str),
    /// The proxy changes what a right server says.
    Proxy {
        change: fn_change::Make,
        /// Whether frames keep their order still, so that fences prove something.
        keeps_order: bool,
        /// Where there is anything to change.
        touches: Touch,
    },
}

/// A function that makes a change.
pub(super) mod fn_change {
    use super::{Arc, Change};
    pub(crate) type Make = Arc<dyn Fn() -> Arc<dyn Change> + Send + Sync>;
}

/// How a mutant is made, for selecting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One field of one payload is changed, or one kind of answer.
    Shape,
    /// One kind of frame is dropped, doubled, swapped, held back, led astray or spoilt.
    Stream,
    /// A server has one rule that is wrong.
    Behaviour,
    /// An unusual server that the sources allow.
    Legal,
    /// No server of this protocol at all.
    Null,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 5] =
        [Kind::Shape, Kind::Stream, Kind::Behaviour, Kind::Legal, Kind::Null];

    /// As it is spelled on a command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Shape => "shape",
            Kind::Stream => "stream",
            Kind::Behaviour => "behaviour",
            Kind::Legal => "legal",
            Kind::Null => "null",
        }
    }
}

/// What the sources say of a mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// It is wrong: the suite must say so, and by one of these requirements.
    MustKill {
        /// The requirements that it breaks; one of them shows it.
        breaks: Vec<&'static str>,
    },
    /// The sources allow it: the suite must not blame it.
    Permitted {
        /// Why.
        because: String,
    },
}

impl Class {
    pub(super) fn breaks(ids: &[&'static str]) -> Class {
        Class::MustKill { breaks: ids.to_vec() }
    }

    pub(super) fn permitted(because: impl Into<String>) -> Class {
        Class::Permitted { because: because.into() }
    }

    /// The requirements that it breaks.
    pub fn broken(&self) -> &[&'static str] {
        match self {
            Class::MustKill { breaks } => breaks,
            Class::Permitted { .. } => &[],
        }
    }
}

/// Every mutant: those that the servers have, and those that the proxy makes of a right one.
pub fn all(servers: &dyn Servers) -> Vec<Mutant> {
    let wrong = servers.wrong().into_iter().map(behaviour);
    let legal = variants::all().map(|variant| {
        let change = variant.change;
        Mutant {
            name: variant.name.to_owned(),
            kind: Kind::Legal,
            does: variant.does.to_owned(),
            class: Class::permitted(variant.allowed),
            how: How::Proxy {
                change: Arc::new(change),
                keeps_order: true,
                touches: Touch::Everything,
            },
        }
    });
    wrong.chain(legal).chain(fields::all()).chain(answers::all()).chain(frames::all()).collect()
}

fn behaviour(wrong: Wrong) -> Mutant {
    Mutant {
        name: wrong.name.to_owned(),
        kind: Kind::Behaviour,
        does: wrong.does.trim_end_matches('.').to_owned(),
        class: Class::breaks(&[&[wrong.breaks], wrong.also].concat()),
        how: How::Server(wrong.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Started, null};
    use invite_spec::requirement;
    use std::collections::BTreeSet;

    struct Nobody;

    impl Servers for Nobody {
        fn right(&self) -> Result<Started, String> {
            Err("there is none".to_owned())
        }

        fn wrong(&self) -> Vec<Wrong> {
            Vec::new()
        }

        fn start(&self, wrong: &str) -> Result<Started, String> {
            Err(format!("no {wrong}"))
        }
    }

    #[test]
    fn names_are_unique() {
        let mut names: BTreeSet<String> =
            null::ALL.iter().map(|null| null.name.to_owned()).collect();
        for mutant in all(&Nobody) {
            assert!(names.insert(mutant.name.clone()), "{} twice", mutant.name);
        }
    }

    #[test]
    fn each_is_classed_by_requirements_that_are_tested_or_by_a_reason() {
        for mutant in all(&Nobody) {
            match &mutant.class {
                Class::Permitted { because } => assert!(!because.is_empty(), "{}", mutant.name),
                Class::MustKill { breaks } => {
                    assert!(!breaks.is_empty(), "{} breaks nothing", mutant.name);
                    for id in breaks {
                        let row = requirement::find(id);
                        let row = row.unwrap_or_else(|| panic!("{}: no {id}", mutant.name));
                        assert!(row.excluded.is_none(), "{}: {id} is excluded", mutant.name);
                    }
                }
            }
        }
    }
}
