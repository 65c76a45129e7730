//! Rules about conferences.

use crate::core::application::Application;
use crate::core::call::Refusal;
use crate::core::id::{ConferenceId, SessionId, UserId};
use crate::core::policy::Policy;
use crate::core::state::{Conference, Session, Tenant};
use crate::core::time::Time;
use invite_spec::endpoint::Plane;
use invite_spec::limits;
use invite_spec::participant::ParticipantStatus;
use invite_spec::permission::{Permission, PermissionSet};
use std::time::Duration;

/// Aliases, protection, ownership, and when a conference ends.
pub trait Conferences {
    /// The form in which aliases are compared.
    fn alias_key(&self, alias: &str) -> String {
        alias.to_lowercase()
    }

    /// Checks that a text can be an alias in a request on this plane.
    ///
    /// # Errors
    ///
    /// A refusal of the argument if it is too long, or if a client's contains `#`.
    fn check_alias(&self, alias: &str, plane: Plane) -> Result<(), Refusal> {
        if alias.chars().count() > limits::ALIAS_CHARACTERS {
            return Err(Refusal::argument(format!(
                "alias: it must not have more than {} characters",
                limits::ALIAS_CHARACTERS
            )));
        }
        if plane == Plane::Session && alias.contains('#') {
            return Err(Refusal::argument("alias: it must not contain `#`"));
        }
        Ok(())
    }

    /// The conference that has this alias, in the form of [`Conferences::alias_key`].
    fn conference_with_alias(&self, tenant: &Tenant, alias_key: &str) -> Option<ConferenceId> {
        tenant.aliases.get(alias_key).cloned()
    }

    /// Whether conferences that this application's server creates are protected.
    fn protects_conferences_created_by_rest(&self, _application: &Application) -> bool {
        true
    }

    /// Whether a session may create a conference.
    fn may_create(&self, session: &Session, protected: bool) -> bool {
        !protected || session.may_use_conference_tokens()
    }

    /// Whether a person who creates a conference, or finds it by its alias, gets an owner token.
    fn gets_owner_token(&self, conference: &Conference, creator: &UserId) -> bool {
        let is_kicked =
            conference.membership(creator).is_some_and(|membership| membership.is_kicked());
        conference.protected && conference.owner == *creator && !is_kicked
    }

    /// The permissions of an owner token.
    fn permissions_of_owner(&self) -> PermissionSet {
        Permission::ALL.into_iter().collect()
    }

    /// When a conference ends, if nothing happens before.
    fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
        let last = conference.created.after(policy.conference);
        let Some(empty_since) = conference.empty_since else { return last };
        let awaited = Duration::from_secs(limits::NEW_CONFERENCE_SECONDS);
        last.min(conference.created.after(awaited).max(empty_since.after(conference.ttl)))
    }

    /// Whether a conference is removed when it ends. Without this rule no server could announce the
    /// end of a conference and keep it (CNF-017): removing it is what frees its alias and its
    /// sessions, which no hook around the core can undo.
    fn is_removed_at_end(&self, _conference: &Conference) -> bool {
        true
    }

    /// The sessions that hear about the end of the conference: those that have joined, and those of
    /// people who are invited, whose clients may be ringing.
    fn recipients_of_end(&self, tenant: &Tenant, conference: &Conference) -> Vec<SessionId> {
        let invited = conference
            .memberships
            .iter()
            .filter(|(_, membership)| membership.status == Some(ParticipantStatus::Reserved))
            .flat_map(|(user, _)| tenant.open_sessions(user))
            .filter(|session| !conference.protected || session.may_use_conference_tokens())
            .filter(|session| session.joined.as_ref() != Some(&conference.id));
        let invited = invited.map(|session| session.id.clone());
        conference.joined_sessions().into_iter().chain(invited).collect()
    }
}
