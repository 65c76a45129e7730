//! What may come of opening, closing and losing sessions.

use super::{accepted, status};
use crate::model::expected::{Branch, Check, Frame};
use crate::model::names::{Person, Session};
use crate::model::world::{SessionState, Socket, Standing, World};
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use std::collections::BTreeSet;

impl World {
    pub(super) fn open(&self, all: &[Session]) -> Option<Vec<Branch>> {
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

    pub(super) fn close(&self, by: Session) -> Option<Vec<Branch>> {
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
            next.may_be_empty(room);
        }
        let state = next.sessions.get_mut(&by)?;
        (state.socket, state.room) = (Socket::Closed, None);
        Some(vec![accepted(id::SES_012, next, checks)])
    }

    pub(super) fn lose(&self, by: Session) -> Option<Vec<Branch>> {
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

    pub(super) fn come_back(&self, by: Session) -> Option<Vec<Branch>> {
        let mut next = self.clone();
        let state = next.sessions.get_mut(&by).filter(|state| state.socket == Socket::Lost)?;
        state.socket = Socket::Open;
        Some(vec![accepted(id::SES_009, next, Vec::new())])
    }

    /// The open sessions of a person that are in no conference.
    pub(super) fn outside(&self, person: Person) -> Vec<Session> {
        let mut all = self.open_sessions(person);
        all.retain(|by| self.sessions.get(by).is_some_and(|state| state.room.is_none()));
        all
    }
}
