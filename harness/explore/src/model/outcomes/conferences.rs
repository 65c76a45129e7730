//! What may come of creating and ending conferences.

use super::{Setting, accepted, all, answer, token_answered};
use crate::model::act::{Invitee, Topic};
use crate::model::expected::{Branch, Check, Frame};
use crate::model::names::{Person, Room, Session};
use crate::model::world::{Gone, Life, Origin, RoomState, Standing, World};
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use serde_json::json;

impl World {
    pub(super) fn rest_create(
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
            answer(
                id::CNF_002,
                json!({ "/isProtected": { "any_of": [true, { "present": false }] } }),
            ),
            answer(id::TOK_001, json!({ "/ownerToken": { "permissions": "all" } })),
        ];
        checks.extend(self.of_topic(alias, Topic::Created, room, None));
        for invitee in invited {
            next.reserve(number, room, invitee, Origin::RestCreate);
            checks.push(token_answered(id::TOK_002, "/usersTokens", invitee.person));
            checks.extend(self.invitation(invitee, room, id::INV_012));
        }
        Some(vec![accepted(id::CNF_001, next, checks)])
    }

    pub(super) fn sdk_create(
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
        // A create that was refused has created nothing.
        let named = alias.and_then(|alias| self.refused.get(&alias).copied());
        let new = json!({ "/isNew": { "any_of": [true, { "present": false }] } });
        checks.push(answer(named.unwrap_or(id::CNF_006), new));
        checks.extend(self.of_topic(alias, Topic::Created, room, None));
        Some(vec![accepted(id::CNF_003, next, checks)])
    }

    pub(super) fn rest_create_again(
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
        // Where the alias leads once somebody else claimed it, no source says.
        if state.claimed {
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
            next.reserve(number, room, invitee, Origin::RestCreate);
            checks.push(token_answered(id::TOK_002, "/usersTokens", invitee.person));
            checks.extend(self.invitation(invitee, room, id::INV_012));
        }
        let yes = accepted(found, next, checks);
        Some(vec![yes, self.plain_refusal(found)])
    }

    pub(super) fn sdk_create_again(
        &self,
        by: Session,
        room: Room,
        found: RequirementId,
    ) -> Option<Vec<Branch>> {
        let state = self.open_room(room)?;
        if !self.is_open(by) || state.claimed {
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

    pub(super) fn terminate(&self, room: Room) -> Option<Vec<Branch>> {
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
    pub(super) fn only_if_ended(&self, room: Room) -> Option<Vec<Branch>> {
        let is_ended = self.rooms.get(&room)?.life == Life::Ended;
        is_ended.then(|| vec![self.refused(id::ERR_005)])
    }

    pub(super) fn open_room(&self, room: Room) -> Option<&RoomState> {
        self.rooms.get(&room).filter(|state| state.life == Life::Open)
    }

    /// Whether nobody is in a conference.
    pub(super) fn is_empty(&self, room: Room) -> bool {
        let standing = self.rooms.get(&room).into_iter().flat_map(|it| it.standing.values());
        !standing.into_iter().any(|it| matches!(it, Standing::In { .. } | Standing::Unsure))
    }

    /// Something if a conference has this alias.
    pub(super) fn named(&self, room: Room, alias: u8) -> Option<()> {
        (self.rooms.get(&room)?.alias == Some(alias)).then_some(())
    }

    pub(super) fn is_ended(&self, room: Room) -> bool {
        self.rooms.get(&room).is_some_and(|state| state.life == Life::Ended)
    }
}
