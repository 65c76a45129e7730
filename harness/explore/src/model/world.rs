//! How everybody stands: one state that is possible after what was done so far.

use super::act::Topic;
use super::names::{Person, Room, Session, Token};
use invite_spec::permission::{Permission, PermissionSet};
use invite_spec::requirement::RequirementId;
use std::collections::{BTreeMap, BTreeSet};

/// One possible state of everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    /// The conferences.
    pub rooms: BTreeMap<Room, RoomState>,
    /// The sessions.
    pub sessions: BTreeMap<Session, SessionState>,
    /// The conference access tokens.
    pub tokens: BTreeMap<Token, TokenState>,
    /// The aliases that only a refused create has named, each with why it was refused.
    pub refused: BTreeMap<u8, RequirementId>,
}

/// A conference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomState {
    /// Whether nobody joins without a token.
    pub protected: bool,
    /// Whether an application server created it.
    pub by_rest: bool,
    /// In whose name it was created.
    pub owner: Person,
    /// Its alias, by number.
    pub alias: Option<u8>,
    /// Whether it outlives its participants.
    pub ttl: bool,
    /// Whether it is open.
    pub life: Life,
    /// Whether it was left by everybody once.
    pub emptied: bool,
    /// Whether somebody else created its alias again.
    pub claimed: bool,
    /// How people stand in it.
    pub standing: BTreeMap<Person, Standing>,
}

/// Whether a conference is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// It is.
    Open,
    /// It was ended.
    Ended,
    /// The last participant left, and nothing says whether it has ended.
    Unsure,
}

/// How somebody stands in a conference; without an entry, nobody knows that person there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Invited, and not in yet.
    Reserved,
    /// In, by a session.
    In {
        /// The session.
        by: Session,
        /// Whether it only listens.
        listener: bool,
    },
    /// Gone.
    Left,
    /// Kicked: never to come back.
    Kicked,
    /// In or gone: nothing says which.
    Unsure,
}

/// Whether a session has its socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Socket {
    /// It does.
    Open,
    /// It was lost.
    Lost,
    /// The session was closed for good.
    Closed,
}

/// Why a session that was in a conference is not any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gone {
    /// It left.
    Left,
    /// Another session of the same person replaced it.
    Replaced,
    /// Its person was kicked.
    Kicked,
    /// The conference ended.
    Ended,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionState {
    /// Its socket.
    pub socket: Socket,
    /// The conference that it is in.
    pub room: Option<Room>,
    /// How it came to be outside of those that it was in.
    pub gone: BTreeMap<Room, Gone>,
    /// The conference token that it sends with every call.
    pub current: Option<Token>,
    /// Whether a frame may have changed that.
    pub unsure: bool,
    /// What it has subscribed to.
    pub topics: BTreeSet<(u8, Topic)>,
}

/// Where a token came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The owner's token.
    Owner,
    /// The answer to a REST create.
    RestCreate,
    /// The answer to a REST invite.
    RestInvite,
    /// An invitation by a participant.
    SdkInvite,
    /// An update of permissions.
    Update,
}

/// Who revoked a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// An update by an application server.
    ByRest,
    /// An update by a participant.
    BySdk,
}

/// A conference access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenState {
    /// For which conference.
    pub room: Room,
    /// What it permits; `None` if more than one set is right.
    pub grants: Option<PermissionSet>,
    /// Who revoked it, if somebody did.
    pub revoked: Option<Revoked>,
    /// Where it came from.
    pub origin: Origin,
    /// Whether its person has joined with it and left again.
    pub used: bool,
    /// The requirement that it was given by, or with what it permits, if no source settles that.
    pub rests_on: Option<RequirementId>,
}

impl World {
    /// How somebody stands in a conference.
    pub fn standing(&self, room: Room, person: Person) -> Option<Standing> {
        self.rooms.get(&room)?.standing.get(&person).copied()
    }

