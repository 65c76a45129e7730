//! The rules: who is told, what is granted, refused and revoked, what is delivered to whom and
//! when.
//!
//! The core does what has to be done and asks here whenever it could be done otherwise. Each rule
//! has a default body, and [`Standard`] has nothing else: it is the server of the specification. A
//! server that errs in one point is another type with one method of its own.

mod access;
mod body;
mod membership;

pub use membership::{Invitation, News};

use super::application::Application;
use super::call::{Call, Delivery, Refusal, UpgradeRequest};
use super::frames;
use super::id::{ConferenceId, SessionId, UserId};
use super::policy::Policy;
use super::state::{Conference, Membership, Person, Session, Tenant, Topic, Unacknowledged};
use super::time::Time;
use super::token::{Claims, Keys, TokenKind};
use invite_spec::endpoint::Endpoint;
use invite_spec::error::{ErrorResponse, Failure};
use invite_spec::limits;
use invite_spec::permission::{Permission, PermissionSet, RequestedPermissions};
use invite_spec::push::{InvitationReceived, Push};
use invite_spec::rest::create::Invitee;
use invite_spec::scope::Scopes;
use invite_spec::sdk::subscriptions::SubscriptionType;
use invite_spec::wire::LooseSeconds;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

/// The server of the specification.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standard;

impl Rules for Standard {}

/// The rules of a server; see the module.
pub trait Rules: std::fmt::Debug + Send + Sync {
    // ----- What enters the server -----

