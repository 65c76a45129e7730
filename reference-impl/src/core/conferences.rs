//! Creating, finding and ending conferences.

use super::authenticate::Caller;
use super::bounds::{TEXT_BYTES, check_text};
use super::call::{Call, Refusal};
use super::frames;
use super::id::{ConferenceId, UserId};
use super::invite::Guest;
use super::keeping::{MEMBERSHIP, weight_of_conference, weight_of_person};
use super::state::Conference;
use super::timers::Timer;
use super::transaction::{Transaction, respond, respond_empty};
use invite_spec::endpoint::Plane;
use invite_spec::error::Failure;
use invite_spec::limits::ALIAS_CHARACTERS;
use invite_spec::push::{ConferenceCreatedNotification, ConferenceEndedNotification};
use invite_spec::sdk::subscriptions::SubscriptionType;
use invite_spec::wire::{LooseBool, LooseSeconds, PinCode};
use invite_spec::{rest, sdk};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// The properties of a conference that is to be created.
struct NewConference {
    alias: Option<String>,
    pin_code: Option<String>,
    protected: bool,
    ttl: Option<LooseSeconds>,
    metadata: Map<String, Value>,
}

/// An application server creates a conference and invites people.
pub(super) fn create_by_rest(
    tx: &mut Transaction<'_>,
    call: &Call,
    _: &Caller,
) -> Result<Value, Refusal> {
    let request: rest::create::Request = call.read()?;
    let parameters = request.parameters.unwrap_or_default();
    tx.rules.sessions().check_external_id(&request.owner_external_id)?;
    let alias = tx.alias(request.alias, call.endpoint.plane)?;
    let found = tx.found(alias.as_deref());
    let guests = Guest::of_application_server(request.participants.unwrap_or_default());
    let granted = tx.check_guests(found.as_ref(), &guests, None)?;
    let parameters_texts = [&parameters.rtcp_mode, &parameters.video_codec];
    let pin_code = parameters.pincode.as_ref().map(|PinCode(code)| code);
    let texts = check_texts(parameters_texts.into_iter().flatten().chain(pin_code))?;
    tx.make_room_for_guests(&guests)?;
    tx.make_room(
        weight_of_conference(texts)
            + weight_of_person(Some(&request.owner_external_id), 0)
            + MEMBERSHIP,
    )?;

    let owner = tx.person(Some(&request.owner_external_id));
    let protected =
        tx.rules.conferences().protects_conferences_created_by_rest(&tx.tenant.application);
    let new = NewConference {
        metadata: metadata(
            parameters.dolby_voice,
            parameters.live_recording,
            parameters.rtcp_mode,
            parameters.video_codec,
            parameters.ttl,
        ),
        alias,
        pin_code: parameters.pincode.map(|PinCode(code)| code),
        protected,
        ttl: parameters.ttl,
    };
    let id = match found {
        Some(found) => found,
        None => tx.create(new, &owner),
    };
    let owner_token = tx.owner_token(&id, &owner)?;
    let inviter = tx.conference(id.as_str())?.owner.clone();
    let tokens = tx.invite(&id, &inviter, guests.into_iter().zip(granted).collect())?;
    let conference = tx.conference(id.as_str())?;
    respond(rest::create::Answer {
        conference_id: (&id).into(),
        conference_alias: conference.alias.clone(),
        conference_pincode: conference.pin_code.clone(),
        is_protected: Some(conference.protected),
        owner_token,
        users_tokens: Some(tokens),
    })
}

