//! A walk: what happens, in order. It is the source of a scenario, and what is cut down.

use crate::model::{Act, Move, Setting};

/// One walk.
#[derive(Debug, Clone, PartialEq)]
pub struct Walk {
    /// The id of its scenario.
    pub id: String,
    /// What kind of application it needs.
    pub setting: Setting,
    /// How the external ids of the first two people resemble each other.
    pub alike: Alike,
    /// What happens.
    pub steps: Vec<Step>,
}

/// How two external ids resemble each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Alike {
    /// They do not.
    #[default]
    Not,
    /// But for the case of letters, they are the same.
    ByCase,
    /// The first one, read as a pattern of SQL, fits the second one.
    ByPattern,
}

/// One step of a walk.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// One move.
    One(Move),
    /// Calls at once.
    Together(Vec<Move>),
}

impl Step {
    /// Its moves.
    pub fn moves(&self) -> &[Move] {
        match self {
            Step::One(step) => std::slice::from_ref(step),
            Step::Together(all) => all,
        }
    }

    /// The same, to change them.
    pub fn moves_mut(&mut self) -> &mut [Move] {
        match self {
            Step::One(step) => std::slice::from_mut(step),
            Step::Together(all) => all,
        }
    }
}

impl Walk {
    /// All moves, in order.
    pub fn moves(&self) -> impl Iterator<Item = &Move> {
        self.steps.iter().flat_map(Step::moves)
    }

    /// What it does, as its distinct kinds of moves in order: two walks of the same shape show the same.
    pub fn shape(&self) -> String {
        let kind = |step: &Move| {
            let name = match (&step.act, step.act.operation()) {
                (_, Some(operation)) => operation.as_str().to_owned(),
                (Act::Open(_), _) => "open".to_owned(),
                (Act::Close(_), _) => "close".to_owned(),
                (Act::Lose(_), _) => "drop".to_owned(),
                (Act::Return(_), _) => "reconnect".to_owned(),
                (Act::Aside { which, .. }, _) => format!("aside {which}"),
                _ => String::new(),
            };
            match step.wrong {
                Some(wrong) => format!("{name} with {wrong:?}"),
                None => name,
            }
        };
        let all: Vec<String> = self.moves().map(kind).filter(|kind| kind != "open").collect();
        all.join(", ")
    }
}