    /// The sessions in a conference that hear its news: each with whether it only listens.
    pub fn present(&self, room: Room) -> Vec<(Session, bool)> {
        let Some(state) = self.rooms.get(&room) else { return Vec::new() };
        let inside = state.standing.values().filter_map(|standing| match standing {
            Standing::In { by, listener } => Some((*by, *listener)),
            _ => None,
        });
        inside.filter(|(by, _)| self.is_open(*by)).collect()
    }

    /// The same without one person.
    pub fn others(&self, room: Room, person: Person) -> Vec<Session> {
        let present = self.present(room).into_iter().map(|(by, _)| by);
        present.filter(|by| by.person != person).collect()
    }

    /// Whether a session has its socket.
    pub fn is_open(&self, session: Session) -> bool {
        self.sessions.get(&session).is_some_and(|state| state.socket == Socket::Open)
    }

    /// Whether a session is the only one of its person, and in no conference.
    pub fn is_free(&self, session: Session) -> bool {
        let all = self.sessions.iter().filter(|(_, state)| state.socket != Socket::Closed);
        let mut own = all.filter(|(other, _)| other.person == session.person);
        own.all(|(other, state)| *other == session && state.room.is_none())
    }

    /// The sessions of a person that have their socket.
    pub fn open_sessions(&self, person: Person) -> Vec<Session> {
        let all = self.sessions.keys().filter(|session| session.person == person);
        all.copied().filter(|session| self.is_open(*session)).collect()
    }

    /// Whether a person has ever opened a session: then its user id is known.
    pub fn is_met(&self, person: Person) -> bool {
        self.sessions.keys().any(|session| session.person == person)
    }

    /// The sessions with their socket that have subscribed to an event of an alias.
    pub fn subscribers(&self, alias: Option<u8>, topic: Topic) -> Vec<Session> {
        let Some(alias) = alias else { return Vec::new() };
        let all = self.sessions.iter().filter(|(_, state)| {
            state.socket == Socket::Open && state.topics.contains(&(alias, topic))
        });
        all.map(|(session, _)| *session).collect()
    }

    /// The valid tokens of a person for a conference.
    pub fn tokens_of(&self, room: Room, person: Person) -> Vec<Token> {
        let all = self.tokens.iter().filter(|(token, state)| {
            token.person == person && state.room == room && state.revoked.is_none()
        });
        all.map(|(token, _)| *token).collect()
    }

    /// Whether a token permits this; `None` if nothing says.
    pub fn permits(&self, token: Token, permission: Permission) -> Option<bool> {
        Some(self.tokens.get(&token)?.grants.as_ref()?.contains(&permission))
    }

    /// Takes a session out of its conference.
    pub(super) fn take_out(&mut self, by: Session, room: Room, why: Gone) {
        if let Some(state) = self.sessions.get_mut(&by)
            && state.room == Some(room)
        {
            state.room = None;
            state.gone.insert(room, why);
        }
    }

    /// What becomes of a conference that may be empty now.
    pub(super) fn may_be_empty(&mut self, room: Room) {
        if let Some(state) = self.rooms.get_mut(&room) {
            let is_in = |it: &Standing| matches!(it, Standing::In { .. });
            let is_unsure = |it: &Standing| matches!(it, Standing::Unsure);
            if state.standing.values().any(is_in) || state.life != Life::Open {
                return;
            }
            // Whoever closed a session in it may have left it so: then nobody is there.
            state.emptied = !state.standing.values().any(is_unsure);
            if !state.ttl {
                state.life = Life::Unsure;
            }
        }
    }

    /// Revokes what a person holds for a conference.
    pub(super) fn revoke(&mut self, room: Room, person: Person, by: Revoked) {
        for (token, state) in &mut self.tokens {
            if token.person == person && state.room == room && state.revoked.is_none() {
                state.revoked = Some(by);
            }
        }
    }
}
