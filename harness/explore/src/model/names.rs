//! The names of what a walk is about. They are the same in every candidate that is cut out of it.

use std::fmt;

/// The names of people, in the order in which walks use them.
pub const NAMES: [&str; 8] = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"];

/// What a person's sessions are called after the first one.
const DEVICES: [&str; 2] = ["", "/phone"];

/// Somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person(pub u8);

/// One session of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Session {
    /// Whose it is.
    pub person: Person,
    /// Which of that person's.
    pub device: u8,
}

/// A conference, by the move that created it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Room(pub u16);

/// A conference access token, by the move that it came of and its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    /// The move.
    pub by: u16,
    /// Whose it is.
    pub person: Person,
}

impl Person {
    /// As scenarios spell it.
    pub fn name(self) -> &'static str {
        NAMES[usize::from(self.0) % NAMES.len()]
    }

    /// The reference to the external id.
    pub fn id(self) -> String {
        format!("${{{}}}", self.name())
    }

    /// The reference to the name that the person's sessions give.
    pub fn name_shown(self) -> String {
        format!("${{{}.name}}", self.name())
    }

    /// The reference to the user id.
    pub fn user(self) -> String {
        format!("${{{}.user}}", self.name())
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let device = DEVICES[usize::from(self.device) % DEVICES.len()];
        write!(f, "{}{device}", self.person.name())
    }
}

impl Room {
    /// The name under which a scenario keeps its id, until it gets a readable one.
    pub fn name(self) -> String {
        format!("room{}", self.0)
    }

    /// The reference to its id.
    pub fn id(self) -> String {
        format!("${{{}}}", self.name())
    }
}

impl Token {
    /// The name under which a scenario keeps it, until it gets a readable one.
    pub fn name(self) -> String {
        format!("{}_token{}", self.person.name(), self.by)
    }

    /// The reference to it.
    pub fn text(self) -> String {
        format!("${{{}}}", self.name())
    }
}

/// An alias, by number: each walk has its own.
pub fn alias(number: u8, other_case: bool) -> String {
    let word = ["Daily", "Weekly", "Monthly"][usize::from(number) % 3];
    let word = if other_case { word.to_uppercase() } else { word.to_owned() };
    format!("{word} ${{alias:talk}}")
}