    /// What a call is taken for, before anything else is asked of it: for what it is.
    fn takes<'c>(&self, call: &'c Call) -> Cow<'c, Call> {
        Cow::Borrowed(call)
    }

    /// In which application a call is done: in the caller's own.
    fn acts_in(&self, _worlds: &[Tenant], own: usize, _call: &Call) -> usize {
        own
    }

    /// Whether a call is served whose caller is known: whatever it is.
    fn serves(&self, _world: &Tenant, _call: &Call) -> Result<(), Refusal> {
        Ok(())
    }

    /// What a request says. The error says what is wrong with it.
    fn understands(&self, endpoint: &Endpoint, bytes: &[u8]) -> Result<Value, String> {
        body::understand(&endpoint.request, bytes)
    }

    /// How many bytes of a request are taken.
    fn body_limit(&self) -> usize {
        limits::BODY_BYTES
    }

    // ----- Credentials and tokens -----

    /// Whether this is the application's secret.
    fn accepts_secret(&self, application: &Application, secret: &str) -> bool {
        access::is_secret(application, secret)
    }

    /// What a token says, if this server signed it.
    fn reads_token(&self, keys: &Keys, token: &str) -> Option<Claims> {
        keys.verify(token)
    }

    /// Whether a token may be used where one of this kind is wanted.
    fn token_serves(&self, claims: &Claims, wanted: TokenKind) -> bool {
        claims.kind == wanted
    }

    /// Whether a token's time is over: to the second, with no leeway.
    fn has_expired(&self, claims: &Claims, now: Time) -> bool {
        claims.exp <= now.seconds()
    }

    /// What is signed to make a token.
    fn payload(&self, claims: &Claims) -> Value {
        serde_json::to_value(claims).unwrap_or_default()
    }

    /// How many seconds a token lives when this is asked for.
    fn lifetime(&self, kind: TokenKind, asked: Option<LooseSeconds>) -> u64 {
        access::lifetime(kind, asked)
    }

    /// The scopes that a request asks for.
    fn scopes(&self, asked: Option<&str>, known: &[&str]) -> Scopes {
        Scopes::parse(asked, known)
    }

    /// Whether these scopes allow the call.
    fn covers(&self, scopes: &Scopes, endpoint: &Endpoint) -> bool {
        access::covers(scopes, endpoint)
    }

    // ----- People and sessions -----

    /// Whether this can be an external id.
    fn checks_external_id(&self, external_id: &str) -> Result<(), Refusal> {
        access::check_external_id(external_id)
    }

    /// The external id of who opens a session, from what the token says and what the request says.
    fn identity<'a>(
        &self,
        token: Option<&'a str>,
        given: Option<&'a str>,
    ) -> Result<Option<&'a str>, Refusal> {
        access::identity(token, given)
    }

    /// The person that this external id stands for, if there is one already.
    fn known_person(&self, tenant: &Tenant, external_id: &str) -> Option<UserId> {
        tenant.external_ids.get(external_id).cloned()
    }

    /// The origin of the WebSocket in the answer to identify.
    fn socket_origin(&self, origin: Option<&str>) -> Option<String> {
        origin.map(str::to_owned)
    }

    /// Whether a client access token that vouches for `external_id` may be used in a session.
    fn token_fits_session(&self, external_id: Option<&str>, session: &Session) -> bool {
        external_id == session.verified.as_deref()
    }

    /// Whether a client instance may use the session whose token it shows.
    fn client_fits_session(&self, client_id: Option<&str>, session: &Session) -> bool {
        client_id == Some(&session.client_id)
    }

    /// Whether a session's socket may open.
    fn admits_socket(&self, _session: &Session, _knock: &UpgradeRequest) -> bool {
        true
    }

    /// What is pushed when the session's socket has opened: the token updates that it still owes
    /// an acknowledgement, and how those stand of whom it missed news. Nobody else is told.
    fn pushed_on_open(&self, tenant: &Tenant, session: &Session) -> Vec<Delivery> {
        let owed = session.unacknowledged.values().map(|owed| owed.push.clone());
        let pushes = owed.chain(membership::catch_up(tenant, session));
        pushes.map(|push| Delivery::new(vec![session.id.clone()], push)).collect()
    }

    /// Whether the socket stays open after the client sent this text.
    fn tolerates(&self, _text: &str) -> bool {
        true
    }

    /// How long a participant whose socket is gone stays one.
    fn waits_for_socket(&self, policy: &Policy) -> Duration {
        policy.lost_socket
    }

    // ----- Access to a conference -----

    /// Whether a session may make this call about a conference whatever it has joined and whatever
    /// token it shows: nobody may.
    fn trusts(&self, _call: &Call, _conference: &Conference, _session: &Session) -> bool {
        false
    }

    /// Whether the call may only be made by a session that has joined the conference.
    fn requires_joining(&self, endpoint: &Endpoint, _conference: &Conference) -> bool {
        endpoint.permission != Some(Permission::Join)
    }

    /// Whether the call takes a conference access token.
    fn requires_token(&self, endpoint: &Endpoint, conference: &Conference) -> bool {
        conference.protected && endpoint.permission.is_some()
    }

    /// Whether this session may use conference access tokens at all.
    fn may_use_tokens(&self, session: &Session) -> bool {
        session.verified.is_some()
    }

    /// Whether a conference access token was issued for this person and conference.
    fn token_is_for(&self, claims: &Claims, conference: &Conference, user: &UserId) -> bool {
        claims.is_of(user) && claims.conference_id.as_deref() == Some(conference.id.as_str())
    }

    /// Whether a conference access token has been revoked.
    fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
        access::is_revoked(claims, membership)
    }

    /// Whether these permissions allow the call.
    fn permits(&self, held: &PermissionSet, endpoint: &Endpoint) -> bool {
        endpoint.permission.is_none_or(|needed| held.contains(&needed))
    }

    // ----- Conferences -----

    /// An alias, as it is compared.
    fn alias_key(&self, alias: &str) -> String {
        alias.to_lowercase()
    }

    /// Whether this can be an alias.
    fn checks_alias(&self, alias: &str) -> Result<(), Refusal> {
        access::check_alias(alias)
    }

    /// The conference that is found by this alias.
    fn found_by_alias(&self, tenant: &Tenant, alias_key: &str) -> Option<ConferenceId> {
        tenant.aliases.get(alias_key).cloned()
    }

    /// Whether somebody else takes a conference over by creating its alias again.
    fn takes_over(&self, _conference: &Conference, _creator: &UserId) -> bool {
        false
    }

    /// Whether a conference is protected that an application server creates.
    fn protects_created_by_rest(&self, _application: &Application) -> bool {
        true
    }

    /// Whether a conference is protected that a client creates.
    fn protects_created_by_sdk(&self, application: &Application) -> bool {
        application.protected
    }

    /// Whether a session may create a conference.
    fn may_create(&self, session: &Session, protected: bool) -> bool {
        !protected || self.may_use_tokens(session)
    }

    /// Whether who creates a conference, or finds it by its alias, gets an owner token.
    fn gives_owner_token(&self, conference: &Conference, creator: &UserId) -> bool {
        conference.protected
            && conference.owner == *creator
            && !membership::is_kicked(conference.membership(creator))
    }

    /// What the owner may do.
    fn owner_permissions(&self) -> PermissionSet {
        Permission::ALL.into_iter().collect()
    }

    /// When a conference ends, if nothing happens before.
    fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
        membership::ends_at(conference, policy)
    }

    /// Whether a conference that has ended is gone.
    fn forgets_ended(&self, _conference: &Conference) -> bool {
        true
    }

    /// Which sessions hear that the conference has ended.
    fn hears_end(&self, _world: &Tenant, conference: &Conference) -> Vec<SessionId> {
        conference.joined_sessions()
    }

    // ----- Invitations -----

    /// Whether somebody who stands like this may be invited.
    fn checks_invitee(&self, membership: Option<&Membership>) -> Result<(), Refusal> {
        membership::check_not_kicked(membership)
    }

    /// What an invitation to somebody who stands like this comes to.
    fn invites(&self, membership: Option<&Membership>) -> Invitation {
        membership::invites(membership)
    }

    /// What an invitation grants. `held` is what the inviter may do; an application server may
    /// grant everything.
    fn grants(
        &self,
        asked: &RequestedPermissions,
        held: Option<&PermissionSet>,
    ) -> Result<PermissionSet, Refusal> {
        access::grants(asked, held)
    }

    /// Whether the permissions that a participant gives in an invitation matter.
    fn heeds_permissions(&self, conference: &Conference) -> bool {
        conference.protected
    }

    /// Whether an application server wants this person's sessions to be told.
    fn notifies(&self, invitee: &Invitee) -> bool {
        invitee.notification
    }

    /// Whether the name that an inviter gives is taken: somebody's own goes first.
    fn takes_name(&self, person: &Person) -> bool {
        person.name.is_none()
    }

    /// Which sessions get an invitation.
    fn receives_invitation(
        &self,
        tenant: &Tenant,
        conference: &Conference,
        user: &UserId,
    ) -> Vec<SessionId> {
        let open = tenant.open_sessions(user);
        let fit = open.filter(|session| !conference.protected || self.may_use_tokens(session));
        fit.map(|session| session.id.clone()).collect()
    }

    /// An invitation. `token` is the invitee's.
    fn invitation(
        &self,
        tenant: &Tenant,
        conference: &Conference,
        inviter: &UserId,
        _invitee: &UserId,
        token: String,
    ) -> InvitationReceived {
        let token = conference.protected.then_some(token);
        frames::invitation(conference, frames::inviter(tenant, inviter), token)
    }

    /// Whether a new invitation revokes the tokens of earlier ones.
    fn invitation_revokes(&self) -> bool {
        false
    }

    // ----- Joining and leaving -----

    /// Whether this person may join.
    fn admits(&self, conference: &Conference, user: &UserId) -> Result<(), Refusal> {
        membership::check_not_kicked(conference.membership(user))
    }

    /// Whether there is no room for this person.
    fn is_full(&self, conference: &Conference, user: &UserId, policy: &Policy) -> bool {
        let others = conference.joined.len() - usize::from(conference.joined.contains_key(user));
        policy.capacity.is_some_and(|capacity| others >= capacity)
    }

    /// The session whose place this one takes.
    fn replaces(&self, conference: &Conference, session: &Session) -> Option<SessionId> {
        conference.joined.get(&session.user).filter(|joined| **joined != session.id).cloned()
    }

    /// Whom the join answer lists: everybody who is in the conference or invited to it, the joiner
    /// excepted, who learns of itself by frames.
    fn lists(&self, conference: &Conference, joiner: &UserId) -> Vec<UserId> {
        let others = conference.memberships.iter().filter(|(user, _)| *user != joiner);
        let present = others.filter(|(_, membership)| membership::is_present(membership));
        present.map(|(user, _)| user.clone()).collect()
    }

    /// How long somebody who joins is connecting, when no media are negotiated.
    fn connects_after(&self) -> Duration {
        Duration::ZERO
    }

    /// Whether a session is taken out of the conference when it leaves.
    fn leaves(&self, conference: &Conference, session: &Session) -> bool {
        session.joined.as_ref() == Some(&conference.id)
    }

    /// Whether a session may leave a conference that it is not in.
    fn may_leave(&self, id: &str, exists: bool, session: &Session) -> Result<(), Refusal> {
        if exists || session.left.contains(id) { Ok(()) } else { Err(access::no_conference()) }
    }

    // ----- News of participants -----

    /// Which sessions hear news of a participant.
    fn hears_news(
        &self,
        _world: &Tenant,
        conference: &Conference,
        _about: &UserId,
    ) -> Vec<SessionId> {
        conference.joined_sessions()
    }

    /// What is pushed about a participant.
    fn news(
        &self,
        tenant: &Tenant,
        conference: &Conference,
        about: &UserId,
        news: News,
    ) -> Vec<Delivery> {
        let to = self.hears_news(tenant, conference, about);
        membership::news(tenant, conference, about, news, to)
    }

    // ----- Permissions -----

    /// What an update grants. `held` is what who updates may do; an application server may grant
    /// everything.
    fn grants_in_update(
        &self,
        asked: &RequestedPermissions,
        held: Option<&PermissionSet>,
    ) -> Result<PermissionSet, Refusal> {
        let set = asked.resolve();
        if held.is_some_and(|held| !set.is_subset(held)) {
            return Err(access::over_grant());
        }
        Ok(set)
    }

    /// Whether an update revokes the tokens that the person had.
    fn update_revokes(&self) -> bool {
        true
    }

    /// Which sessions get the new token of an update: the one by which the person has joined, else
    /// the open ones that are in no other conference.
    fn receives_update(
        &self,
        tenant: &Tenant,
        conference: &Conference,
        user: &UserId,
    ) -> Vec<SessionId> {
        if !conference.protected {
            return Vec::new();
        }
        if let Some(joined) = conference.joined.get(user) {
            return vec![joined.clone()];
        }
        let open = tenant.open_sessions(user);
        let free = open.filter(|session| session.joined.is_none() && self.may_use_tokens(session));
        free.map(|session| session.id.clone()).collect()
    }

    /// How long after the last time an unacknowledged update is given again; `None` for never.
    fn repeats_update(&self, update: &Unacknowledged, policy: &Policy) -> Option<Duration> {
        membership::repeats_update(update, policy)
    }

    /// Whether an update that is acknowledged is not given again.
    fn heeds_acknowledgements(&self) -> bool {
        true
    }

    // ----- Kicks -----

    /// Whether a kick of somebody who stands like this is for good: it revokes the tokens that the
    /// person had, and keeps the person out.
    fn kick_lasts(&self, _standing: &Membership) -> bool {
        true
    }

    /// Whether the participants hear that somebody was kicked who is not in the conference. Of
    /// who left they may never have heard.
    fn announces_kick(&self, membership: &Membership) -> bool {
        membership::is_present(membership)
    }

    /// Which session hears that its person was kicked.
    fn hears_kick(
        &self,
        _world: &Tenant,
        conference: &Conference,
        user: &UserId,
    ) -> Option<SessionId> {
        conference.joined.get(user).cloned()
    }

    // ----- Messages -----

    /// Whether a message is short enough.
    fn checks_message(&self, message: &str) -> Result<(), Refusal> {
        access::check_message(message)
    }

    /// Whether an application server may send in this person's name.
    fn may_be_sender(&self, conference: &Conference, user: &UserId) -> bool {
        let membership = conference.membership(user);
        membership.is_some() && !membership::is_kicked(membership)
    }

    /// Which sessions get what a participant sends.
    fn receives_sent(
        &self,
        _world: &Tenant,
        conference: &Conference,
        from: &UserId,
    ) -> Vec<SessionId> {
        let others = conference.joined.iter().filter(|(user, _)| *user != from);
        others.map(|(_, session)| session.clone()).collect()
    }

    /// Which sessions get what an application server sends; `to` names people by external id. An
    /// empty list means everybody, as the clients' own documentation has it.
    fn receives_message(
        &self,
        tenant: &Tenant,
        conference: &Conference,
        _from: &UserId,
        to: Option<&[String]>,
    ) -> Vec<SessionId> {
        let to = to.filter(|to| !to.is_empty());
        let to = to.map(|to| to.iter().collect::<BTreeSet<_>>());
        let is_named = |user: &UserId| {
            let id = tenant.people.get(user).and_then(|person| person.external_id.as_ref());
            to.as_ref().is_none_or(|to| id.is_some_and(|id| to.contains(id)))
        };
        let named = conference.joined.iter().filter(|(user, _)| is_named(user));
        named.map(|(_, session)| session.clone()).collect()
    }

    // ----- Lists and notifications -----

    /// Whom an application server sees as participants.
    fn participants(&self, conference: &Conference) -> Vec<UserId> {
        conference.joined.keys().cloned().collect()
    }

    /// Which sessions are notified.
    fn is_notified(
        &self,
        tenant: &Tenant,
        alias_key: &str,
        kind: &SubscriptionType,
    ) -> Vec<SessionId> {
        let topic: Topic = (alias_key.to_owned(), kind.as_str().to_owned());
        tenant.subscribers.get(&topic).into_iter().flatten().cloned().collect()
    }

    /// Whether a subscriber is told at once how the conference stands.
    fn tells_status(&self) -> bool {
        true
    }

    // ----- What leaves the server -----

    /// Looks over what a command is about to deliver.
    fn delivers(&self, _world: &Tenant, deliveries: Vec<Delivery>) -> Vec<Delivery> {
        deliveries
    }

    /// A frame, as it stands on the wire.
    fn frame(&self, push: &Push) -> String {
        serde_json::to_string(push).unwrap_or_default()
    }

    /// What a call is answered once it is done or refused: what came of it.
    fn says(&self, _call: &Call, result: Result<Value, Refusal>) -> Result<Value, Refusal> {
        result
    }

    /// The body of a successful answer.
    fn answer(&self, _endpoint: &Endpoint, answer: Value) -> Value {
        answer
    }

    /// The status of a successful answer.
    fn success(&self, _endpoint: &Endpoint) -> u16 {
        200
    }

    /// The status of a refusal; `endpoint` is `None` where no endpoint was called.
    fn status(&self, _endpoint: Option<&Endpoint>, failure: Failure) -> u16 {
        failure.status()
    }

    /// The body of a refusal; `endpoint` is `None` where no endpoint was called.
    fn error(&self, _endpoint: Option<&Endpoint>, refusal: &Refusal) -> Value {
        let error = ErrorResponse::new(refusal.failure, refusal.description.as_str());
        serde_json::to_value(error).unwrap_or_default()
    }

    /// A body as it stands on the wire: its content type, and its text.
    fn written(&self, _endpoint: Option<&Endpoint>, body: &Value) -> (&'static str, String) {
        ("application/json", body.to_string())
    }

    /// The headers that let a page of this origin read an answer.
    fn cross_origin(&self, origin: &str) -> Vec<(&'static str, String)> {
        access::cross_origin(origin)
    }

    /// The headers that let a page make a call.
    fn preflight(&self) -> Vec<(&'static str, String)> {
        access::preflight()
    }
}
