//! Rules about joining and leaving.

use crate::core::call::Refusal;
use crate::core::id::{SessionId, UserId};
use crate::core::state::{Conference, Session};

/// Who may join, which session is replaced, and who is listed as a participant.
pub trait Joining {
    /// Checks that a person may join.
    ///
    /// # Errors
    ///
    /// A refusal with the failure `Kicked` if the person was kicked from the conference.
    fn may_join(&self, conference: &Conference, user: &UserId) -> Result<(), Refusal> {
        match conference.membership(user) {
            Some(membership) => membership.check_not_kicked(),
            None => Ok(()),
        }
    }

    /// The session of the same person that this one replaces in the conference.
    fn replaced_session(&self, conference: &Conference, session: &Session) -> Option<SessionId> {
        conference.joined.get(&session.user).filter(|joined| **joined != session.id).cloned()
    }

    /// The people whom the join response lists: everybody who is in the conference or invited to
    /// it, except the joiner, who hears about itself by frames.
    fn listed_on_join(&self, conference: &Conference, joiner: &UserId) -> Vec<UserId> {
        let others = conference.memberships.iter().filter(|(user, _)| *user != joiner);
        let present = others.filter(|(_, membership)| membership.is_present());
        present.map(|(user, _)| user.clone()).collect()
    }

    /// The people whom an application server sees as participants.
    fn listed_by_rest(&self, conference: &Conference) -> Vec<UserId> {
        conference.joined.keys().cloned().collect()
    }

    /// Whether its person is out of the conference when this session leaves.
    fn ends_participation(&self, conference: &Conference, leaving: &Session) -> bool {
        leaving.joined.as_ref() == Some(&conference.id)
    }
}
