//! Servers that say of people and conferences what is not so.

use super::request::{edit, is, locked, profiles, without};
use super::{Mutant, wrong};
use crate::core::rules::{Hooks, Inviting, Wire};
use crate::core::state::{Conference, Tenant};
use crate::core::{Call, Delivery, Standard, UserId, frames};
use invite_spec::endpoint::Endpoint;
use invite_spec::participant::ParticipantStatus;
use invite_spec::push::{InvitationReceived, Push};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;

/// A server whose invitations say too little, or the wrong thing.
macro_rules! invites_with {
    ($name:literal breaks $breaks:ident: $does:literal, |$frame:ident| $change:block) => {
        wrong! {
            $name breaks $breaks: $does,
            in Inviting: fn invitation(
                &self,
                tenant: &Tenant,
                conference: &Conference,
                inviter: &UserId,
                invitee: &UserId,
                token: String,
            ) -> InvitationReceived {
                let mut $frame = Standard.invitation(tenant, conference, inviter, invitee, token);
                $change
                $frame
            }
        }
    };
}

/// A server that answers one operation with something else.
macro_rules! answers {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        $operation:literal |$answer:ident| $change:block
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, answer: Value) -> Value {
                let mut $answer = answer;
                if is(endpoint, $operation) {
                    $change
                }
                $answer
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "joined-are-reserved-again" breaks PRT_017:
        "announces as reserved a participant whom an SDK invite names.",
        remembers { named: Mutex<BTreeSet<String>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let mut named = locked(&self.named);
            named.clear();
            edit(call, &["sdk.invite"], |body| {
                let ids = profiles(body).filter_map(|it| Some(it.get("externalId")?.as_str()?.to_owned()));
                named.extend(ids);
            });
        }
        fn rewrite_deliveries(&self, tenant: &Tenant, mut deliveries: Vec<Delivery>) -> Vec<Delivery> {
            let mut named = locked(&self.named);
            for person in std::mem::take(&mut *named).iter().filter_map(|id| tenant.by_external_id(id)) {
                let inside = tenant.conferences.values().filter(|it| it.joined.contains_key(&person.id));
                for conference in inside {
                    let mut frame = frames::added(tenant, conference, &person.id);
                    frame.status = Some(ParticipantStatus::Reserved);
                    deliveries.push(Delivery::new(conference.joined_sessions(), frame));
                }
            }
            deliveries
        }
    },
    answers! {
        "join-lists-reserved-as-connected" breaks PRT_017:
        "lists invited people as connected in the answer to a join.",
        "sdk.join" |answer| {
            let people = answer.get_mut("participants").and_then(Value::as_array_mut);
            for person in people.into_iter().flatten() {
                if person["status"] == json!("RESERVED") {
                    person["status"] = json!("ON_AIR");
                }
            }
        }
    },
    answers! {
        "join-lists-connected-as-reserved" breaks PRT_017:
        "lists participants as reserved in the answer to a join.",
        "sdk.join" |answer| {
            let people = answer.get_mut("participants").and_then(Value::as_array_mut);
            for person in people.into_iter().flatten() {
                person["status"] = json!("RESERVED");
            }
        }
    },
    invites_with! {
        "nameless-inviter" breaks INV_044:
        "omits the name of the inviter from invitations.",
        |frame| { frame.inviter.nick_name = None; }
    },
    invites_with! {
        "inviter-without-external-id" breaks INV_044:
        "omits the external id of the inviter from invitations.",
        |frame| { frame.inviter.external_id = None; }
    },
    invites_with! {
        "inviter-without-user-id" breaks INV_044:
        "omits the user id of the inviter from invitations.",
        |frame| { frame.inviter.user_id = None; }
    },
    answers! {
        "create-answers-another-alias" breaks CNF_024:
        "answers another alias to a REST create than the requested one.",
        "rest.create" |answer| {
            if let Some(alias) = answer.get("conferenceAlias").and_then(Value::as_str) {
                answer["conferenceAlias"] = json!(format!("{alias}-1"));
            }
        }
    },
    answers! {
        "join-answers-another-alias" breaks CNF_024:
        "answers the id of the conference as its alias to a join.",
        "sdk.join" |answer| {
            if answer.get("conferenceAlias").is_some_and(Value::is_string) {
                answer["conferenceAlias"] = answer["conferenceId"].clone();
            }
        }
    },
    answers! {
        "join-answers-another-conference" breaks JOIN_028:
        "answers the id of no conference to a join.",
        "sdk.join" |answer| {
            if let Some(id) = answer.get("conferenceId").and_then(Value::as_str) {
                answer["conferenceId"] = json!(format!("{id}-1"));
            }
        }
    },
    answers! {
        "join-answers-no-conference" breaks JOIN_029:
        "omits the id of the conference from the answer to a join.",
        "sdk.join" |answer| { answer = without(answer, "conferenceId"); }
    },
    answers! {
        "participants-under-other-external-ids" breaks PRT_018:
        "lists participants by REST under other external ids.",
        "rest.participants" |answer| {
            let people = answer.get_mut("participants").and_then(Value::as_array_mut);
            for person in people.into_iter().flatten() {
                if let Some(id) = person.get("externalId").and_then(Value::as_str) {
                    person["externalId"] = json!(format!("user:{id}"));
                }
            }
        }
    },
    wrong! {
        "news-under-lower-case-external-ids" breaks PRT_018:
        "writes external ids in lower case in participant news.",
        in Wire: fn frame_text(&self, push: &Push) -> String {
            let mut push = push.clone();
            match &mut push {
                Push::ParticipantAdded(frame) => lower(&mut frame.external_id),
                Push::ParticipantUpdated(frame) => lower(&mut frame.external_id),
                _ => {}
            }
            Standard.frame_text(&push)
        }
    },
];

fn lower(text: &mut Option<String>) {
    if let Some(text) = text {
        *text = text.to_lowercase();
    }
}
