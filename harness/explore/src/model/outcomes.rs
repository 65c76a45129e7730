//! What may come of each move: the rules of the protocol, each with the requirement that says so.

use super::act::{Act, Credential, Form, Grant, Invitee, Move, Shown, Text, Topic, Wrong};
use super::expected::{Branch, Check, Frame, Role};
use super::names::{Person, Room, Session, Token, alias as alias_text};
use super::world::{
    Gone, Life, Origin, Revoked, RoomState, SessionState, Socket, Standing, TokenState, World,
};
use invite_spec::endpoint::{Operation, Plane};
use invite_spec::permission::{Permission, PermissionSet};
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use invite_trace::Forgery;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What the walk knows of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Whether conferences that clients create are protected in its application.
    pub protects: bool,
}

/// Whether a call inside a conference may be made.
enum Authority {
    May,
    MayNot(RequirementId),
    /// Either is right.
    Either,
}

fn accepted(requires: RequirementId, next: World, checks: Vec<Check>) -> Branch {
    Branch { accepted: true, requires, checks, next }
}

impl World {
    /// The outcomes of a move that the sources allow; `None` if the move makes no sense here, or if
    /// nothing is known of what comes of it.
    pub fn outcomes(&self, step: &Move, setting: Setting) -> Option<Vec<Branch>> {
        let right = self.right(step, setting)?;
        let mut branches = match step.wrong {
            None => right,
            Some(wrong) => {
                // What is wrong must be the only reason for the refusal.
                right.iter().all(|branch| branch.accepted).then_some(())?;
                vec![self.refused(self.refuses(&step.act, wrong)?)]
            }
        };
        // A client makes the token current with which it tries to join, whatever comes of it.
        if let Act::Join { by, token, .. } = &step.act
            && *token != Shown::Absent
        {
            for branch in branches.iter_mut().filter(|branch| !branch.accepted) {
                if let Some(session) = branch.next.sessions.get_mut(by) {
                    session.unsure = true;
                }
            }
        }
        Some(branches)
    }

    /// A refusal for a missing permission, told as such if the token is the usual one: of a wrong token
    /// it may say that instead.
    fn refused_with(&self, requires: RequirementId, token: Shown) -> Option<Vec<Branch>> {
        Some(vec![match token {
            Shown::Usual => self.refused(requires),
            _ => self.plain_refusal(requires),
        }])
    }

    fn refused(&self, requires: RequirementId) -> Branch {
        let checks = details(requires);
        Branch { accepted: false, requires, checks, next: self.clone() }
    }

    fn only_refused(&self, requires: RequirementId) -> Option<Vec<Branch>> {
        Some(vec![self.refused(requires)])
    }

    fn right(&self, step: &Move, setting: Setting) -> Option<Vec<Branch>> {
        let number = step.number;
        match &step.act {
            Act::Open(all) => self.open(all),
            Act::Close(by) => self.close(*by),
            Act::Lose(by) => self.lose(*by),
            Act::Return(by) => self.come_back(*by),
            Act::RestCreate { owner, alias, ttl, invited } => {
                self.rest_create(number, *owner, *alias, *ttl, invited)
            }
            Act::SdkCreate { by, alias, ttl } => {
                self.sdk_create(number, *by, *alias, *ttl, setting)
            }
            Act::RestCreateAgain { room, alias, owner, other_case, invited } => {
                self.named(*room, *alias)?;
                let found = if *other_case { id::CNF_007 } else { id::CNF_006 };
                self.rest_create_again(number, *room, *owner, invited, found)
            }
            Act::SdkCreateAgain { by, room, alias, other_case } => {
                self.named(*room, *alias)?;
                let found = if *other_case { id::CNF_007 } else { id::CNF_006 };
                self.sdk_create_again(*by, *room, found)
            }
            Act::Join { by, room, token, listener } => self.join(*by, *room, *token, *listener),
            Act::Leave { by, room, token } => self.leave(*by, *room, *token),
            Act::RestInvite { room, invited } => self.rest_invite(number, *room, invited),
            Act::SdkInvite { by, room, invited, token } => {
                self.sdk_invite(number, *by, *room, invited, *token)
            }
            Act::RestUpdate { room, grants } => self.rest_update(number, *room, grants),
            Act::SdkUpdate { by, room, grants, token } => {
                self.sdk_update(number, *by, *room, grants, *token)
            }
            Act::RestKick { room, people } => self.rest_kick(*room, people),
            Act::SdkKick { by, room, person, token } => self.sdk_kick(*by, *room, *person, *token),
            Act::RestMessage { room, from, to, text } => {
                self.rest_message(*room, *from, to.as_deref(), *text)
            }
            Act::Send { by, room, text, token } => self.send(*by, *room, *text, *token),
            Act::List { room } => self.list(*room),
            Act::Terminate { room } => self.terminate(*room),
            Act::Subscribe { by, alias, topics } => self.subscribe(*by, *alias, topics),
            Act::Unsubscribe { by, alias, topics } => self.unsubscribe(*by, *alias, topics),
            Act::Aside { by, other, .. } => {
                // It speaks of sessions of its own people only.
                let is_free = by.device == 0 && self.outside(by.person).contains(by);
                let knows = is_free && self.is_met(*other) && by.person != *other;
                knows.then(|| vec![accepted(id::SES_001, self.clone(), Vec::new())])
            }
        }
    }

    // --- sessions

    fn open(&self, all: &[Session]) -> Option<Vec<Branch>> {
        let is_new = |by: &Session| !self.sessions.contains_key(by);
        if all.is_empty() || !all.iter().all(is_new) {
            return None;
        }
        let mut next = self.clone();
        for by in all {
            let state = SessionState {
                socket: Socket::Open,
                room: None,
                gone: Default::default(),
                current: None,
                unsure: false,
                topics: BTreeSet::new(),
            };
            next.sessions.insert(*by, state);
        }
        let mut checks = Vec::new();
        for by in all {
            for (room, state) in &self.rooms {
                let present: Vec<Session> =
                    self.present(*room).into_iter().map(|it| it.0).collect();
                let is_awaited = state.standing.get(&by.person) == Some(&Standing::Reserved);
                if is_awaited && !present.is_empty() {
                    let requires = id::SES_011;
                    for kind in [FrameType::ParticipantAdded, FrameType::ParticipantUpdated] {
                        let frame = Frame::of(kind).about(by.person);
                        checks.push(Check::Unheard { by: present.clone(), frame, requires });
                    }
                }
            }
        }
        Some(vec![accepted(id::SES_001, next, checks)])
    }

