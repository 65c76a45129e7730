//! What may come of sending messages.

use super::{Authority, accepted};
use crate::model::act::{Shown, Text};
use crate::model::expected::{Branch, Check, Frame};
use crate::model::names::{Person, Room, Session};
use crate::model::world::{Standing, World};
use invite_spec::permission::Permission;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;

impl World {
    pub(super) fn send(
        &self,
        by: Session,
        room: Room,
        text: Text,
        token: Shown,
    ) -> Option<Vec<Branch>> {
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

    pub(super) fn rest_message(
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
        let is_unsure = |person: &Person| self.standing(room, *person) == Some(Standing::Unsure);
        let named = to.unwrap_or_default();
        if !is_in(&from) || named.iter().any(is_unsure) {
            return None;
        }
        let others = self.others(room, from);
        let is_meant = |by: &Session| named.is_empty() || named.contains(&by.person);
        let (told, untold): (Vec<Session>, Vec<Session>) = others.into_iter().partition(is_meant);
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
        let yes = accepted(requires, self.clone(), checks);
        // A message to somebody who is not there may be refused as a whole.
        let all_in = named.iter().all(is_in);
        Some(if all_in { vec![yes] } else { vec![yes, self.plain_refusal(id::MSG_007)] })
    }
}
