//! Admission of a session's call about a conference: joined or not, and conference access tokens.

use super::authenticate::Caller;
use super::call::{Call, Refusal};
use super::id::{ConferenceId, SessionId, UserId};
use super::state::{Conference, Session};
use super::token::{Claims, TokenKind};
use super::transaction::Transaction;
use invite_spec::error::Failure;
use invite_spec::permission::PermissionSet;

/// A session that was admitted to make its call.
#[derive(Debug)]
pub(super) struct Admission {
    /// The conference that the call is about.
    pub(super) conference: ConferenceId,
    pub(super) session: SessionId,
    /// The person of the session.
    pub(super) user: UserId,
    /// The permissions of the person; `None` where no token is required and everything is allowed.
    pub(super) held: Option<PermissionSet>,
}

impl Transaction<'_> {
    /// Admits the caller to make this call about the conference in its path, or refuses it.
    pub(super) fn admit(&self, call: &Call, caller: &Caller) -> Result<Admission, Refusal> {
        let conference = self.conference_of(call)?;
        let session = self.session(caller.session()?)?;
        let admission = |held| Admission {
            conference: conference.id.clone(),
            session: session.id.clone(),
            user: session.user.clone(),
            held,
        };
        if self.rules.access().requires_joining(call, conference, session)
            && session.joined.as_ref() != Some(&conference.id)
        {
            return Err(Refusal::new(
                Failure::NotInConference,
                "the session has not joined this conference",
            ));
        }
        let held = if self.rules.access().requires_conference_token(call, conference, session) {
            let claims = self.conference_token(call, conference, session)?;
            Some(claims.permissions())
        } else {
            None
        };
        if held
            .as_ref()
            .is_some_and(|held| !self.rules.access().permissions_allow(held, call.endpoint))
        {
            let needed = call.endpoint.permission.map_or("", |needed| needed.as_str());
            return Err(Refusal::new(
                Failure::InsufficientPermissions,
                format!("the permission {needed} is missing"),
            ));
        }
        Ok(admission(held))
    }

    /// The claims of the conference access token of a call, if it is valid for this conference.
    pub(super) fn conference_token(
        &self,
        call: &Call,
        conference: &Conference,
        session: &Session,
    ) -> Result<Claims, Refusal> {
        let refused = || Refusal::token(TokenKind::Conference.title());
        if !session.may_use_conference_tokens() {
            return Err(Refusal::new(
                Failure::UserNotValid,
                "protected conferences need an external id, and the session has none that counts",
            ));
        }
        let token = call.credentials.conference_token.as_deref().ok_or_else(refused)?;
        let claims = self.rules.tokens().read_token(self.keys, token).ok_or_else(refused)?;
        if !self.rules.tokens().is_of_kind(&claims, TokenKind::Conference)
            || claims.app != self.tenant.application.key
            || self.rules.tokens().has_expired(&claims, self.now)
        {
            return Err(refused());
        }
        if !self.rules.access().is_token_for(&claims, conference, &session.user) {
            return Err(Refusal::new(
                Failure::ForeignToken,
                "the conference access token is another person's or another conference's",
            ));
        }
        if self.rules.access().is_revoked(&claims, conference.membership(&session.user)) {
            return Err(refused());
        }
        Ok(claims)
    }

    /// Issues a conference access token with these permissions.
    pub(super) fn conference_token_for(
        &mut self,
        id: &ConferenceId,
        user: &UserId,
        permissions: &PermissionSet,
    ) -> Result<String, Refusal> {
        let conference = self.conference(id.as_str())?;
        let generation = conference.membership(user).map_or(0, |membership| membership.generation);
        let end = conference.created.after(self.policy.conference);
        let seconds = end.seconds().saturating_sub(self.now.seconds());
        let mut claims = self.claims(TokenKind::Conference, seconds);
        claims.sub = Some(user.into());
        claims.external_id =
            self.tenant.people.get(user).and_then(|person| person.external_id.clone());
        claims.conference_id = Some(id.into());
        claims.authorities =
            Some(permissions.iter().map(|permission| permission.as_str().to_owned()).collect());
        claims.generation = Some(generation);
        self.issue(&claims)
    }
}