    fn close(&self, by: Session) -> Option<Vec<Branch>> {
        if !self.is_open(by) {
            return None;
        }
        let mut next = self.clone();
        let mut checks = Vec::new();
        if let Some(room) = self.sessions.get(&by)?.room {
            let is_listener =
                matches!(self.standing(room, by.person), Some(Standing::In { listener: true, .. }));
            let others = self.others(room, by.person);
            if !others.is_empty() && !is_listener {
                let frame = status(by.person, "LEFT");
                checks.push(Check::Heard {
                    by: others,
                    any_of: vec![frame],
                    requires: id::SES_016,
                });
            }
            next.rooms.get_mut(&room)?.standing.insert(by.person, Standing::Unsure);
        }
        let state = next.sessions.get_mut(&by)?;
        (state.socket, state.room) = (Socket::Closed, None);
        Some(vec![accepted(id::SES_012, next, checks)])
    }

    fn lose(&self, by: Session) -> Option<Vec<Branch>> {
        if !self.is_open(by) {
            return None;
        }
        let mut next = self.clone();
        next.sessions.get_mut(&by)?.socket = Socket::Lost;
        let mut checks = Vec::new();
        if let Some(room) = self.sessions.get(&by)?.room {
            let others = self.others(room, by.person);
            if !others.is_empty() {
                let frame = status(by.person, "LEFT");
                checks.push(Check::Unheard { by: others, frame, requires: id::PRT_012 });
            }
        }
        Some(vec![accepted(id::SES_009, next, checks)])
    }

    fn come_back(&self, by: Session) -> Option<Vec<Branch>> {
        let mut next = self.clone();
        let state = next.sessions.get_mut(&by).filter(|state| state.socket == Socket::Lost)?;
        state.socket = Socket::Open;
        Some(vec![accepted(id::SES_009, next, Vec::new())])
    }

    // --- conferences

    fn rest_create(
        &self,
        number: u16,
        owner: Person,
        alias: Option<u8>,
        ttl: bool,
        invited: &[Invitee],
    ) -> Option<Vec<Branch>> {
        let room = Room(number);
        let is_taken = |state: &RoomState| alias.is_some() && state.alias == alias;
        if self.rooms.values().any(is_taken) || invited.iter().any(|it| it.person == owner) {
            return None;
        }
        let mut next = self.clone();
        let state = RoomState {
            protected: true,
            by_rest: true,
            owner,
            alias,
            ttl,
            life: Life::Open,
            emptied: false,
            claimed: false,
            standing: Default::default(),
        };
        next.rooms.insert(room, state);
        next.give(number, room, owner, Some(all()), Origin::Owner);
        let mut checks = vec![
            answer(id::CNF_002, json!({ "/isProtected": true })),
            answer(id::TOK_001, json!({ "/ownerToken": { "permissions": "all" } })),
        ];
        checks.extend(self.of_topic(alias, Topic::Created, room, None));
        for invitee in invited {
            let token = next.reserve(number, room, invitee, Origin::RestCreate);
            checks.push(token_answered(id::TOK_002, "/usersTokens", invitee.person));
            checks.extend(self.invitation(invitee, room, Some(token)));
        }
        if let Some(number) = alias {
            let text = alias_text(number, false);
            let value = json!({ "/conferenceAlias": { "equals_ignoring_case": text } });
            checks.push(answer(id::CNF_024, value));
        }
        Some(vec![accepted(id::CNF_001, next, checks)])
    }

    fn sdk_create(
        &self,
        number: u16,
        by: Session,
        alias: Option<u8>,
        ttl: bool,
        setting: Setting,
    ) -> Option<Vec<Branch>> {
        let room = Room(number);
        let is_taken = |state: &RoomState| alias.is_some() && state.alias == alias;
        if !self.is_open(by) || self.rooms.values().any(is_taken) {
            return None;
        }
        let mut next = self.clone();
        let state = RoomState {
            protected: setting.protects,
            by_rest: false,
            owner: by.person,
            alias,
            ttl,
            life: Life::Open,
            emptied: false,
            claimed: false,
            standing: Default::default(),
        };
        next.rooms.insert(room, state);
        let mut checks = vec![answer(id::CNF_004, json!({ "/isProtected": setting.protects }))];
        if setting.protects {
            next.give(number, room, by.person, Some(all()), Origin::Owner);
            checks.push(answer(id::TOK_003, json!({ "/ownerToken": { "permissions": "all" } })));
        } else {
            let nothing = json!({ "/ownerToken": { "any_of": [{ "present": false }, ""] } });
            checks.push(answer(id::CNF_005, nothing));
        }
        let new = json!({ "/isNew": { "any_of": [true, { "present": false }] } });
        checks.push(answer(id::CNF_006, new));
        checks.extend(self.of_topic(alias, Topic::Created, room, None));
        Some(vec![accepted(id::CNF_003, next, checks)])
    }

    fn rest_create_again(
        &self,
        number: u16,
        room: Room,
        owner: Person,
        invited: &[Invitee],
        found: RequirementId,
    ) -> Option<Vec<Branch>> {
        let state = self.open_room(room)?;
        // What comes of people who are known there already, and of an unprotected conference, is open.
        let is_new = |it: &Invitee| self.standing(room, it.person).is_none();
        if !state.protected || !state.by_rest || !invited.iter().all(is_new) {
            return None;
        }
        if owner != state.owner {
            // That it succeeds, no source says; that it takes nothing from the owner, one does.
            if !invited.is_empty() {
                return None;
            }
            let value = json!({ "outcomes": {
                "found": { "status": "accepted", "answer": { "/conferenceId": room.id() } },
                "refused": { "status": "refused" },
            } });
            let check = Check::Answer { requires: id::CNF_013, value };
            let mut next = self.clone();
            next.rooms.get_mut(&room)?.claimed = true;
            let yes = accepted(id::CNF_013, next, vec![check.clone()]);
            let mut no = self.refused(id::CNF_013);
            no.checks = vec![check];
            return Some(vec![yes, no]);
        }
        if invited.iter().any(|it| it.person == state.owner) {
            return None;
        }
        let mut next = self.clone();
        let mut checks = vec![answer(found, json!({ "/conferenceId": room.id() }))];
        for invitee in invited {
            let token = next.reserve(number, room, invitee, Origin::RestCreate);
            checks.push(token_answered(id::TOK_002, "/usersTokens", invitee.person));
            checks.extend(self.invitation(invitee, room, Some(token)));
        }
        let yes = accepted(found, next, checks);
        Some(vec![yes, self.plain_refusal(found)])
    }

