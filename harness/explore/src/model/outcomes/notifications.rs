//! What may come of subscribing, and whom notifications reach.

use super::accepted;
use crate::model::act::Topic;
use crate::model::expected::{Branch, Check, Frame};
use crate::model::names::{Person, Room, Session};
use crate::model::world::{Life, World};
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use serde_json::{Value, json};

impl World {
    pub(super) fn subscribe(
        &self,
        by: Session,
        alias: u8,
        topics: &[Topic],
    ) -> Option<Vec<Branch>> {
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

    pub(super) fn unsubscribe(
        &self,
        by: Session,
        alias: u8,
        topics: &[Topic],
    ) -> Option<Vec<Branch>> {
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
    pub(super) fn of_topic(
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
}
