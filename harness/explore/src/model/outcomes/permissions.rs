//! What may come of updating permissions, and the tokens that bring them.

use super::{Authority, accepted, answer, names};
use crate::model::act::{Grant, Shown};
use crate::model::expected::{Branch, Check, Frame, Role};
use crate::model::names::{Person, Room, Session, Token};
use crate::model::world::{Origin, Revoked, Standing, TokenState, World};
use invite_spec::permission::{Permission, PermissionSet};
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use serde_json::json;

impl World {
    pub(super) fn rest_update(
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
            next.rest(token, grant.rests_on());
            let value = json!({ format!("/{}", person.id()): { "permissions": names(&set) } });
            checks.push(answer(grant.rests_on().unwrap_or(id::PRM_015), value));
            let told = self.new_token(&mut next, room, *person, token, &set, id::PRM_017);
            checks.extend(told.into_iter().map(|check| resting(check, grant.rests_on())));
        }
        Some(vec![accepted(id::PRM_014, next, checks)])
    }

    pub(super) fn sdk_update(
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
            next.rest(token, grant.rests_on());
            let told = self.new_token(&mut next, room, *person, token, &set, id::PRM_020);
            checks.extend(told.into_iter().map(|check| resting(check, grant.rests_on())));
        }
        Some(vec![accepted(id::PRM_018, next, checks)])
    }

    /// The new token of an update goes to the session in that conference, else to sessions in none.
    pub(super) fn new_token(
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

    pub(super) fn current(&self, by: Session) -> Option<Token> {
        self.sessions.get(&by)?.current
    }

    /// Notes that what a token permits is settled by no source.
    pub(super) fn rest(&mut self, token: Token, on: Option<RequirementId>) {
        if let (Some(state), Some(on)) = (self.tokens.get_mut(&token), on) {
            state.rests_on = Some(on);
        }
    }

    /// Gives a token.
    pub(super) fn give(
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
}

/// That a new token arrives with what it permits: what it permits may be settled by no source.
fn resting(check: Check, on: Option<RequirementId>) -> Check {
    match (check, on) {
        (Check::Heard { by, any_of, .. }, Some(requires)) => Check::Heard { by, any_of, requires },
        (check, _) => check,
    }
}

impl TokenState {
    pub(super) fn new(room: Room, grants: Option<PermissionSet>, origin: Origin) -> TokenState {
        TokenState { room, grants, revoked: None, origin, used: false, rests_on: None }
    }
}