    fn sdk_create_again(
        &self,
        by: Session,
        room: Room,
        found: RequirementId,
    ) -> Option<Vec<Branch>> {
        let state = self.open_room(room)?;
        if !self.is_open(by) {
            return None;
        }
        let not_new = json!({ "any_of": [false, { "present": false }] });
        let mut checks = vec![
            answer(found, json!({ "/conferenceId": room.id(), "/isNew": not_new })),
            answer(id::CNF_004, json!({ "/isProtected": state.protected })),
        ];
        if state.protected && by.person != state.owner {
            let nothing = json!({ "/ownerToken": { "any_of": [{ "present": false }, ""] } });
            checks.push(answer(id::TOK_011, nothing));
        }
        let is_kicked = self.is_kicked(room, by.person);
        if state.protected && by.person == state.owner && !state.by_rest && !is_kicked {
            let every = json!({ "/ownerToken": { "permissions": "all" } });
            checks.push(answer(id::CNF_012, every));
        }
        Some(vec![accepted(found, self.clone(), checks)])
    }

    fn terminate(&self, room: Room) -> Option<Vec<Branch>> {
        let Some(state) = self.open_room(room) else { return self.only_if_ended(room) };
        let mut next = self.clone();
        let mut checks = Vec::new();
        let present: Vec<Session> = self.present(room).into_iter().map(|(by, _)| by).collect();
        let destroyed = Frame::of(FrameType::ConferenceDestroyed).says("/conferenceId", room.id());
        if !present.is_empty() {
            let any_of = vec![destroyed.clone()];
            checks.push(Check::Heard { by: present, any_of, requires: id::CNF_018 });
        }
        let reserved = state.standing.iter().filter(|(_, it)| **it == Standing::Reserved);
        for (person, _) in reserved {
            let waiting: Vec<Session> = self.outside(*person);
            if !waiting.is_empty() && self.open_sessions(*person) == waiting {
                let any_of = vec![destroyed.clone()];
                checks.push(Check::Heard { by: waiting, any_of, requires: id::CNF_023 });
            }
        }
        checks.extend(self.of_topic(state.alias, Topic::Ended, room, None));
        let inside = state.standing.values().filter_map(|it| match it {
            Standing::In { by, .. } => Some(*by),
            _ => None,
        });
        for by in inside {
            next.take_out(by, room, Gone::Ended);
        }
        next.rooms.get_mut(&room)?.life = Life::Ended;
        Some(vec![accepted(id::CNF_016, next, checks)])
    }

    /// A REST call on a conference that has ended is refused.
    fn only_if_ended(&self, room: Room) -> Option<Vec<Branch>> {
        let is_ended = self.rooms.get(&room)?.life == Life::Ended;
        is_ended.then(|| vec![self.refused(id::ERR_005)])
    }

    fn open_room(&self, room: Room) -> Option<&RoomState> {
        self.rooms.get(&room).filter(|state| state.life == Life::Open)
    }

    /// Whether nobody is in a conference.
    fn is_empty(&self, room: Room) -> bool {
        let standing = self.rooms.get(&room).into_iter().flat_map(|it| it.standing.values());
        !standing.into_iter().any(|it| matches!(it, Standing::In { .. } | Standing::Unsure))
    }

    /// Something if a conference has this alias.
    fn named(&self, room: Room, alias: u8) -> Option<()> {
        (self.rooms.get(&room)?.alias == Some(alias)).then_some(())
    }

    fn is_ended(&self, room: Room) -> bool {
        self.rooms.get(&room).is_some_and(|state| state.life == Life::Ended)
    }

    // --- joining and leaving

