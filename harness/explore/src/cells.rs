//! What was tried: cells of operation, how the caller stands, how the person concerned stands, kind of
//! token, and whether the conference is protected.

use crate::asides::ASIDES;
use crate::model::{
    Act, Credential, Gone, Grant, Move, Room, Session, Shown, Standing, Text, World, Wrong,
};
use invite_record::Situation;
use serde::Serialize;
use std::collections::BTreeMap;

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cell {
    /// The operation, or what is done besides calls.
    pub operation: String,
    /// How the caller stands in the conference.
    pub caller: &'static str,
    /// How the first person concerned stands in it.
    pub person: &'static str,
    /// Which token or credential is shown, or what else is wrong.
    pub token: &'static str,
    /// Whether the conference is protected.
    pub protected: &'static str,
}

/// How often each cell was tried. A cell that was within reach and never tried has 0.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    counts: BTreeMap<Cell, u64>,
}

impl Cells {
    /// How often this one was tried.
    pub fn count(&self, cell: &Cell) -> u64 {
        self.counts.get(cell).copied().unwrap_or(0)
    }

    /// This one was within reach.
    pub(crate) fn reach(&mut self, cell: &Cell) {
        self.counts.entry(cell.clone()).or_insert(0);
    }

    /// This one was tried. True if it never was before.
    pub(crate) fn see(&mut self, cell: &Cell) -> bool {
        let count = self.counts.entry(cell.clone()).or_insert(0);
        *count += 1;
        *count == 1
    }

    /// How many were tried, and how many were within reach.
    pub fn seen(&self) -> (usize, usize) {
        (self.counts.values().filter(|count| **count > 0).count(), self.counts.len())
    }

    /// Each as a record keeps it.
    pub(crate) fn situations(&self) -> Vec<Situation> {
        let all = self.all().map(|(cell, tried)| Situation {
            operation: cell.operation.clone(),
            caller: cell.caller.to_owned(),
            person: cell.person.to_owned(),
            token: cell.token.to_owned(),
            protected: cell.protected.to_owned(),
            tried,
        });
        all.collect()
    }

    /// Each, with how often it was tried.
    pub fn all(&self) -> impl Iterator<Item = (&Cell, u64)> {
        self.counts.iter().map(|(cell, count)| (cell, *count))
    }
}

/// The cell of a move in a state.
pub(crate) fn cell(step: &Move, world: &World) -> Cell {
    let room = step.act.room();
    let operation = match (&step.act, step.act.operation()) {
        (_, Some(operation)) => operation.as_str().to_owned(),
        (Act::Open(_), _) => "open".to_owned(),
        (Act::Close(_), _) => "close".to_owned(),
        (Act::Lose(_), _) => "drop".to_owned(),
        (Act::Return(_), _) => "reconnect".to_owned(),
        (Act::Aside { .. }, _) => "aside".to_owned(),
        _ => String::new(),
    };
    let caller = match (step.act.caller(), room) {
        (Some(by), Some(room)) => caller(world, by, room),
        (Some(by), None) => {
            let is_in = world.sessions.get(&by).is_some_and(|state| state.room.is_some());
            if is_in { "in another" } else { "in none" }
        }
        (None, _) => "application",
    };
    if let Act::Aside { which, .. } = &step.act {
        // What it is about stands in the place of a token.
        let about = ASIDES.get(*which).map_or("-", |aside| aside.name);
        return Cell { operation, caller, person: "-", token: about, protected: "-" };
    }
    let person = match (step.act.concerned().first(), room) {
        (None, _) if matches!(step.act, Act::Send { .. }) => text(&step.act),
        (Some(person), Some(room)) => person_stands(world.standing(room, *person)),
        (Some(_), None) => "unknown",
        (None, _) => "-",
    };
    let protected = match room.and_then(|room| world.rooms.get(&room)) {
        Some(state) if state.protected => "yes",
        Some(_) => "no",
        None => "-",
    };
    Cell { operation, caller, person, token: token(step, world), protected }
}

fn caller(world: &World, by: Session, room: Room) -> &'static str {
    match world.standing(room, by.person) {
        Some(Standing::In { by: inside, listener }) if inside == by => {
            if listener {
                "listening"
            } else {
                "connected"
            }
        }
        Some(Standing::In { .. }) => {
            let gone = world.sessions.get(&by).and_then(|state| state.gone.get(&room));
            if gone == Some(&Gone::Replaced) { "replaced" } else { "in elsewhere" }
        }
        other => person_stands(other),
    }
}

