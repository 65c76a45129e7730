//! Rules about what sessions hear about participants.

use crate::core::call::Delivery;
use crate::core::frames;
use crate::core::id::{SessionId, UserId};
use crate::core::state::{Conference, Membership, Tenant};

/// What happened to a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum News {
    /// Was invited.
    Invited,
    /// Is joining.
    Joining {
        /// Whether the others have heard about the person before, and the person has not left.
        known: bool,
    },
    /// Is connected.
    Connected,
    /// Has left.
    Left,
    /// Was kicked.
    Kicked,
}

/// Which sessions hear about a participant, and what.
pub trait Announcements {
    /// The sessions that hear news about a participant.
    fn recipients_of_news(
        &self,
        _tenant: &Tenant,
        conference: &Conference,
        _about: &UserId,
    ) -> Vec<SessionId> {
        conference.joined_sessions()
    }

    /// What is delivered about a participant: `ParticipantAdded` to sessions that have not heard
    /// about the person, `ParticipantUpdated` to the others and to the person's own session.
    fn deliveries_of_news(
        &self,
        tenant: &Tenant,
        conference: &Conference,
        about: &UserId,
        news: News,
    ) -> Vec<Delivery> {
        announce(
            tenant,
            conference,
            about,
            news,
            self.recipients_of_news(tenant, conference, about),
        )
    }

    /// Whether the participants hear about a kick of a person who is not in the conference. They
    /// may never have heard about somebody who left.
    fn is_kick_announced(&self, membership: &Membership) -> bool {
        membership.is_present()
    }

    /// The session that hears that its person was kicked.
    fn recipient_of_kick(
        &self,
        _tenant: &Tenant,
        conference: &Conference,
        user: &UserId,
    ) -> Option<SessionId> {
        conference.joined.get(user).cloned()
    }
}

fn announce(
    tenant: &Tenant,
    conference: &Conference,
    about: &UserId,
    news: News,
    to: Vec<SessionId>,
) -> Vec<Delivery> {
    let added = |to| Delivery::new(to, frames::added(tenant, conference, about));
    let updated = |to| Delivery::new(to, frames::updated(tenant, conference, about));
    match news {
        News::Invited => vec![added(to)],
        News::Joining { known: false } => {
            let own = conference.joined.get(about);
            let (own, others): (Vec<_>, Vec<_>) = to.into_iter().partition(|id| own == Some(id));
            vec![added(others), updated(own)]
        }
        News::Joining { known: true } | News::Connected | News::Left | News::Kicked => {
            vec![updated(to)]
        }
    }
}
