//! What may come of kicking.

use super::{Authority, accepted, status};
use crate::model::act::Shown;
use crate::model::expected::{Branch, Check, Frame};
use crate::model::names::{Person, Room, Session};
use crate::model::world::{Gone, Standing, World};
use invite_spec::permission::Permission;
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};

impl World {
    pub(super) fn rest_kick(&self, room: Room, people: &[Person]) -> Option<Vec<Branch>> {
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

    pub(super) fn sdk_kick(
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
    pub(super) fn kick(
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

    pub(super) fn is_kicked(&self, room: Room, person: Person) -> bool {
        self.standing(room, person) == Some(Standing::Kicked)
    }
}
