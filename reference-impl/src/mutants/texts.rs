//! Servers that are right for ASCII only, or count something else than the limit says.

use super::request::{edit, is, profiles, refuse, spoil, unchecked};
use super::{Mutant, wrong};
use crate::core::rules::{Conferences, Hooks, Inviting, Messages, Sessions, Wire};
use crate::core::state::{Conference, Tenant};
use crate::core::{Call, Refusal, Standard, UserId};
use invite_spec::endpoint::{Endpoint, Plane};
use invite_spec::limits;
use invite_spec::push::{ConferenceMessageReceived, InvitationReceived, Push};
use serde_json::Value;

/// A server that counts messages in another way.
macro_rules! counts_messages {
    ($name:literal breaks $breaks:ident: $does:literal, |$message:ident| $length:expr) => {
        wrong! {
            $name breaks $breaks: $does,
            in Messages: fn check_message(&self, $message: &str) -> Result<(), Refusal> {
                if $length > limits::MESSAGE_BYTES { refuse() } else { Ok(()) }
            }
        }
    };
}

/// A server that counts external ids in another way, or up to another limit.
macro_rules! counts_external_ids {
    ($name:literal breaks $breaks:ident: $does:literal, |$id:ident| $is_too_long:expr) => {
        wrong! {
            $name breaks $breaks: $does,
            in Sessions: fn check_external_id(&self, $id: &str) -> Result<(), Refusal> {
                if $id.is_empty() || $is_too_long { refuse() } else { Ok(()) }
            }
        }
    };
}

