//! What may come of inviting.

use super::{Authority, accepted, all, names, status, token_answered};
use crate::model::act::{Grant, Invitee, Shown};
use crate::model::expected::{Branch, Check, Frame, Role};
use crate::model::names::{Person, Room, Session, Token, alias as alias_text};
use crate::model::world::{Origin, Standing, TokenState, World};
use invite_spec::permission::{Permission, PermissionSet};
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use serde_json::{Value, json};

impl World {
    pub(super) fn rest_invite(
        &self,
        number: u16,
        room: Room,
        invited: &[Invitee],
    ) -> Option<Vec<Branch>> {
        let Some(state) = self.open_room(room) else { return self.only_if_ended(room) };
        let kicked = invited.iter().any(|it| self.is_kicked(room, it.person));
        let unsure = |it: &Invitee| self.standing(room, it.person) == Some(Standing::Unsure);
        if invited.iter().any(unsure) || (kicked && invited.len() > 1) {
            return None;
        }
        let mut next = self.clone();
        let mut checks = Vec::new();
        for (place, invitee) in invited.iter().enumerate() {
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
                    next.reserve(number, room, invitee, Origin::RestInvite);
                    // Without protection, it is left open whether there are tokens (INV-004).
                    let again = is_again(standing);
                    if state.protected {
                        let requires = if place > 0 { id::INV_008 } else { id::INV_002 };
                        checks.push(token_answered(again.unwrap_or(requires), "", person));
                    }
                    let requires = again.unwrap_or(id::INV_011);
                    checks.extend(self.invitation(invitee, room, requires));
                    checks.extend(self.announced(room, person, standing, id::INV_034));
                }
            }
        }
        let requires = match (invited.len(), state.protected) {
            _ if self.invites_again(room, invited) => id::INV_038,
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

    pub(super) fn sdk_invite(
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
        if invited.iter().any(unsure) || (oneself || kicked) && invited.len() > 1 {
            return None;
        }
        if oneself {
            return self.invites_oneself(by, room);
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
        for (place, invitee) in invited.iter().enumerate() {
            let person = invitee.person;
            // Of several people, each is invited.
            let each = |requires: RequirementId| if place > 0 { id::INV_007 } else { requires };
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
                        let token = next.give(number, room, person, set, Origin::SdkInvite);
                        next.rest(token, is_again(standing).or(invitee.grant.rests_on()));
                        Some(token)
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
                            _ if listening.len() > 1 => id::INV_015,
                            Some(Standing::Reserved) => id::INV_037,
                            Some(Standing::Left) => id::INV_038,
                            _ => each(id::INV_020),
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
                        checks.push(Check::Says {
                            by: listening.clone(),
                            any: self.bell(room, None),
                            frame: who,
                            requires: id::INV_044,
                        });
                        if let Some(token) = given.filter(|_| !over) {
                            let frame = Frame::of(FrameType::InvitationReceived)
                                .says("/conferenceId", room.id());
                            let role = Role::Brings(token);
                            let requires = match standing {
                                Some(Standing::Reserved | Standing::Left) => requires,
                                _ if listening.len() > 1 => requires,
                                _ => each(id::INV_010),
                            };
                            checks.push(Check::Arrives { by: vec![*first], frame, requires, role });
                        }
                        if let (true, Some(own), Grant::These(set)) = (over, &own, &invitee.grant) {
                            for beyond in set.difference(own) {
                                let granted = json!({ "permissions_include": [beyond.as_str()] });
                                let by = listening.clone();
                                let frame = bell.clone().says("/confToken", granted);
                                checks.push(Check::Unheard { by, frame, requires: id::PRM_010 });
                            }
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
            _ if self.invites_again(room, invited) => id::INV_038,
            (false, _) if invited.iter().any(|it| it.grant != Grant::Unsaid) => id::PRM_013,
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
            checks.retain(|it| matches!(it, Check::Unheard { requires: id::PRM_010, .. }));
            checks.extend(trimmed_told);
            let yes = accepted(requires, next, checks);
            return Some(vec![yes, self.plain_refusal(requires)]);
        }
        Some(vec![accepted(requires, next, checks)])
    }

    /// Whether somebody is invited who has left.
    fn invites_again(&self, room: Room, invited: &[Invitee]) -> bool {
        invited.iter().any(|it| is_again(self.standing(room, it.person)).is_some())
    }

    /// What may come of a participant who invites nobody but themselves.
    fn invites_oneself(&self, by: Session, room: Room) -> Option<Vec<Branch>> {
        if !matches!(self.standing(room, by.person), Some(Standing::In { .. })) {
            return None;
        }
        let requires = id::INV_036;
        let checks = self.not_invited(by.person, room, requires).into_iter().collect();
        let yes = accepted(requires, self.clone(), checks);
        Some(vec![yes, self.plain_refusal(requires)])
    }

    /// Whether those who are in were told of somebody who is awaited, by an invitation of a
    /// participant: of other ways of being invited they need not hear.
    pub(super) fn was_announced(&self, room: Room, person: Person) -> bool {
        let of_sdk = |(token, state): (&Token, &TokenState)| {
            token.person == person && state.room == room && state.origin == Origin::SdkInvite
        };
        // Somebody who joined after the invitation may not have been told.
        self.tokens.iter().any(of_sdk) && self.present(room).len() == 1
    }

    /// Gives a token, and reserves a place.
    pub(super) fn reserve(&mut self, number: u16, room: Room, invitee: &Invitee, origin: Origin) {
        let standing = self.standing(room, invitee.person);
        if let Some(state) = self.rooms.get_mut(&room) {
            state.standing.insert(invitee.person, Standing::Reserved);
        }
        // Without protection there need be no tokens.
        if self.rooms.get(&room).is_some_and(|state| state.protected) {
            let again = is_again(standing);
            let token = self.give(number, room, invitee.person, invitee.grant.set(), origin);
            self.rest(token, again.or(invitee.grant.rests_on()));
        }
    }

    /// The invitation of a REST request, if it notifies: to whoever is online and in no conference.
    /// That it arrives is for this requirement.
    pub(super) fn invitation(
        &self,
        invitee: &Invitee,
        room: Room,
        arrives: RequirementId,
    ) -> Vec<Check> {
        let by = self.outside(invitee.person);
        if invitee.notify != Some(true) || by.is_empty() || by != self.open_sessions(invitee.person)
        {
            return Vec::new();
        }
        let bell = self.bell(room, None);
        let any_of = vec![bell.clone()];
        // That all sessions of one person are told is another requirement.
        let requires = if by.len() > 1 { id::INV_015 } else { arrives };
        let mut checks = vec![Check::Heard { by: by.clone(), any_of, requires }];
        if self.rooms.get(&room).is_none_or(|state| state.protected) {
            let frame = bell.clone().says("/confToken", json!({ "type": "string" }));
            checks.push(Check::Says { by, any: bell, frame, requires: id::INV_024 });
        }
        checks
    }

    /// That an invitation names the alias, if there is one.
    pub(super) fn alias_told(&self, by: &[Session], room: Room) -> Option<Check> {
        let number = self.rooms.get(&room)?.alias?;
        let named = json!({ "equals_ignoring_case": alias_text(number, false) });
        let any = self.bell(room, None);
        let frame = any.clone().says("/confAlias", named);
        Some(Check::Says { by: by.to_vec(), any, frame, requires: id::INV_019 })
    }

    /// An invitation to a conference.
    pub(super) fn bell(&self, room: Room, inviter: Option<Session>) -> Frame {
        let frame = Frame::of(FrameType::InvitationReceived).says("/conferenceId", room.id());
        match inviter {
            None => frame,
            Some(by) => frame.says("/inviter", json!({ "person": by.person.name() })),
        }
    }

    /// That somebody who is in gets no invitation.
    pub(super) fn not_invited(
        &self,
        person: Person,
        room: Room,
        requires: RequirementId,
    ) -> Option<Check> {
        let by = self.open_sessions(person);
        let frame = Frame::of(FrameType::InvitationReceived).says("/conferenceId", room.id());
        (!by.is_empty()).then_some(Check::Unheard { by, frame, requires })
    }

    /// That those who are in hear that somebody is awaited.
    pub(super) fn announced(
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
}

/// The requirement that somebody can be invited who has left.
fn is_again(standing: Option<Standing>) -> Option<RequirementId> {
    (standing == Some(Standing::Left)).then_some(id::INV_038)
}
