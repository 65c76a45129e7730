//! The effects of calls that were refused: there must be none.

use super::history::{Exchange, History, Socket};
use invite_spec::endpoint::Effect;
use invite_spec::push::FrameType;
use invite_trace::FrameAt;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Something that shows that a refused call was performed all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    /// The entry that shows it.
    pub at: usize,
    /// The frame.
    pub frame: FrameAt,
}

/// What the calls of a trace can have caused.
pub(crate) struct Effects<'h, 't> {
    history: &'h History<'t>,
    /// Users by external id.
    users: BTreeMap<&'h str, BTreeSet<&'h str>>,
    /// The calls that may have caused something: any that was not refused, even one without a
    /// response.
    others: Vec<Action<'h>>,
    /// The calls that were refused.
    refused: Vec<Action<'h>>,
}

impl<'h, 't> Effects<'h, 't> {
    pub(crate) fn of(history: &'h History<'t>) -> Effects<'h, 't> {
        let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for session in history.sessions.values() {
            if let Some(external_id) = session.external_id {
                users.entry(external_id).or_default().insert(session.user);
            }
        }
        let actions = |refused: bool| {
            let all = history.exchanges.iter().filter(move |other| other.is_refused() == refused);
            all.filter_map(|other| Action::of(history, &users, other)).collect()
        };
        let (others, refused) = (actions(false), actions(true));
        Effects { history, users, others, refused }
    }

    /// The first frame that shows that a refused call was performed all the same: such a call causes
    /// it, for somebody whom this one named, and no other call explains it, nor a later one that was
    /// refused as well.
    ///
    /// A capture may show only part of what happened: other calls are unknown there.
    pub(crate) fn of_refused(&self, refused: &Exchange<'t>) -> Option<Shown> {
        let history = self.history;
        if !history.is_whole() || !refused.is_refused() {
            return None;
        }
        let action = Action::of(history, &self.users, refused)?;
        let is_of_later = |socket: &Socket<'_>, at: usize, frame: &Value| {
            self.refused.iter().any(|later| {
                (refused.asked_at + 1..at).contains(&later.asked_at)
                    && later.shows_in(history, socket, at, frame)
            })
        };
        let of_socket = |socket: &Socket<'_>| {
            let after = socket.values().filter(|(at, _)| *at > refused.asked_at);
            let mut shown = after.filter(|(at, frame)| {
                action.shows_in(history, socket, *at, frame)
                    && !is_of_later(socket, *at, frame)
                    && !self.others.iter().any(|other| {
                        other.asked_at < *at
                            && (other.shows_in(history, socket, *at, frame)
                                || other.asked_at > refused.asked_at
                                    && other.may_bring_token(history, socket, frame))
                    })
            });
            let (at, frame) = shown.next()?;
            let actor = socket.actor.to_owned();
            Some(Shown { at, frame: FrameAt { frame: FrameType::of(frame)?, actor } })
        };
        history.sockets.iter().filter_map(of_socket).min_by_key(|effect| effect.at)
    }
}

/// A call, by what it does and to whom.
struct Action<'t> {
    effect: Effect,
    asked_at: usize,
    conference: Option<&'t str>,
    /// Whom it is about, by user id and by external id.
    users: BTreeSet<&'t str>,
    external_ids: BTreeSet<&'t str>,
    /// The message that it sends, or the alias that it creates.
    text: Option<&'t str>,
}