/// A client creates a conference.
pub(super) fn create_by_sdk(
    tx: &mut Transaction<'_>,
    call: &Call,
    caller: &Caller,
) -> Result<Value, Refusal> {
    let request: sdk::create::Request = call.read()?;
    let params = request.params.unwrap_or_default();
    let alias = tx.alias(request.alias, call.endpoint.plane)?;
    let found = tx.found(alias.as_deref());
    let session = tx.session(caller.session()?)?;
    let owner = session.user.clone();
    let protected = tx.tenant.application.protected;
    if found.is_none() && !tx.rules.conferences().may_create(session, protected) {
        return Err(Refusal::new(
            Failure::UserNotValid,
            "protected conferences need an external id, and the session has none that counts",
        ));
    }
    let parameters_texts = [&params.rtcp_mode, &params.video_codec];
    let pin_code = request.pin_code.as_ref().map(|PinCode(code)| code);
    let texts = check_texts(parameters_texts.into_iter().flatten().chain(pin_code))?;
    let is_new = found.is_none();
    if is_new {
        tx.make_room(weight_of_conference(texts) + MEMBERSHIP)?;
    }
    let new = NewConference {
        metadata: metadata(
            params.dolby_voice.map(|LooseBool(value)| value),
            params.live_recording.map(|LooseBool(value)| value),
            params.rtcp_mode,
            params.video_codec,
            params.ttl,
        ),
        alias,
        pin_code: request.pin_code.map(|PinCode(code)| code),
        protected,
        ttl: params.ttl,
    };
    let id = match found {
        Some(found) => found,
        None => tx.create(new, &owner),
    };
    let owner_token = tx.owner_token(&id, &owner)?;
    let conference = tx.conference(id.as_str())?;
    respond(sdk::create::Answer {
        conference_id: (&id).into(),
        conference_alias: conference.alias.clone(),
        conference_pincode: conference.pin_code.clone(),
        is_new: Some(is_new),
        is_protected: Some(conference.protected),
        owner_token,
    })
}

/// An application server ends a conference.
pub(super) fn terminate(
    tx: &mut Transaction<'_>,
    call: &Call,
    _: &Caller,
) -> Result<Value, Refusal> {
    let id = tx.conference_of(call)?.id.clone();
    tx.end(&id);
    respond_empty()
}

/// Checks the lengths of the texts that a conference keeps, and returns how many bytes they have.
fn check_texts<'a>(texts: impl Iterator<Item = &'a String>) -> Result<usize, Refusal> {
    let mut bytes = 2 * ALIAS_CHARACTERS * char::MAX.len_utf8();
    for text in texts {
        check_text("parameters", Some(text), TEXT_BYTES)?;
        bytes += text.len();
    }
    Ok(bytes)
}

