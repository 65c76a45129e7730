//! What may come of joining, leaving and being listed.

use super::{accepted, answer, status};
use crate::model::act::{Shown, Topic};
use crate::model::expected::{Branch, Check, Frame, Role};
use crate::model::names::{Room, Session, Token};
use crate::model::world::{Gone, Life, Origin, Revoked, Standing, TokenState, World};
use invite_spec::permission::Permission;
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use invite_trace::Forgery;
use serde_json::json;

impl World {
    pub(super) fn join(
        &self,
        by: Session,
        room: Room,
        token: Shown,
        listener: bool,
    ) -> Option<Vec<Branch>> {
        let session = self.sessions.get(&by)?;
        let state = self.rooms.get(&room)?;
        if !self.is_open(by) || session.room.is_some_and(|other| other != room) {
            return None;
        }
        if state.life == Life::Ended {
            let is_own = match token {
                Shown::This(token) => {
                    token.person == by.person && self.tokens.get(&token)?.room == room
                }
                Shown::Absent => !state.protected,
                _ => false,
            };
            return if is_own { self.only_refused(id::CNF_017) } else { None };
        }
        self.open_room(room)?;
        let standing = self.standing(room, by.person);
        if standing == Some(Standing::Unsure) {
            return None;
        }
        let mut shown = None;
        let requires = if state.protected {
            match token {
                Shown::Usual => return None,
                Shown::Absent => return self.only_refused(id::JOIN_010),
                Shown::Api | Shown::OfSession => return self.only_refused(id::JOIN_010),
                Shown::Client => return self.only_refused(id::JOIN_016),
                Shown::Forged(from, how) => {
                    self.tokens.get(&from)?;
                    let unsigned = matches!(how, Forgery::Unsigned | Forgery::TamperedAndUnsigned);
                    let requires = if unsigned { id::JOIN_014 } else { id::JOIN_013 };
                    return self.only_refused(requires);
                }
                Shown::This(token) => {
                    let of = self.tokens.get(&token)?;
                    if of.room != room {
                        return self.only_refused(id::JOIN_012);
                    }
                    if token.person != by.person {
                        return self.only_refused(id::JOIN_011);
                    }
                    if standing == Some(Standing::Kicked) {
                        return self.only_refused(id::KCK_005);
                    }
                    match of.revoked {
                        Some(Revoked::ByRest) => return self.only_refused(id::PRM_016),
                        Some(Revoked::BySdk) => return self.only_refused(id::PRM_021),
                        None => {}
                    }
                    match self.permits(token, Permission::Join) {
                        Some(true) => {}
                        Some(false) => return self.only_refused(id::JOIN_015),
                        None => return None,
                    }
                    shown = Some(token);
                    match of.origin {
                        _ if state.emptied && self.is_empty(room) => id::CNF_015,
                        Origin::Owner if state.claimed => id::CNF_013,
                        _ if !of.used && self.is_invited_since(token) => id::TOK_006,
                        _ => joins_by(of, listener),
                    }
                }
            }
        } else {
            if let Shown::This(token) = token {
                self.tokens.get(&token)?;
            }
            if standing == Some(Standing::Kicked) {
                return self.only_refused(id::KCK_005);
            }
            match token {
                Shown::Absent if state.emptied && self.is_empty(room) => id::CNF_015,
                Shown::Absent if standing.is_none() && state.owner != by.person => id::JOIN_005,
                Shown::Absent => id::JOIN_004,
                Shown::This(token) if token.person == by.person => {
                    shown = Some(token);
                    self.tokens.get(&token).filter(|it| it.room != room)?;
                    id::TOK_008
                }
                _ => return None,
            }
        };
        let was_listener = matches!(standing, Some(Standing::In { listener: true, .. }));
        if matches!(standing, Some(Standing::In { .. })) && was_listener != listener {
            return None;
        }
        let mut next = self.clone();
        let mut checks = self.seen_by_others(by, room, standing, listener);
        checks.extend(self.joined_answer(by, room, standing));
        if let Some(Standing::In { by: earlier, .. }) = standing {
            let switched = Frame::of(FrameType::OwnParticipantSwitched);
            if earlier != by {
                next.take_out(earlier, room, Gone::Replaced);
                if self.is_open(earlier) {
                    let any_of = vec![switched];
                    checks.push(Check::Heard { by: vec![earlier], any_of, requires: id::JOIN_018 });
                }
            } else {
                let frame = switched;
                checks.push(Check::Unheard { by: vec![by], frame, requires: id::JOIN_025 });
            }
        } else {
            checks.extend(self.of_topic(state.alias, Topic::Joined, room, Some(by.person)));
        }
        next.rooms.get_mut(&room)?.standing.insert(by.person, Standing::In { by, listener });
        let session = next.sessions.get_mut(&by)?;
        session.room = Some(room);
        session.gone.remove(&room);
        session.unsure = false;
        if let Some(token) = shown {
            session.current = Some(token);
        }
        Some(vec![accepted(requires, next, checks)])
    }