impl<'t> Action<'t> {
    fn of(
        history: &'t History<'_>,
        known: &BTreeMap<&'t str, BTreeSet<&'t str>>,
        exchange: &'t Exchange<'_>,
    ) -> Option<Action<'t>> {
        let effect = exchange.endpoint?.effect?;
        let body = exchange.body.json().unwrap_or(&Value::Null);
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let own = exchange.session().and_then(|token| history.sessions.get(token));
        let mut external_ids = named(body);
        let mut users: BTreeSet<&str> = update_of(body).collect();
        users.extend(exchange.parameters.get("userId").map(String::as_str));
        match effect {
            Effect::Joins => users.extend(own.map(|session| session.user)),
            Effect::Creates => external_ids.extend(text("ownerExternalId")),
            _ => {}
        }
        users.extend(external_ids.iter().filter_map(|id| known.get(id)).flatten());
        Some(Action {
            effect,
            asked_at: exchange.asked_at,
            conference: exchange.conference(),
            users,
            external_ids,
            text: match effect {
                Effect::Sends => text("message"),
                Effect::Creates => text("alias").filter(|alias| !alias.is_empty()),
                _ => None,
            },
        })
    }

    /// Whether a frame at a socket brings a token that a server may push to whoever joins: no source
    /// says when a token is issued anew.
    fn may_bring_token(&self, history: &History<'_>, socket: &Socket<'_>, frame: &Value) -> bool {
        self.effect == Effect::Joins
            && FrameType::of(frame) == Some(FrameType::UpdateToken)
            && history.session_of(socket).is_some_and(|it| self.users.contains(it.user))
    }

    /// Whether a frame at a socket can have come of it.
    fn shows_in(
        &self,
        history: &History<'_>,
        socket: &Socket<'_>,
        at: usize,
        frame: &Value,
    ) -> bool {
        let text = |pointer: &str| frame.pointer(pointer).and_then(Value::as_str);
        let is_about_named = || {
            text("/user_id").is_some_and(|user| self.users.contains(user))
                || text("/externalId").is_some_and(|id| self.external_ids.contains(id))
        };
        let receiver = history.session_of(socket);
        let reaches_named = || {
            receiver.is_some_and(|it| {
                self.users.contains(it.user)
                    || it.external_id.is_some_and(|id| self.external_ids.contains(id))
            })
        };
        let names_conference =
            || self.conference.is_some() && text("/conferenceId") == self.conference;
        // The response to a refused create names no conference.
        let is_of_nameless = || {
            let named = text("/conferenceId");
            self.conference.is_none() && named.is_some_and(|id| !history.is_conference(id))
        };
        let status = text("/status").unwrap_or_default();
        let Some(pushed) = FrameType::of(frame) else { return false };
        match (pushed, self.effect) {
            (FrameType::InvitationReceived, Effect::Invites) => {
                names_conference() && reaches_named()
            }
            (FrameType::InvitationReceived, Effect::Creates) => {
                (names_conference() || is_of_nameless()) && reaches_named()
            }
            (FrameType::ParticipantAdded | FrameType::ParticipantUpdated, effect) => match status {
                "RESERVED" => {
                    matches!(effect, Effect::Invites | Effect::Creates) && is_about_named()
                }
                "CONNECTING" | "ON_AIR" => effect == Effect::Joins && is_about_named(),
                "KICKED" => effect == Effect::Kicks && is_about_named(),
                _ => false,
            },
            (FrameType::UpdateToken, Effect::Updates) => reaches_named(),
            (FrameType::ParticipantKicked, Effect::Kicks) => reaches_named(),
            (FrameType::ConferenceMessageReceived, Effect::Sends) => {
                self.text.is_some() && text("/message") == self.text
            }
            // An empty conference may end by itself; one that the receiver is in is not empty.
            (FrameType::ConferenceDestroyed, Effect::Ends) => {
                names_conference() && history.outside(socket, at).is_none()
            }
            (FrameType::ConferenceCreatedNotification, Effect::Creates) => {
                let told = text("/conference/confAlias").map(str::to_lowercase);
                self.text.is_some() && told == self.text.map(str::to_lowercase)
            }
            _ => false,
        }
    }
}

/// Whom a body names by external id.
fn named(body: &Value) -> BTreeSet<&str> {
    let keys = body.get("participants").and_then(Value::as_object).into_iter().flatten();
    let listed = body.get("externalIds").and_then(Value::as_array).into_iter().flatten();
    let profiles = body.get("externalProfiles").and_then(Value::as_array).into_iter().flatten();
    keys.map(|(id, _)| id.as_str())
        .chain(listed.filter_map(Value::as_str))
        .chain(profiles.filter_map(|profile| profile.get("externalId")?.as_str()))
        .collect()
}

/// Whom an update names by user id.
fn update_of(body: &Value) -> impl Iterator<Item = &str> {
    let updates = body.get("userPermissions").and_then(Value::as_array).into_iter().flatten();
    updates.filter_map(|update| update.get("userId")?.as_str())
}