/// The metadata of a conference. The Web SDK cannot join without it.
fn metadata(
    dolby_voice: Option<bool>,
    live_recording: Option<bool>,
    rtcp_mode: Option<String>,
    video_codec: Option<String>,
    ttl: Option<LooseSeconds>,
) -> Map<String, Value> {
    let fields = [
        ("currentLanguage", json!("english")),
        // The Web SDK expects strings here.
        ("dolbyVoice", json!(dolby_voice.unwrap_or(false).to_string())),
        ("liveRecording", json!(live_recording.unwrap_or(false).to_string())),
        ("mode", json!("standard")),
        ("multiSession", json!(false)),
        ("rtcpMode", json!(rtcp_mode.unwrap_or_else(|| "average".to_owned()))),
        ("stats", json!(false)),
        ("ttl", json!(ttl.map_or(0, |LooseSeconds(seconds)| seconds))),
        ("videoCodec", json!(video_codec.unwrap_or_else(|| "H264".to_owned()))),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Transaction<'_> {
    /// The requested alias, checked. An empty one counts as none.
    fn alias(&self, asked: Option<String>, plane: Plane) -> Result<Option<String>, Refusal> {
        let alias = asked.filter(|alias| !alias.is_empty());
        alias
            .as_deref()
            .map_or(Ok(()), |alias| self.rules.conferences().check_alias(alias, plane))?;
        Ok(alias)
    }

    /// The existing conference with this alias.
    fn found(&self, alias: Option<&str>) -> Option<ConferenceId> {
        let key = self.rules.conferences().alias_key(alias?);
        self.rules.conferences().conference_with_alias(self.tenant, &key)
    }

    fn create(&mut self, new: NewConference, owner: &UserId) -> ConferenceId {
        let id = ConferenceId::new(self.fresh());
        let alias_key = new.alias.as_deref().map(|alias| self.rules.conferences().alias_key(alias));
        if let Some(key) = &alias_key {
            self.tenant.aliases.insert(key.clone(), id.clone());
        }
        let conference = Conference {
            id: id.clone(),
            alias: new.alias,
            alias_key,
            pin_code: new.pin_code,
            protected: new.protected,
            owner: owner.clone(),
            metadata: new.metadata,
            ttl: Duration::from_secs(new.ttl.map_or(0, |LooseSeconds(seconds)| seconds)),
            created: self.now,
            empty_since: Some(self.now),
            looked_at: None,
            memberships: BTreeMap::new(),
            joined: BTreeMap::new(),
        };
        let created =
            ConferenceCreatedNotification { conference: frames::conference_name(&conference) };
        self.tenant.weight += conference.weight();
        self.tenant.conferences.insert(id.clone(), conference);
        // It exists: it has just been stored.
        let _ = self.membership(&id, owner);
        self.notify(&id, &SubscriptionType::ConferenceCreated, created);
        self.await_end(&id);
        id
    }

    fn owner_token(
        &mut self,
        id: &ConferenceId,
        creator: &UserId,
    ) -> Result<Option<String>, Refusal> {
        let conference = self.conference(id.as_str())?;
        if !self.rules.conferences().gets_owner_token(conference, creator) {
            return Ok(None);
        }
        let permissions = self.rules.conferences().permissions_of_owner();
        self.conference_token_for(id, creator, &permissions).map(Some)
    }

    /// Schedules the end of the conference.
    pub(super) fn await_end(&mut self, id: &ConferenceId) {
        let Ok(conference) = self.conference(id.as_str()) else { return };
        let end = self.rules.conferences().ends_at(conference, self.policy);
        // An earlier look sets the next one. People who come and go must not leave a timer each.
        if conference.looked_at.is_some_and(|next| next <= end) {
            return;
        }
        if let Ok(conference) = self.conference_mut(id) {
            conference.looked_at = Some(end);
        }
        self.remind(end, Timer::ConferenceEnd(id.clone()));
    }

    /// Ends the conference if its time has come.
    pub(super) fn end_if_due(&mut self, id: &ConferenceId) {
        let now = self.now;
        let Ok(conference) = self.conference_mut(id) else { return };
        conference.looked_at = conference.looked_at.filter(|next| *next > now);
        let Ok(conference) = self.conference(id.as_str()) else { return };
        if self.rules.conferences().ends_at(conference, self.policy) <= self.now {
            self.end(id);
        } else {
            self.await_end(id);
        }
    }

    pub(super) fn end(&mut self, id: &ConferenceId) {
        let Ok(conference) = self.conference(id.as_str()) else { return };
        let to = self.rules.conferences().recipients_of_end(self.tenant, conference);
        let destroyed = frames::destroyed(conference);
        let ended = ConferenceEndedNotification { conference: frames::conference_name(conference) };
        let is_gone = self.rules.conferences().is_removed_at_end(conference);
        self.deliver(to, destroyed);
        self.notify(id, &SubscriptionType::ConferenceEnded, ended);
        if !is_gone {
            return;
        }
        let Some(conference) = self.drop_conference(id) else { return };
        if let Some(at) = conference.looked_at {
            self.timers.cancel(at, self.application, Timer::ConferenceEnd(id.clone()));
        }
        if let Some(key) = &conference.alias_key
            && self.tenant.aliases.get(key) == Some(id)
        {
            self.tenant.aliases.remove(key);
        }
        for user in conference.memberships.keys() {
            self.forget_updates(id, user);
        }
        for session in conference.joined.values() {
            if let Ok(session) = self.session_mut(session) {
                session.go();
            }
        }
    }
}