    /// What the others, and the joiner, hear of somebody who joins.
    pub(super) fn seen_by_others(
        &self,
        by: Session,
        room: Room,
        standing: Option<Standing>,
        listener: bool,
    ) -> Vec<Check> {
        let mut checks = Vec::new();
        // Somebody who is in already only changes the session; and news about listeners may be kept back.
        if matches!(standing, Some(Standing::In { .. })) || listener {
            return checks;
        }
        let others = self.others(room, by.person);
        let connecting = || status(by.person, "CONNECTING");
        let added = || Frame::of(FrameType::ParticipantAdded).about(by.person);
        if !others.is_empty() {
            let (any_of, requires) = match standing {
                None => (vec![added().says("/externalId", by.person.id())], id::PRT_006),
                _ => (vec![connecting(), added().says("/status", "CONNECTING")], id::PRT_001),
            };
            checks.push(Check::Heard { by: others.clone(), any_of, requires });
        }
        let any_of = vec![connecting()];
        checks.push(Check::Heard { by: vec![by], any_of, requires: id::PRT_005 });
        let on_air = json!({ "one_of": ["ON_AIR", "CONNECTED"] });
        let connected = || {
            Frame::of(FrameType::ParticipantUpdated)
                .about(by.person)
                .says("/status", on_air.clone())
        };
        let mut arrives = |by: Vec<Session>, requires: RequirementId| {
            let role = Role::Time;
            checks.push(Check::Arrives { by, frame: connected(), requires, role });
        };
        if !others.is_empty() {
            arrives(others, id::PRT_002);
        }
        arrives(vec![by], id::PRT_005);
        checks
    }

    /// What the answer to a join says of the others.
    pub(super) fn joined_answer(
        &self,
        by: Session,
        room: Room,
        standing: Option<Standing>,
    ) -> Vec<Check> {
        let Some(state) = self.rooms.get(&room) else { return Vec::new() };
        let mut checks = Vec::new();
        // Somebody who was there before may have been told of them then.
        if matches!(standing, Some(Standing::In { .. })) {
            return checks;
        }
        for (person, other) in state.standing.iter().filter(|(person, _)| **person != by.person) {
            let inside = json!({ "one_of": ["CONNECTING", "ON_AIR", "INACTIVE"] });
            match other {
                Standing::In { by: session, listener: false } if self.is_open(*session) => {
                    // That a listed status is true is another requirement, PRT-017.
                    let present =
                        json!({ "one_of": ["CONNECTING", "ON_AIR", "INACTIVE", "RESERVED"] });
                    let some = json!({ "some": {
                        "/externalId": person.id(), "/status": present,
                    } });
                    let frame = Frame::of(FrameType::ParticipantAdded).about(*person);
                    let requires = id::PRT_009;
                    checks.push(Check::Listed { by, answer: some, frame, requires });
                }
                Standing::Left => {
                    let none = json!({ "any_of": [
                        { "none": { "/externalId": person.id(), "/status": inside } },
                        { "present": false },
                    ] });
                    checks.push(answer(id::PRT_009, json!({ "/participants": none })));
                }
                Standing::Reserved => {
                    let some =
                        json!({ "some": { "/externalId": person.id(), "/status": "RESERVED" } });
                    let frame = Frame::of(FrameType::ParticipantAdded)
                        .about(*person)
                        .says("/status", "RESERVED");
                    let requires = id::PRT_010;
                    checks.push(Check::Listed { by, answer: some, frame, requires });
                }
                _ => {}
            }
        }
        checks
    }