fn person_stands(standing: Option<Standing>) -> &'static str {
    match standing {
        None => "unknown",
        Some(Standing::Reserved) => "reserved",
        Some(Standing::In { listener: false, .. }) => "connected",
        Some(Standing::In { listener: true, .. }) => "listening",
        Some(Standing::Left) => "left",
        Some(Standing::Kicked) => "kicked",
        Some(Standing::Unsure) => "in or gone",
    }
}

fn token(step: &Move, world: &World) -> &'static str {
    match step.wrong {
        Some(Wrong::Bearer(credential)) => match credential {
            Credential::Absent => "no bearer",
            Credential::Garbage | Credential::Longer => "false bearer",
            Credential::Api => "API token as bearer",
            Credential::Client(_) => "client token as bearer",
            Credential::Session(_) => "session token as bearer",
            Credential::Conference(_) => "conference token as bearer",
            Credential::Narrow => "narrow scope",
        },
        Some(Wrong::SessionToken(credential)) => match credential {
            Credential::Absent => "no session token",
            Credential::Garbage | Credential::Longer | Credential::Narrow => "false session token",
            Credential::Session(_) => "another's session token",
            Credential::Api | Credential::Client(_) | Credential::Conference(_) => {
                "other kind as session token"
            }
        },
        Some(Wrong::Body(form)) if form.is_json() => "wrong shape",
        Some(Wrong::Body(_)) => "no JSON",
        Some(Wrong::UnknownRoom) => "unknown conference",
        Some(Wrong::UnknownPermission) => "unknown permission",
        Some(Wrong::OtherApplication) => "another application",
        Some(Wrong::NoOwner) => "no owner",
        Some(Wrong::TooLong) => "too long",
        None => match step.act.shown() {
            None => said(&step.act),
            Some(Shown::Usual) => "usual",
            Some(Shown::Absent) => "none",
            Some(Shown::Forged(..)) => "forged",
            Some(Shown::Api | Shown::Client | Shown::OfSession) => "other kind",
            Some(Shown::This(token)) => {
                let of = world.tokens.get(&token);
                let is_own = step.act.caller().is_some_and(|by| by.person == token.person);
                let is_here = of.is_some_and(|of| Some(of.room) == step.act.room());
                match (is_own, is_here) {
                    (false, _) => "another's",
                    (true, false) => "another conference's",
                    (true, true) if of.is_some_and(|of| of.revoked.is_some()) => "revoked",
                    (true, true) => "own",
                }
            }
        },
    }
}

/// What a request of an application server says, where that matters: no token says it.
fn said(act: &Act) -> &'static str {
    let grant = match act {
        Act::RestCreate { invited, .. }
        | Act::RestCreateAgain { invited, .. }
        | Act::RestInvite { invited, .. } => invited.first().map(|it| (&it.grant, it.notify)),
        Act::RestUpdate { grants, .. } => grants.first().map(|it| (&it.1, None)),
        Act::RestMessage { to, .. } => {
            return match (to.as_deref(), text(act)) {
                (None, "short") => "to all",
                (Some([]), "short") => "to an empty list",
                (Some([_]), "short") => "to one",
                (Some(_), "short") => "to several",
                (_, other) => other,
            };
        }
        _ => None,
    };
    let Some((grant, notify)) = grant else { return "-" };
    match (grant, notify) {
        (Grant::Unsaid, Some(true)) => "nothing said, notified",
        (Grant::These(_), Some(true)) => "permissions, notified",
        (_, Some(true)) => "empty permissions, notified",
        (Grant::Unsaid, _) => "nothing said",
        (Grant::These(_), Some(false)) => "permissions, not notified",
        (Grant::These(_), None) => "permissions",
        (Grant::Null, _) => "permissions null",
        (Grant::EmptyObject, _) => "permissions an empty object",
        (Grant::EmptyList, _) => "permissions an empty list",
    }
}

/// What kind of text a message is.
fn text(act: &Act) -> &'static str {
    match act {
        Act::Send { text, .. } | Act::RestMessage { text, .. } => match text {
            Text::Short(_) => "short",
            Text::Spaced(_) => "spaces around it",
            Text::Letters(_) => "letters beyond ASCII",
            Text::Json(_) => "JSON",
            Text::Full | Text::FullWide | Text::FullQuotes => "16 KB",
        },
        _ => "-",
    }
}