/// A server that spoils the texts of some requests.
macro_rules! reads {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        [$($operation:literal),+] |$body:ident| $change:block
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Hooks: fn rewrite_call(&self, call: &mut Call) {
                edit(call, &[$($operation),+], |$body| $change)
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "alias-by-ascii-case" breaks CNF_007:
        "compares aliases without regard to case in ASCII only.",
        in Conferences: fn alias_key(&self, alias: &str) -> String {
            alias.to_ascii_lowercase()
        }
    },
    wrong! {
        "alias-in-ascii" breaks CNF_006:
        "compares only the ASCII characters of aliases.",
        in Conferences: fn alias_key(&self, alias: &str) -> String {
            alias.chars().filter(char::is_ascii).collect::<String>().to_lowercase()
        }
    },
    wrong! {
        "alias-without-accents" breaks SUB_009:
        "takes an E with an accent for one without.",
        in Conferences: fn alias_key(&self, alias: &str) -> String {
            Standard.alias_key(alias).replace('é', "e")
        }
    },
    wrong! {
        "alias-cut-short" breaks CNF_006:
        "compares only the first 249 characters of aliases.",
        in Conferences: fn alias_key(&self, alias: &str) -> String {
            Standard.alias_key(&alias.chars().take(249).collect::<String>())
        }
    },
    wrong! {
        "alias-by-rest-without-accents" breaks CNF_006:
        "takes an E with an accent for one without when an alias is created by REST.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create"], |body| {
                spoil(body.get_mut("alias"), |alias| alias.replace('é', "e"));
            });
        }
    },
    wrong! {
        "alias-counted-in-bytes" breaks CNF_008:
        "counts the bytes of an alias instead of its characters.",
        in Conferences: fn check_alias(&self, alias: &str, plane: Plane) -> Result<(), Refusal> {
            if alias.len() > limits::ALIAS_CHARACTERS { refuse() } else { Standard.check_alias(alias, plane) }
        }
    },
    wrong! {
        "alias-counted-in-lower-case" breaks CNF_008:
        "counts the characters of an alias after writing it in lower case.",
        in Conferences: fn check_alias(&self, alias: &str, plane: Plane) -> Result<(), Refusal> {
            Standard.check_alias(&alias.to_lowercase(), plane)
        }
    },
    wrong! {
        "alias-of-256" breaks CNF_009:
        "accepts aliases of up to 256 characters.",
        in Conferences: fn check_alias(&self, alias: &str, plane: Plane) -> Result<(), Refusal> {
            let length = alias.chars().count();
            if (limits::ALIAS_CHARACTERS..=256).contains(&length) { return Ok(()); }
            Standard.check_alias(alias, plane)
        }
    },
    counts_messages! {
        "message-counted-as-json" breaks MSG_008:
        "counts the bytes of a message after escaping it as JSON.",
        |message| serde_json::to_string(message).map_or(0, |text| text.len().saturating_sub(2))
    },
    counts_messages! {
        "message-counted-as-ascii-json" breaks MSG_008:
        "counts six bytes for every character of a message beyond ASCII.",
        |message| message.chars().map(|it| if it.is_ascii() { 1 } else { 6 }).sum::<usize>()
    },
    counts_messages! {
        "message-counted-in-characters" breaks MSG_010:
        "counts the characters of a message instead of its bytes.",
        |message| message.chars().count()
    },
    wrong! {
        "messages-of-any-length" breaks MSG_010:
        "accepts messages of any length.",
        in Messages: fn check_message(&self, _: &str) -> Result<(), Refusal> {
            Ok(())
        }
    },
    counts_external_ids! {
        "external-ids-of-any-length" breaks SES_014:
        "accepts external ids of any length.", |id| false
    },
    counts_external_ids! {
        "external-ids-counted-in-characters" breaks SES_014:
        "counts the characters of an external id instead of its bytes.",
        |id| id.chars().count() > limits::EXTERNAL_ID_BYTES
    },
    counts_external_ids! {
        "external-ids-of-255" breaks SES_013:
        "refuses external ids of more than 255 bytes.", |id| id.len() > 255
    },
    wrong! {
        "message-in-ascii" breaks MSG_002:
        "replaces characters beyond ASCII in messages.",
        in Wire: fn frame_text(&self, push: &Push) -> String {
            let Push::ConferenceMessageReceived(message) = push else {
                return Standard.frame_text(push);
            };
            let message =
                ConferenceMessageReceived { message: ascii(&message.message), ..message.clone() };
            Standard.frame_text(&message.into())
        }
    },
    wrong! {
        "message-without-emoji" breaks MSG_002:
        "drops characters beyond the basic plane of Unicode from messages.",
        in Wire: fn frame_text(&self, push: &Push) -> String {
            let Push::ConferenceMessageReceived(message) = push else {
                return Standard.frame_text(push);
            };
            let text = message.message.chars().filter(|it| u32::from(*it) < 0x1_0000).collect();
            let message = ConferenceMessageReceived { message: text, ..message.clone() };
            Standard.frame_text(&message.into())
        }
    },
    wrong! {
        "inviter-name-in-ascii" breaks INV_020:
        "replaces characters beyond ASCII in the name of an inviter.",
        in Inviting: fn invitation(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            inviter: &UserId,
            invitee: &UserId,
            token: String,
        ) -> InvitationReceived {
            let mut frame = Standard.invitation(tenant, conference, inviter, invitee, token);
            frame.inviter.nick_name = frame.inviter.nick_name.as_deref().map(ascii);
            frame
        }
    },
    reads! {
        "sdk-invite-in-ascii" breaks INV_006:
        "ignores the characters beyond ASCII of the external ids in an SDK invite.",
        ["sdk.invite"] |body| {
            for person in profiles(body) {
                if let Some(Value::String(id)) = person.get_mut("externalId") {
                    *id = ascii(id);
                }
            }
        }
    },
    reads! {
        "rest-kick-in-ascii" breaks KCK_003:
        "ignores people with external ids beyond ASCII in a REST kick.",
        ["rest.kick"] |body| { retain_ascii(body, "externalIds"); }
    },
    reads! {
        "recipients-in-ascii" breaks MSG_007:
        "ignores the characters beyond ASCII of the recipients of a REST message.",
        ["rest.message"] |body| {
            if let Some(people) = body.get_mut("to").and_then(Value::as_array_mut) {
                for id in people {
                    if let Value::String(id) = id {
                        *id = ascii(id);
                    }
                }
            }
        }
    },
    wrong! {
        "rest-answer-in-ascii" breaks INV_002:
        "answers a REST invite with external ids in ASCII.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            if let (true, Some(people)) = (is(endpoint, "rest.invite"), answer.as_object_mut()) {
                *people = std::mem::take(people).into_iter().map(|(id, it)| (ascii(&id), it)).collect();
            }
            answer
        }
    },
    wrong! {
        "update-answer-in-ascii" breaks PRM_015:
        "answers a REST update with external ids in ASCII.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            if let (true, Some(people)) = (is(endpoint, "rest.permissions"), answer.as_object_mut()) {
                *people = std::mem::take(people).into_iter().map(|(id, it)| (ascii(&id), it)).collect();
            }
            answer
        }
    },
    wrong! {
        "news-in-ascii" breaks PRT_018:
        "writes external ids in participant news in ASCII.",
        in Wire: fn frame_text(&self, push: &Push) -> String {
            let mut push = push.clone();
            let id = match &mut push {
                Push::ParticipantAdded(frame) => frame.external_id.as_mut(),
                Push::ParticipantUpdated(frame) => frame.external_id.as_mut(),
                _ => None,
            };
            if let Some(id) = id {
                *id = ascii(id);
            }
            Standard.frame_text(&push)
        }
    },
    wrong! {
        "subscribes-by-ascii-case" breaks CNF_007:
        "compares the aliases of subscriptions without regard to case in ASCII only.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["sdk.subscribe"], |body| {
                let list = body.get_mut("subscriptions").and_then(Value::as_array_mut);
                for subscription in list.into_iter().flatten() {
                    if let Some(Value::String(alias)) = subscription.get_mut("conferenceAlias")
                        && alias.to_ascii_lowercase() != alias.to_lowercase()
                    {
                        alias.push_str(" in this case");
                    }
                }
            })
        }
    },
    wrong! {
        "no-identity-beyond-ascii" breaks SES_001:
        "refuses to open a session for an external id beyond ASCII.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let shown = call.credentials.authorization.as_deref();
            let claims = shown.and_then(|it| unchecked(it.strip_prefix("Bearer ")?));
            let id = claims.and_then(|claims| claims.external_id);
            let is_foreign = id.is_some_and(|id| !id.is_ascii());
            if is_foreign && is(call.endpoint, "sdk.identify") { refuse() } else { Ok(()) }
        }
    },
];

fn ascii(text: &str) -> String {
    text.chars().map(|letter| if letter.is_ascii() { letter } else { '?' }).collect()
}

fn retain_ascii(body: &mut Value, list: &str) {
    if let Some(people) = body.get_mut(list).and_then(Value::as_array_mut) {
        people.retain(|id| id.as_str().is_none_or(str::is_ascii));
    }
}