    pub(super) fn leave(&self, by: Session, room: Room, token: Shown) -> Option<Vec<Branch>> {
        let session = self.sessions.get(&by)?;
        let state = self.open_room(room)?;
        if !self.is_open(by) || !matches!(token, Shown::Usual | Shown::Absent) {
            return None;
        }
        if session.room != Some(room) {
            // As the client does when it was replaced: that the person stays in is what counts.
            if session.gone.get(&room) != Some(&Gone::Replaced) || session.room.is_some() {
                return None;
            }
            let mut checks = Vec::new();
            if matches!(self.standing(room, by.person), Some(Standing::In { listener: false, .. }))
            {
                let others = self.others(room, by.person);
                if !others.is_empty() {
                    let frame = status(by.person, "LEFT");
                    checks.push(Check::Unheard { by: others, frame, requires: id::JOIN_020 });
                }
            }
            let mut no = self.plain_refusal(id::JOIN_020);
            no.checks.clone_from(&checks);
            return Some(vec![accepted(id::JOIN_020, self.clone(), checks), no]);
        }
        let mut next = self.clone();
        let mut checks = Vec::new();
        let others = self.others(room, by.person);
        let is_listener =
            matches!(self.standing(room, by.person), Some(Standing::In { listener: true, .. }));
        if !others.is_empty() && !is_listener {
            let any_of = vec![status(by.person, "LEFT")];
            checks.push(Check::Heard { by: others, any_of, requires: id::PRT_011 });
        }
        checks.extend(self.of_topic(state.alias, Topic::Left, room, Some(by.person)));
        next.take_out(by, room, Gone::Left);
        next.rooms.get_mut(&room)?.standing.insert(by.person, Standing::Left);
        if let Some(current) = session.current
            && let Some(token) = next.tokens.get_mut(&current)
        {
            token.used = true;
        }
        next.may_be_empty(room);
        let requires = match token {
            Shown::Absent if state.protected => id::JOIN_021,
            _ => id::JOIN_019,
        };
        Some(vec![accepted(requires, next, checks)])
    }

    /// Whether the person of a token was invited again after it was given.
    pub(super) fn is_invited_since(&self, token: Token) -> bool {
        let Some(of) = self.tokens.get(&token) else { return false };
        let is_later = |(other, state): (&Token, &TokenState)| {
            other.person == token.person
                && other.by > token.by
                && state.room == of.room
                && matches!(state.origin, Origin::RestInvite | Origin::SdkInvite)
        };
        self.tokens.iter().any(is_later)
    }

    pub(super) fn list(&self, room: Room) -> Option<Vec<Branch>> {
        let Some(state) = self.open_room(room) else { return self.only_if_ended(room) };
        let mut checks = Vec::new();
        for (person, standing) in &state.standing {
            let how = match standing {
                Standing::In { by, .. } if self.is_open(*by) => "some",
                Standing::Reserved | Standing::Left | Standing::Kicked => "none",
                Standing::In { .. } | Standing::Unsure => continue,
            };
            let value = json!({ "/participants": { how: { "/externalId": person.id() } } });
            checks.push(answer(id::PRT_015, value));
            if self.is_met(*person) {
                let another = json!({ "differs_from": person.id() });
                let mixed = json!({ "/userId": person.user(), "/externalId": another });
                checks.push(answer(id::PRT_018, json!({ "/participants": { "none": mixed } })));
            }
        }
        Some(vec![accepted(id::PRT_014, self.clone(), checks)])
    }
}

/// The requirement that a join by this token shows.
pub(super) fn joins_by(token: &TokenState, listener: bool) -> RequirementId {
    let by_rest = matches!(token.origin, Origin::RestCreate | Origin::RestInvite);
    match token.origin {
        _ if token.used => id::TOK_005,
        _ if listener && by_rest => id::JOIN_009,
        _ if listener => id::JOIN_002,
        Origin::Owner | Origin::Update => id::JOIN_001,
        Origin::RestCreate => id::JOIN_007,
        Origin::RestInvite => id::JOIN_008,
        Origin::SdkInvite => id::JOIN_006,
    }
}
