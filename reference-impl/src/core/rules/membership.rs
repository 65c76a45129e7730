//! Default bodies of the rules about how people stand to a conference.

use crate::core::call::{Delivery, Refusal};
use crate::core::frames;
use crate::core::id::{SessionId, UserId};
use crate::core::policy::Policy;
use crate::core::state::{Conference, Heard, Membership, Session, Tenant, Unacknowledged};
use crate::core::time::Time;
use invite_spec::error::Failure;
use invite_spec::limits;
use invite_spec::participant::ParticipantStatus;
use invite_spec::push::Push;
use std::time::Duration;

/// What an invitation comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invitation {
    /// Nothing: the person is in the conference.
    Nothing,
    /// A token and an invitation; the participants know of the person already.
    Again,
    /// A token and an invitation; the person becomes reserved, and the participants hear of it.
    First,
}

/// What happened to a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum News {
    /// Was invited.
    Invited,
    /// Is joining.
    Joining {
        /// Whether the others have heard of the person before, and the person is not gone.
        known: bool,
    },
    /// Is connected.
    Connected,
    /// Is gone.
    Left,
    /// Was kicked.
    Kicked,
}

pub(super) fn is_kicked(membership: Option<&Membership>) -> bool {
    membership.and_then(|membership| membership.status.as_ref()) == Some(&ParticipantStatus::Kicked)
}

pub(super) fn check_not_kicked(membership: Option<&Membership>) -> Result<(), Refusal> {
    if is_kicked(membership) {
        return Err(Refusal::new(Failure::Kicked, "the person was kicked from this conference"));
    }
    Ok(())
}

/// Invited or in the conference.
pub(super) fn is_present(membership: &Membership) -> bool {
    use ParticipantStatus::{Connecting, OnAir, Reserved};
    matches!(membership.status, Some(Reserved | Connecting | OnAir))
}

pub(super) fn invites(membership: Option<&Membership>) -> Invitation {
    use ParticipantStatus::{Connecting, OnAir, Reserved};
    match membership.and_then(|membership| membership.status.as_ref()) {
        Some(Connecting | OnAir) => Invitation::Nothing,
        Some(Reserved) => Invitation::Again,
        _ => Invitation::First,
    }
}

pub(super) fn ends_at(conference: &Conference, policy: &Policy) -> Time {
    let last = conference.created.after(policy.conference);
    let Some(empty_since) = conference.empty_since else { return last };
    let awaited = Duration::from_secs(limits::NEW_CONFERENCE_SECONDS);
    last.min(conference.created.after(awaited).max(empty_since.after(conference.ttl)))
}

/// The pause doubles each time, up to a minute.
pub(super) fn repeats_update(update: &Unacknowledged, policy: &Policy) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_secs(60);
    let first = policy.update_token_repeat;
    let doublings = update.given.saturating_sub(1);
    let pause = first.saturating_mul(2u32.saturating_pow(doublings)).min(LONGEST.max(first));
    (!pause.is_zero()).then_some(pause)
}

/// Others hear of a newcomer by `ParticipantAdded`; of whom they know, and of oneself, everybody
/// hears by `ParticipantUpdated`.
pub(super) fn news(
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

/// How those stand of whom a session missed news: nobody whom it has not heard of is updated.
pub(super) fn catch_up(tenant: &Tenant, session: &Session) -> Vec<Push> {
    let conference = session.joined.as_ref().and_then(|id| tenant.conferences.get(id));
    let Some(conference) = conference else { return Vec::new() };
    let shown = session.missed.iter().filter_map(|(user, heard)| {
        let is_present = conference.membership(user).is_some_and(is_present);
        if *user == session.user || (!is_present && *heard == Heard::Before) {
            return Some(frames::updated(tenant, conference, user).into());
        }
        is_present.then(|| frames::added(tenant, conference, user).into())
    });
    shown.collect()
}