    fn join(&self, by: Session, room: Room, token: Shown, listener: bool) -> Option<Vec<Branch>> {
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
    fn seen_by_others(
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
    fn joined_answer(&self, by: Session, room: Room, standing: Option<Standing>) -> Vec<Check> {
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
                    let some = json!({ "some": {
                        "/externalId": person.id(), "/status": inside,
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

    fn leave(&self, by: Session, room: Room, token: Shown) -> Option<Vec<Branch>> {
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

    // --- inviting

    fn rest_invite(&self, number: u16, room: Room, invited: &[Invitee]) -> Option<Vec<Branch>> {
        let Some(state) = self.open_room(room) else { return self.only_if_ended(room) };
        let kicked = invited.iter().any(|it| self.is_kicked(room, it.person));
        let unsure = |it: &Invitee| self.standing(room, it.person) == Some(Standing::Unsure);
        if invited.iter().any(unsure) || (kicked && invited.len() > 1) {
            return None;
        }
        let mut next = self.clone();
        let mut checks = Vec::new();
        for invitee in invited {
            let person = invitee.person;
            match self.standing(room, person) {
                Some(Standing::In { .. }) => {
                    let mut kept = vec![("absent".to_owned(), json!({ "present": false }))];
                    let held = self.tokens_of(room, person);
                    kept.extend(held.iter().map(|it| (it.name(), json!(it.text()))));
                    let key = format!("/{}", person.id());
                    let outcomes: serde_json::Map<String, Value> = kept
                        .into_iter()
                        .map(|(name, value)| (name, json!({ "answer": { key.clone(): value } })))
                        .collect();
                    let value = json!({ "outcomes": outcomes });
                    checks.push(Check::Answer { requires: id::INV_035, value });
                    checks.extend(self.not_invited(person, room, id::INV_035));
                }
                Some(Standing::Kicked) => {
                    let token = Token { by: number, person };
                    // It may bring a token; nobody joins with it.
                    let grants = Some(all());
                    next.tokens.insert(token, TokenState::new(room, grants, Origin::RestInvite));
                    let yes = accepted(id::INV_001, next, Vec::new());
                    return Some(vec![yes, self.plain_refusal(id::KCK_005)]);
                }
                standing => {
                    let token = next.reserve(number, room, invitee, Origin::RestInvite);
                    checks.push(token_answered(id::INV_002, "", person));
                    checks.extend(self.invitation(invitee, room, Some(token)));
                    checks.extend(self.announced(room, person, standing, id::INV_034));
                }
            }
        }
        let requires = match (invited.len(), state.protected) {
            (0, _) => id::INV_039,
            (_, false) => id::INV_004,
            (1, true) => id::INV_001,
            (_, true) => id::INV_008,
        };
        if invited.iter().any(|it| it.grant.set().is_none()) && invited.len() > 1 {
            return None;
        }
        Some(vec![accepted(requires, next, checks)])
    }

    fn sdk_invite(
        &self,
        number: u16,
        by: Session,
        room: Room,
        invited: &[Invitee],
        token: Shown,
    ) -> Option<Vec<Branch>> {
        let state = self.rooms.get(&room)?;
        let lacking = id::INV_032;
        match self.authority(by, room, token, Permission::Invite, lacking, true)? {
            Authority::MayNot(requires) => return self.refused_with(requires, token),
            Authority::Either => {
                // Served or refused: whoever is reserved afterwards is not known.
                let is_new = |it: &Invitee| self.standing(room, it.person).is_none();
                if !invited.iter().all(is_new) {
                    return None;
                }
                let mut next = self.clone();
                for invitee in invited {
                    next.rooms.get_mut(&room)?.standing.insert(invitee.person, Standing::Reserved);
                }
                let yes = accepted(id::INV_031, next, Vec::new());
                return Some(vec![yes, self.plain_refusal(id::INV_031)]);
            }
            Authority::May => {}
        }
        let kicked = invited.iter().any(|it| self.is_kicked(room, it.person));
        let unsure = |it: &Invitee| self.standing(room, it.person) == Some(Standing::Unsure);
        let oneself = invited.iter().any(|it| it.person == by.person);
        if invited.iter().any(unsure) || oneself || (kicked && invited.len() > 1) {
            return None;
        }
        let own = self.current(by).and_then(|token| self.tokens.get(&token)?.grants.clone());
        let beyond = |it: &Invitee| match (&own, it.grant.set()) {
            (Some(own), Some(set)) => state.protected && !set.is_subset(own),
            _ => state.protected,
        };
        let over = invited.iter().any(beyond);
        if over && invited.len() > 1 {
            return None;
        }
        let mut next = self.clone();
        let mut checks = Vec::new();
        let mut trimmed_told = None;
        for invitee in invited {
            let person = invitee.person;
            match self.standing(room, person) {
                Some(Standing::In { .. }) => {
                    checks.extend(self.not_invited(person, room, id::INV_036));
                }
                Some(Standing::Kicked) => {
                    let yes = accepted(id::INV_003, next, Vec::new());
                    return Some(vec![yes, self.plain_refusal(id::KCK_005)]);
                }
                standing => {
                    let given = if state.protected {
                        let set = invitee.grant.set().filter(|_| !over);
                        Some(next.give(number, room, person, set, Origin::SdkInvite))
                    } else {
                        None
                    };
                    next.rooms.get_mut(&room)?.standing.insert(person, Standing::Reserved);
                    checks.extend(self.announced(room, person, standing, id::INV_033));
                    let bell = self.bell(room, Some(by));
                    let listening = self.outside(person);
                    if let (Some(first), true) =
                        (listening.first(), self.open_sessions(person) == listening)
                    {
                        let requires = match standing {
                            Some(Standing::Reserved) => id::INV_037,
                            Some(Standing::Left) => id::INV_038,
                            _ => id::INV_020,
                        };
                        let told = |frame: Frame, requires: RequirementId| Check::Heard {
                            by: listening.clone(),
                            any_of: vec![frame],
                            requires,
                        };
                        checks.push(told(bell.clone(), requires));
                        checks.extend(self.alias_told(&listening, room));
                        let who = bell
                            .clone()
                            .says("/inviter/userId", by.person.user())
                            .says("/inviter/externalId", by.person.id())
                            .says("/inviter/nickName", by.person.name_shown());
                        checks.push(told(who, id::INV_044));
                        if let Some(token) = given.filter(|_| !over) {
                            let frame = Frame::of(FrameType::InvitationReceived)
                                .says("/conferenceId", room.id());
                            let role = Role::Brings(token);
                            let requires = match standing {
                                Some(Standing::Reserved | Standing::Left) => requires,
                                _ => id::INV_010,
                            };
                            checks.push(Check::Arrives { by: vec![*first], frame, requires, role });
                        }
                        if let (true, Some(own), Grant::These(set)) = (over, &own, &invitee.grant) {
                            let kept: PermissionSet = set.intersection(own).copied().collect();
                            let trimmed = json!({ "permissions": names(&kept) });
                            trimmed_told =
                                Some(told(bell.says("/confToken", trimmed), id::PRM_011));
                        }
                    } else if let Some(token) = given {
                        // Nobody was there to get it.
                        next.tokens.remove(&token);
                    }
                }
            }
        }
        let requires = match (state.protected, invited.len()) {
            (_, 0) => id::INV_039,
            (false, _) if invited.iter().any(|it| matches!(it.grant, Grant::These(_))) => {
                id::PRM_013
            }
            (false, _) => id::INV_005,
            (true, _) if invited.iter().any(|it| it.grant == Grant::EmptyObject) => id::PRM_003,
            (true, 1)
                if matches!(self.standing(room, invited[0].person), Some(Standing::Reserved)) =>
            {
                id::INV_028
            }
            (true, 1) if self.open_sessions(invited[0].person).is_empty() => id::INV_027,
            (true, 1) => id::INV_003,
            (true, _) => id::INV_007,
        };
        if over {
            // Refused whole, or trimmed to what the inviter has; that it is no more is for a law.
            let requires = id::PRM_011;
            if let Some(token) = invited.first().map(|it| Token { by: number, person: it.person }) {
                next.tokens.remove(&token);
            }
            let yes = accepted(requires, next, trimmed_told.into_iter().collect());
            return Some(vec![yes, self.plain_refusal(requires)]);
        }
        Some(vec![accepted(requires, next, checks)])
    }

    // --- permissions

    fn rest_update(
        &self,
        number: u16,
        room: Room,
        grants: &[(Person, Grant)],
    ) -> Option<Vec<Branch>> {
        let Some(state) = self.open_room(room) else { return self.only_if_ended(room) };
        if !state.protected || grants.is_empty() {
            return None;
        }
        let mut next = self.clone();
        let mut checks = Vec::new();
        for (person, grant) in grants {
            let set = grant.set()?;
            match self.standing(room, *person) {
                None if *person != state.owner => return None,
                Some(Standing::Unsure) => return None,
                Some(Standing::Kicked) => {
                    if grants.len() > 1 {
                        return None;
                    }
                    let token = Token { by: number, person: *person };
                    let given = TokenState::new(room, Some(set), Origin::Update);
                    next.tokens.insert(token, given);
                    let yes = accepted(id::PRM_014, next, Vec::new());
                    return Some(vec![yes, self.plain_refusal(id::KCK_005)]);
                }
                _ => {}
            }
            next.revoke(room, *person, Revoked::ByRest);
            let token = next.give(number, room, *person, Some(set.clone()), Origin::Update);
            let value = json!({ format!("/{}", person.id()): { "permissions": names(&set) } });
            checks.push(answer(id::PRM_015, value));
            checks.extend(self.new_token(&mut next, room, *person, token, &set, id::PRM_017));
        }
        Some(vec![accepted(id::PRM_014, next, checks)])
    }

    fn sdk_update(
        &self,
        number: u16,
        by: Session,
        room: Room,
        grants: &[(Person, Grant)],
        token: Shown,
    ) -> Option<Vec<Branch>> {
        let state = self.rooms.get(&room)?;
        if grants.is_empty() || !grants.iter().all(|(person, _)| self.is_met(*person)) {
            return None;
        }
        let needed = Permission::UpdatePermissions;
        match self.authority(by, room, token, needed, id::PRM_022, false)? {
            Authority::MayNot(requires) => return self.refused_with(requires, token),
            Authority::Either => return None,
            Authority::May => {}
        }
        if !state.protected {
            return None;
        }
        let own = self.tokens.get(&self.current(by)?)?.grants.clone()?;
        let mut next = self.clone();
        let mut checks = Vec::new();
        for (person, grant) in grants {
            let set = grant.set()?;
            // What comes of a grant that its author lacks, and of people who are elsewhere, is open.
            if !set.is_subset(&own) || *person == by.person {
                return None;
            }
            if !matches!(self.standing(room, *person), Some(Standing::In { by, .. }) if self.is_open(by))
            {
                return None;
            }
            next.revoke(room, *person, Revoked::BySdk);
            let token = next.give(number, room, *person, Some(set.clone()), Origin::Update);
            checks.extend(self.new_token(&mut next, room, *person, token, &set, id::PRM_020));
        }
        Some(vec![accepted(id::PRM_018, next, checks)])
    }

    /// The new token of an update goes to the session in that conference, else to sessions in none.
    fn new_token(
        &self,
        next: &mut World,
        room: Room,
        person: Person,
        token: Token,
        set: &PermissionSet,
        requires: RequirementId,
    ) -> Vec<Check> {
        let frame = Frame::of(FrameType::UpdateToken)
            .says("/content/access_token", json!({ "permissions": names(set) }));
        let mut checks = Vec::new();
        match self.standing(room, person) {
            Some(Standing::In { by, .. }) => {
                if self.is_open(by) {
                    let (arrival, role) = match requires {
                        // Its token comes by the frame alone.
                        id::PRM_020 => (id::PRM_019, Role::Brings(token)),
                        _ => (id::PRM_017, Role::Order),
                    };
                    let pushed = Frame::of(FrameType::UpdateToken);
                    let (to, any_of) = (vec![by], vec![frame]);
                    checks.push(Check::Arrives {
                        by: to.clone(),
                        frame: pushed,
                        requires: arrival,
                        role,
                    });
                    checks.push(Check::Heard { by: to, any_of, requires });
                    if let Some(state) = next.sessions.get_mut(&by) {
                        state.current = Some(token);
                    }
                } else if let Some(state) = next.sessions.get_mut(&by) {
                    // What is pushed while the socket is down may be lost.
                    state.unsure = true;
                }
            }
            _ => {
                let all = self.open_sessions(person);
                let free = self.outside(person);
                for by in &all {
                    if let Some(state) = next.sessions.get_mut(by) {
                        state.unsure = true;
                    }
                }
                if !free.is_empty() && free == all {
                    let any_of = vec![frame];
                    checks.push(Check::Heard { by: free, any_of, requires: id::PRM_028 });
                } else if free.is_empty() && !all.is_empty() {
                    checks.push(Check::Unheard { by: all, frame, requires: id::PRM_028 });
                }
            }
        }
        checks
    }

    // --- kicking

    fn rest_kick(&self, room: Room, people: &[Person]) -> Option<Vec<Branch>> {
        if self.is_ended(room) {
            return self.only_if_ended(room);
        }
        let state = self.open_room(room)?;
        let is_in =
            |person: &Person| matches!(self.standing(room, *person), Some(Standing::In { .. }));
        let is_plain = people.iter().all(|it| is_in(it) && *it != state.owner);
        if people.is_empty() || (people.len() > 1 && !is_plain) {
            return None;
        }
        self.kick(room, people, id::KCK_001, is_plain)
    }

    fn sdk_kick(
        &self,
        by: Session,
        room: Room,
        person: Person,
        token: Shown,
    ) -> Option<Vec<Branch>> {
        if person == by.person || !self.is_met(person) {
            return None;
        }
        match self.authority(by, room, token, Permission::Kick, id::KCK_006, false)? {
            Authority::MayNot(requires) => return self.refused_with(requires, token),
            Authority::Either => return None,
            Authority::May => {}
        }
        let state = self.open_room(room)?;
        let is_plain = state.owner != person
            && matches!(self.standing(room, person), Some(Standing::In { .. }));
        self.kick(room, &[person], id::KCK_002, is_plain)
    }

    /// People are kicked. The kick of somebody who is not in, or of the owner, may be refused.
    fn kick(
        &self,
        room: Room,
        people: &[Person],
        requires: RequirementId,
        is_plain: bool,
    ) -> Option<Vec<Branch>> {
        let mut next = self.clone();
        let mut checks = Vec::new();
        for person in people {
            let standing = self.standing(room, *person);
            // What the kick of a stranger does, nothing says.
            if matches!(standing, None | Some(Standing::Unsure)) {
                return None;
            }
            let others: Vec<Session> = self
                .others(room, *person)
                .into_iter()
                .filter(|by| !people.contains(&by.person))
                .collect();
            let mut outsiders = self.open_sessions(*person);
            if let Some(Standing::In { by, listener }) = standing {
                outsiders.retain(|it| *it != by);
                if self.is_open(by) {
                    let frame =
                        Frame::of(FrameType::ParticipantKicked).says("/userId", person.user());
                    let (by, any_of) = (vec![by], vec![frame]);
                    checks.push(Check::Heard { by, any_of, requires: id::KCK_003 });
                }
                if !others.is_empty() && !listener {
                    let any_of = vec![status(*person, "KICKED")];
                    checks.push(Check::Heard { by: others, any_of, requires: id::KCK_004 });
                }
                next.take_out(by, room, Gone::Kicked);
            } else if standing == Some(Standing::Reserved)
                && self.was_announced(room, *person)
                && !others.is_empty()
            {
                let any_of = vec![status(*person, "KICKED")];
                checks.push(Check::Heard { by: others, any_of, requires: id::KCK_004 });
            }
            let elsewhere: Vec<Session> = outsiders
                .into_iter()
                .filter(|it| {
                    let state = self.sessions.get(it);
                    matches!(standing, Some(Standing::In { .. }))
                        || state.is_some_and(|state| state.room.is_some())
                })
                .collect();
            if !elsewhere.is_empty() {
                let frame = Frame::of(FrameType::ParticipantKicked);
                checks.push(Check::Unheard { by: elsewhere, frame, requires: id::KCK_011 });
            }
            next.rooms.get_mut(&room)?.standing.insert(*person, Standing::Kicked);
        }
        next.may_be_empty(room);
        let yes = accepted(requires, next, checks);
        Some(if is_plain { vec![yes] } else { vec![yes, self.plain_refusal(requires)] })
    }

    /// Whether those who are in were told of somebody who is awaited, by an invitation of a
    /// participant: of other ways of being invited they need not hear.
    fn was_announced(&self, room: Room, person: Person) -> bool {
        let of_sdk = |(token, state): (&Token, &TokenState)| {
            token.person == person && state.room == room && state.origin == Origin::SdkInvite
        };
        // Somebody who joined after the invitation may not have been told.
        self.tokens.iter().any(of_sdk) && self.present(room).len() == 1
    }

    // --- messages

    fn send(&self, by: Session, room: Room, text: Text, token: Shown) -> Option<Vec<Branch>> {
        match self.authority(by, room, token, Permission::SendMessage, id::MSG_004, false)? {
            Authority::MayNot(requires) => return self.refused_with(requires, token),
            Authority::Either => return None,
            Authority::May => {}
        }
        let others = self.others(room, by.person);
        let mut checks = Vec::new();
        let requires = if text.is_full() { id::MSG_008 } else { id::MSG_002 };
        let frame = Frame::of(FrameType::ConferenceMessageReceived)
            .says("/message", text.text())
            .says("/user_id", by.person.user());
        if !others.is_empty() {
            checks.push(Check::Heard { by: others, any_of: vec![frame], requires });
        }
        let requires = if text.is_full() { id::MSG_008 } else { id::MSG_001 };
        Some(vec![accepted(requires, self.clone(), checks)])
    }

    fn rest_message(
        &self,
        room: Room,
        from: Person,
        to: Option<&[Person]>,
        text: Text,
    ) -> Option<Vec<Branch>> {
        if self.is_ended(room) {
            return self.only_if_ended(room);
        }
        self.open_room(room)?;
        let is_in =
            |person: &Person| matches!(self.standing(room, *person), Some(Standing::In { .. }));
        if !is_in(&from) || !to.unwrap_or_default().iter().all(is_in) {
            return None;
        }
        let others = self.others(room, from);
        let named = |by: &Session| to.is_none_or(|to| to.is_empty() || to.contains(&by.person));
        let (told, untold): (Vec<Session>, Vec<Session>) = others.into_iter().partition(named);
        let requires = match to {
            _ if text.is_full() => id::MSG_008,
            None => id::MSG_006,
            Some([]) => id::MSG_009,
            Some(_) => id::MSG_007,
        };
        let frame = || {
            Frame::of(FrameType::ConferenceMessageReceived)
                .says("/message", text.text())
                .says("/user_id", from.user())
        };
        let mut checks = Vec::new();
        if !told.is_empty() && self.is_met(from) {
            // That it arrives is one thing, and that it is unchanged another.
            let is_plain = matches!(text, Text::Short(_)) || text.is_full();
            if !is_plain {
                let arrives =
                    Frame::of(FrameType::ConferenceMessageReceived).says("/user_id", from.user());
                let by = told.clone();
                checks.push(Check::Heard { by, any_of: vec![arrives], requires });
            }
            let requires = if is_plain { requires } else { id::MSG_002 };
            checks.push(Check::Heard { by: told, any_of: vec![frame()], requires });
        }
        let mut untold = untold;
        if to.is_some_and(|to| !to.is_empty() && !to.contains(&from)) {
            untold.extend(
                self.present(room).into_iter().map(|(by, _)| by).filter(|by| by.person == from),
            );
        }
        if !untold.is_empty() {
            checks.push(Check::Unheard { by: untold, frame: frame(), requires: id::MSG_007 });
        }
        let requires = if text.is_full() { id::MSG_008 } else { id::MSG_005 };
        Some(vec![accepted(requires, self.clone(), checks)])
    }

    // --- listing and subscribing

    fn list(&self, room: Room) -> Option<Vec<Branch>> {
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
        }
        Some(vec![accepted(id::PRT_014, self.clone(), checks)])
    }

    fn subscribe(&self, by: Session, alias: u8, topics: &[Topic]) -> Option<Vec<Branch>> {
        if !self.is_open(by) || topics.is_empty() {
            return None;
        }
        let mut next = self.clone();
        next.sessions.get_mut(&by)?.topics.extend(topics.iter().map(|topic| (alias, *topic)));
        let found = self.rooms.iter().find(|(_, state)| state.alias == Some(alias));
        let mut frame = Frame::of(FrameType::ConferenceStatusNotification);
        let mut checks = Vec::new();
        match found {
            Some((room, state)) if state.life == Life::Open => {
                let or_absent = |value: Value| json!({ "any_of": [value, { "present": false }] });
                frame = frame.says("/confId", or_absent(json!(room.id())));
                let inside = self.present(*room).into_iter().find(|(_, listener)| !listener);
                if let Some((session, _)) = inside {
                    frame = frame.says(
                        "/participants",
                        json!({ "some": { "": { "person": session.person.name() } } }),
                    );
                }
                checks.push(Check::Heard {
                    by: vec![by],
                    any_of: vec![frame],
                    requires: id::SUB_008,
                });
            }
            None => {
                let frame = frame.says("/live", false);
                checks.push(Check::Heard {
                    by: vec![by],
                    any_of: vec![frame],
                    requires: id::SUB_010,
                });
            }
            Some(_) => {}
        }
        Some(vec![accepted(id::SUB_001, next, checks)])
    }

    fn unsubscribe(&self, by: Session, alias: u8, topics: &[Topic]) -> Option<Vec<Branch>> {
        let own = &self.sessions.get(&by)?.topics;
        let has = |topic: &Topic| own.contains(&(alias, *topic));
        if !self.is_open(by) || topics.is_empty() || !topics.iter().all(has) {
            return None;
        }
        let mut next = self.clone();
        let state = next.sessions.get_mut(&by)?;
        state.topics.retain(|(of, topic)| *of != alias || !topics.contains(topic));
        Some(vec![accepted(id::SUB_002, next, Vec::new())])
    }

    /// What subscribers hear of an event.
    fn of_topic(
        &self,
        alias: Option<u8>,
        topic: Topic,
        room: Room,
        person: Option<Person>,
    ) -> Option<Check> {
        let by = self.subscribers(alias, topic);
        if by.is_empty() {
            return None;
        }
        let (kind, requires) = match topic {
            Topic::Created => (FrameType::ConferenceCreatedNotification, id::SUB_004),
            Topic::Ended => (FrameType::ConferenceEndedNotification, id::SUB_005),
            Topic::Joined => (FrameType::ParticipantJoinedNotification, id::SUB_006),
            Topic::Left => (FrameType::ParticipantLeftNotification, id::SUB_007),
        };
        let or_absent = json!({ "any_of": [room.id(), { "present": false }] });
        let mut frame = Frame::of(kind).says("/conference/confId", or_absent);
        if let Some(person) = person {
            frame = frame.says("/participant", json!({ "person": person.name() }));
        }
        Some(Check::Heard { by, any_of: vec![frame], requires })
    }

    // --- what several have in common

    fn is_kicked(&self, room: Room, person: Person) -> bool {
        self.standing(room, person) == Some(Standing::Kicked)
    }

    fn current(&self, by: Session) -> Option<Token> {
        self.sessions.get(&by)?.current
    }

    /// The open sessions of a person that are in no conference.
    fn outside(&self, person: Person) -> Vec<Session> {
        let mut all = self.open_sessions(person);
        all.retain(|by| self.sessions.get(by).is_some_and(|state| state.room.is_none()));
        all
    }

    /// A refusal that is one of the outcomes, of which nothing more is said.
    fn plain_refusal(&self, requires: RequirementId) -> Branch {
        Branch { accepted: false, requires, checks: Vec::new(), next: self.clone() }
    }

    /// Gives a token.
    fn give(
        &mut self,
        number: u16,
        room: Room,
        person: Person,
        grants: Option<PermissionSet>,
        origin: Origin,
    ) -> Token {
        let token = Token { by: number, person };
        self.tokens.insert(token, TokenState::new(room, grants, origin));
        token
    }

    /// Gives a token, and reserves a place.
    fn reserve(&mut self, number: u16, room: Room, invitee: &Invitee, origin: Origin) -> Token {
        if let Some(state) = self.rooms.get_mut(&room) {
            state.standing.insert(invitee.person, Standing::Reserved);
        }
        self.give(number, room, invitee.person, invitee.grant.set(), origin)
    }

    /// The invitation of a REST request, if it notifies: to whoever is online and in no conference.
    fn invitation(&self, invitee: &Invitee, room: Room, token: Option<Token>) -> Option<Check> {
        let by = self.outside(invitee.person);
        if invitee.notify != Some(true) || by.is_empty() || by != self.open_sessions(invitee.person)
        {
            return None;
        }
        let mut bell = self.bell(room, None);
        if token.is_some() && self.rooms.get(&room).is_none_or(|state| state.protected) {
            bell = bell.says("/confToken", json!({ "type": "string" }));
        }
        Some(Check::Heard { by, any_of: vec![bell], requires: id::INV_024 })
    }

    /// That an invitation names the alias, if there is one.
    fn alias_told(&self, by: &[Session], room: Room) -> Option<Check> {
        let number = self.rooms.get(&room)?.alias?;
        let named = json!({ "equals_ignoring_case": alias_text(number, false) });
        let frame = self.bell(room, None).says("/confAlias", named);
        Some(Check::Heard { by: by.to_vec(), any_of: vec![frame], requires: id::INV_019 })
    }

    /// An invitation to a conference.
    fn bell(&self, room: Room, inviter: Option<Session>) -> Frame {
        let frame = Frame::of(FrameType::InvitationReceived).says("/conferenceId", room.id());
        match inviter {
            None => frame,
            Some(by) => frame.says("/inviter", json!({ "person": by.person.name() })),
        }
    }

    /// That somebody who is in gets no invitation.
    fn not_invited(&self, person: Person, room: Room, requires: RequirementId) -> Option<Check> {
        let by = self.open_sessions(person);
        let frame = Frame::of(FrameType::InvitationReceived).says("/conferenceId", room.id());
        (!by.is_empty()).then_some(Check::Unheard { by, frame, requires })
    }

    /// That those who are in hear that somebody is awaited.
    fn announced(
        &self,
        room: Room,
        person: Person,
        standing: Option<Standing>,
        requires: RequirementId,
    ) -> Option<Check> {
        let by = self.others(room, person);
        if by.is_empty() {
            return None;
        }
        let added =
            Frame::of(FrameType::ParticipantAdded).about(person).says("/status", "RESERVED");
        match standing {
            None => Some(Check::Heard { by, any_of: vec![added], requires }),
            Some(Standing::Left) if requires == id::INV_033 => {
                let any_of = vec![added, status(person, "RESERVED")];
                Some(Check::Heard { by, any_of, requires: id::INV_038 })
            }
            _ => None,
        }
    }

    /// Whether a session may act in a conference.
    fn authority(
        &self,
        by: Session,
        room: Room,
        token: Shown,
        needed: Permission,
        lacking: RequirementId,
        is_invite: bool,
    ) -> Option<Authority> {
        let state = self.rooms.get(&room)?;
        let session = self.sessions.get(&by)?;
        if !self.is_open(by) || state.life == Life::Unsure {
            return None;
        }
        if state.life == Life::Ended {
            let was_in = session.gone.get(&room) == Some(&Gone::Ended) && session.room.is_none();
            return (was_in && token == Shown::Usual).then_some(Authority::MayNot(id::ERR_006));
        }
        if session.room != Some(room) {
            if session.room.is_some() && !matches!(token, Shown::This(_)) && state.protected {
                return None;
            }
            let shows_own = match token {
                Shown::This(token) => {
                    token.person == by.person
                        && self.tokens.get(&token)?.room == room
                        && self.tokens.get(&token)?.revoked.is_none()
                        && self.permits(token, needed)?
                }
                Shown::Usual => !state.protected || is_invite,
                _ => false,
            };
            if !shows_own || self.is_kicked(room, by.person) {
                return None;
            }
            return Some(match session.gone.get(&room) {
                Some(Gone::Kicked | Gone::Ended) => return None,
                // Of an unprotected conference, outsiders may invite as well.
                Some(Gone::Replaced) if is_invite && !state.protected => Authority::Either,
                Some(Gone::Replaced) => match self.standing(room, by.person) {
                    Some(Standing::In { .. }) if token != Shown::Usual => {
                        Authority::MayNot(id::JOIN_027)
                    }
                    _ => return None,
                },
                _ if is_invite && !state.protected => Authority::Either,
                Some(Gone::Left) if is_invite => Authority::MayNot(id::INV_030),
                None if is_invite => Authority::MayNot(id::INV_029),
                _ => Authority::MayNot(id::JOIN_026),
            });
        }
        if !state.protected {
            return (token == Shown::Usual).then_some(Authority::May);
        }
        let current = session.current?;
        let own = self.permits(current, needed)?;
        if self.tokens.get(&current)?.revoked.is_some() || session.unsure {
            return None;
        }
        let refused = || Authority::MayNot(if own { id::JOIN_023 } else { lacking });
        Some(match token {
            Shown::Usual if own => Authority::May,
            Shown::Usual => Authority::MayNot(lacking),
            Shown::Absent | Shown::Api | Shown::Client | Shown::OfSession => {
                Authority::MayNot(id::JOIN_023)
            }
            Shown::Forged(from, _) => {
                self.tokens.get(&from)?;
                refused()
            }
            Shown::This(shown) if shown == current => return None,
            Shown::This(shown) => {
                let of = self.tokens.get(&shown)?;
                if shown.person != by.person || of.room != room {
                    refused()
                } else {
                    match of.revoked {
                        Some(Revoked::ByRest) => Authority::MayNot(id::PRM_016),
                        Some(Revoked::BySdk) => Authority::MayNot(id::PRM_021),
                        None => return None,
                    }
                }
            }
        })
    }

    /// The requirement that a wrong request breaks if it is accepted; `None` if this cannot be wrong
    /// with it.
    fn refuses(&self, act: &Act, wrong: Wrong) -> Option<RequirementId> {
        let operation = act.operation()?;
        let endpoint = operation.endpoint();
        let is_rest = matches!(endpoint.plane, Plane::Auth | Plane::Rest);
        let known = |session: Session| self.sessions.contains_key(&session);
        match wrong {
            Wrong::Bearer(credential) if is_rest => Some(match credential {
                Credential::Client(session) => known(session).then_some(id::AUTH_015)?,
                Credential::Session(session) => known(session).then_some(id::AUTH_004)?,
                Credential::Conference(token) => {
                    self.tokens.contains_key(&token).then_some(id::AUTH_004)?
                }
                Credential::Absent | Credential::Garbage | Credential::Longer => id::AUTH_004,
                Credential::Narrow => id::AUTH_006,
                Credential::Api => return None,
            }),
            Wrong::Bearer(credential) => {
                let by = act.caller()?;
                Some(match credential {
                    Credential::Client(other) => {
                        (other.person != by.person && known(other)).then_some(id::SES_020)?
                    }
                    Credential::Session(session) => known(session).then_some(id::SES_004)?,
                    Credential::Conference(token) => {
                        self.tokens.contains_key(&token).then_some(id::SES_004)?
                    }
                    Credential::Absent
                    | Credential::Garbage
                    | Credential::Longer
                    | Credential::Api => id::SES_004,
                    Credential::Narrow => return None,
                })
            }
            Wrong::SessionToken(_) if is_rest => None,
            Wrong::SessionToken(credential) => {
                let by = act.caller()?;
                Some(match credential {
                    Credential::Session(other) => {
                        (other.person != by.person && known(other)).then_some(id::SES_020)?
                    }
                    Credential::Client(session) => known(session).then_some(id::SES_005)?,
                    Credential::Conference(token) => {
                        self.tokens.contains_key(&token).then_some(id::SES_005)?
                    }
                    Credential::Absent
                    | Credential::Garbage
                    | Credential::Longer
                    | Credential::Api => id::SES_005,
                    Credential::Narrow => return None,
                })
            }
            Wrong::Body(form) => {
                let tried = form_fits(operation, form);
                tried.then_some(match (is_rest, form.is_json()) {
                    (true, false) => id::ERR_008,
                    (true, true) => id::ERR_011,
                    (false, false) => id::ERR_009,
                    (false, true) => id::ERR_012,
                })
            }
            Wrong::UnknownRoom if endpoint.is_about_conference() => (operation
                != Operation::SdkLeave)
                .then_some(if is_rest { id::ERR_005 } else { id::ERR_006 }),
            Wrong::UnknownRoom => None,
            Wrong::UnknownPermission => {
                let grants = matches!(
                    operation,
                    Operation::RestCreate
                        | Operation::RestInvite
                        | Operation::RestPermissions
                        | Operation::SdkInvite
                        | Operation::SdkPermissions
                );
                let protected = act
                    .room()
                    .is_none_or(|room| self.rooms.get(&room).is_some_and(|it| it.protected));
                (grants && protected && !act.concerned().is_empty()).then_some(id::PRM_009)
            }
            Wrong::OtherApplication => {
                (is_rest && endpoint.is_about_conference()).then_some(id::APP_003)
            }
            Wrong::NoOwner => matches!(act, Act::RestCreate { .. }).then_some(id::ERR_010),
            Wrong::TooLong => matches!(operation, Operation::SdkSend | Operation::RestMessage)
                .then_some(id::MSG_010),
        }
    }
}

impl TokenState {
    fn new(room: Room, grants: Option<PermissionSet>, origin: Origin) -> TokenState {
        TokenState { room, grants, revoked: None, origin, used: false }
    }
}

/// Whether a body of this operation can have this form.
fn form_fits(operation: Operation, form: Form) -> bool {
    let takes = matches!(
        operation,
        Operation::RestCreate
            | Operation::RestInvite
            | Operation::RestPermissions
            | Operation::RestMessage
            | Operation::RestKick
            | Operation::SdkCreate
            | Operation::SdkInvite
            | Operation::SdkPermissions
            | Operation::SdkSend
            | Operation::Subscribe
            | Operation::Unsubscribe
    );
    let says_nothing_needed = operation == Operation::SdkCreate;
    let several = matches!(operation, Operation::RestKick | Operation::Subscribe);
    takes
        && match form {
            Form::Nothing => !says_nothing_needed,
            Form::HalfWrong => several,
            _ => true,
        }
}

/// The requirement that a join by this token shows.
fn joins_by(token: &TokenState, listener: bool) -> RequirementId {
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

/// How a refusal is told, beside that it is one.
fn details(requires: RequirementId) -> Vec<Check> {
    let status = |requires: RequirementId, status: Value| Check::Answer {
        requires,
        value: json!({ "status": status }),
    };
    match requires {
        id::INV_032 | id::PRM_022 | id::KCK_006 | id::MSG_004 => {
            vec![
                answer(id::ERR_004, json!({ "/error_code": 114 })),
                status(id::ERR_015, json!(403)),
            ]
        }
        id::JOIN_011 | id::JOIN_012 | id::JOIN_015 | id::JOIN_023 => {
            vec![status(id::ERR_015, json!([401, 403]))]
        }
        id::JOIN_026 => vec![Check::Answer {
            requires: id::ERR_019,
            value: json!({ "status": 403, "answer": { "/error_code": 113 } }),
        }],
        id::ERR_005 | id::ERR_006 | id::CNF_017 => vec![status(id::ERR_007, json!(404))],
        id::ERR_008 | id::ERR_009 | id::ERR_011 | id::ERR_012 => {
            vec![status(id::ERR_013, json!(400))]
        }
        id::AUTH_004 | id::SES_004 => vec![Check::Answer {
            requires: id::ERR_014,
            value: json!({ "status": 401, "answer": { "/error_code": 89 } }),
        }],
        id::KCK_005 => vec![status(id::KCK_010, json!([401, 403]))],
        _ => Vec::new(),
    }
}

fn all() -> PermissionSet {
    Permission::ALL.into_iter().collect()
}

/// A set of permissions as a scenario spells it.
pub fn names(set: &PermissionSet) -> Vec<&'static str> {
    set.iter().map(|permission| permission.as_str()).collect()
}

fn answer(requires: RequirementId, fields: Value) -> Check {
    Check::Answer { requires, value: json!({ "answer": fields }) }
}

fn token_answered(requires: RequirementId, within: &str, person: Person) -> Check {
    answer(requires, json!({ format!("{within}/{}", person.id()): { "type": "string" } }))
}

fn status(person: Person, status: &str) -> Frame {
    Frame::of(FrameType::ParticipantUpdated).about(person).says("/status", status)
}
