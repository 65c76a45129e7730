//! Servers that look people up by external id without regard to case, in one call.

use super::request::{edit, locked};
use super::{Mutant, wrong};
use crate::core::Call;
use crate::core::rules::Hooks;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Mutex;

/// The first known external id that is equal but for the case of its letters.
fn found(known: &BTreeSet<String>, named: String) -> String {
    let wanted = named.to_lowercase();
    known.iter().find(|it| it.to_lowercase() == wanted).cloned().unwrap_or(named)
}

/// Exchanges each external id in a body, key or value, for the one that is found for it.
fn confuse(known: &BTreeSet<String>, value: &mut Value) {
    match value {
        Value::String(text) => *text = found(known, std::mem::take(text)),
        Value::Array(all) => all.iter_mut().for_each(|it| confuse(known, it)),
        Value::Object(fields) => {
            let renamed = std::mem::take(fields).into_iter().map(|(name, mut value)| {
                confuse(known, &mut value);
                (found(known, name), value)
            });
            *fields = renamed.collect::<Map<_, _>>();
        }
        _ => {}
    }
}

/// A server that does so in the calls of one operation.
macro_rules! ignores_case {
    ($name:literal breaks $breaks:ident: $does:literal, $operation:literal) => {
        wrong! {
            $name breaks $breaks: $does,
            remembers { known: Mutex<BTreeSet<String>> }
            in Hooks: fn rewrite_call(&self, call: &mut Call) {
                let mut known = locked(&self.known);
                edit(call, &["sdk.identify"], |body| {
                    known.extend(body["externalId"].as_str().map(str::to_owned));
                });
                edit(call, &[$operation], |body| confuse(&known, body));
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    ignores_case! {
        "message-ignores-case" breaks MSG_007:
        "finds the receivers of a message by REST whatever the case of their external ids.",
        "rest.message"
    },
    ignores_case! {
        "rest-kick-ignores-case" breaks KCK_003:
        "finds the people of a REST kick whatever the case of their external ids.",
        "rest.kick"
    },
    ignores_case! {
        "rest-update-ignores-case" breaks PRM_015:
        "finds the people of a REST update whatever the case of their external ids.",
        "rest.permissions"
    },
    ignores_case! {
        "rest-invite-ignores-case" breaks INV_002:
        "finds the people of a REST invite whatever the case of their external ids.",
        "rest.invite"
    },
    ignores_case! {
        "rest-create-ignores-case" breaks TOK_002:
        "finds the people of a REST create whatever the case of their external ids.",
        "rest.create"
    },
    ignores_case! {
        "sdk-invite-ignores-case" breaks INV_006:
        "finds the people of an SDK invite whatever the case of their external ids.",
        "sdk.invite"
    },
];
