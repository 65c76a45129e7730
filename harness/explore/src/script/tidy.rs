//! Takes out what nothing needs, and gives readable names.

use super::expectations::names_of;
use super::{Item, Kind, Piece};
use crate::model::{Role, Session};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Names for each refusal the step that shows that such a call is accepted when it is right.
pub(super) fn twins(items: &mut [Item]) {
    struct Known {
        operation: String,
        id: String,
        accepted: bool,
    }
    let call_of = |piece: &Piece| piece.step.get("call").cloned();
    let mut known: Vec<Known> = Vec::new();
    for item in items.iter() {
        let pieces = match item {
            Item::One(piece) => std::slice::from_ref(piece),
            Item::Together(all) => all.as_slice(),
        };
        for piece in pieces.iter().filter(|piece| piece.kind != Kind::Aside) {
            let found = match call_of(piece) {
                Some(call) => (
                    call["operation"].as_str().unwrap_or_default().to_owned(),
                    call["id"].as_str().unwrap_or_default().to_owned(),
                    call.get("outcome").is_none(),
                ),
                None => {
                    let open = piece.step.get("open");
                    let id = open.and_then(|open| open["id"].as_str()).unwrap_or_default();
                    (String::new(), id.to_owned(), open.is_some())
                }
            };
            if !found.1.is_empty() {
                known.push(Known { operation: found.0, id: found.1, accepted: found.2 });
            }
        }
    }
    // The twin, and whether it is the same call.
    let twin = |operation: &str, own: &str| {
        let before = known.iter().take_while(|it| it.id != own);
        let after = known.iter().skip_while(|it| it.id != own);
        let fits = |it: &&Known| it.accepted && it.operation == operation;
        let same = before.filter(fits).last().or_else(|| after.clone().find(fits));
        let any = same.or_else(|| known.iter().find(|it| it.accepted));
        any.map(|it| (it.id.clone(), same.is_some()))
    };
    for item in items {
        let pieces = match item {
            Item::One(piece) => std::slice::from_mut(piece),
            Item::Together(all) => all.as_mut_slice(),
        };
        for piece in pieces.iter_mut().filter(|piece| piece.kind == Kind::Call) {
            let Some(Value::Object(call)) = piece.step.get_mut("call") else { continue };
            if call.get("twin") != Some(&json!("")) {
                continue;
            }
            let operation = call["operation"].as_str().unwrap_or_default().to_owned();
            let own = call["id"].as_str().unwrap_or_default().to_owned();
            let (found, is_same) = twin(&operation, &own).unwrap_or((own, false));
            call.insert("twin".into(), json!(found));
            // How a call is refused says nothing where none is accepted.
            if !is_same {
                piece.expects.clear();
            }
        }
    }
}

/// The step of a piece, with its expectations in their place; and why it is waited for, if it is.
pub(super) fn finish(item: &Item) -> Vec<(Value, Option<Role>)> {
    match item {
        Item::One(piece) => vec![finished(piece)],
        Item::Together(all) => {
            let steps: Vec<Value> = all.iter().map(|piece| finished(piece).0).collect();
            vec![(json!({ "together": steps }), None)]
        }
    }
}

pub(super) fn finished(piece: &Piece) -> (Value, Option<Role>) {
    let expects: Vec<Value> = piece.expects.iter().map(|(_, value)| value.clone()).collect();
    let mut step = piece.step.clone();
    match piece.kind {
        Kind::Check => {
            let fenced: BTreeSet<Session> =
                piece.expects.iter().flat_map(|(fenced, _)| fenced.iter().copied()).collect();
            let fenced: Vec<Session> = fenced.into_iter().collect();
            let check = json!({ "fence": names_of(&fenced), "expect": expects });
            (json!({ "check": check }), None)
        }
        Kind::Call => {
            if let (Some(Value::Object(call)), false) = (step.get_mut("call"), expects.is_empty()) {
                call.insert("expect".into(), Value::Array(expects));
            }
            (Value::Object(step), None)
        }
        Kind::Arrives(role) => (Value::Object(step), Some(role)),
        Kind::Plain | Kind::Settles | Kind::Aside => (Value::Object(step), None),
    }
}

/// Takes away the ids, saved values and waits that nothing needs.
pub(super) fn prune(steps: &mut Vec<(Value, Option<Role>)>) {
    loop {
        let mut used = BTreeSet::new();
        steps.iter().for_each(|(step, _)| names_used(step, &mut used));
        let uses = |name: &str| used.contains(name);
        let mut is_done = true;
        steps.retain(|(step, role)| {
            let made = step.pointer("/forge/name").and_then(Value::as_str);
            let is_unused_token = matches!(role, Some(Role::Brings(token)) if !uses(&token.name()));
            // An update that a client does not get changes what it sends: then it is waited for.
            let is_update = step.pointer("/await/frame") == Some(&json!("UpdateToken"));
            let is_needed = made.is_none_or(uses) && (!is_unused_token || is_update);
            is_done &= is_needed;
            is_needed
        });
        for (step, _) in steps.iter_mut() {
            each_call(step, &mut |call| {
                if let Some(Value::Object(save)) = call.get_mut("save") {
                    let before = save.len();
                    save.retain(|name, _| uses(name));
                    is_done &= save.len() == before;
                    if save.is_empty() {
                        call.shift_remove("save");
                    }
                }
            });
        }
        // A token with narrow scopes that nobody uses.
        steps.retain(|(step, _)| {
            let call = step.get("call");
            let is_of_narrow = call.is_some_and(|call| {
                call["operation"] == json!("auth.token") && call.get("id").is_none()
            });
            let saves = call.and_then(|call| call.get("save"));
            let is_needless = is_of_narrow && saves.is_none() && call.is_some_and(is_only_scope);
            is_done &= !is_needless;
            !is_needless
        });
        if is_done {
            break;
        }
    }
    let mut referenced = BTreeSet::new();
    for (step, _) in steps.iter() {
        references(step, &mut referenced);
    }
    for (step, _) in steps.iter_mut() {
        each_call(step, &mut |fields| {
            let id = fields.get("id").and_then(Value::as_str).map(str::to_owned);
            if id.is_some_and(|id| !referenced.contains(&id)) {
                fields.shift_remove("id");
            }
        });
    }
}

/// The names of saved values that a value refers to.
fn names_used(value: &Value, used: &mut BTreeSet<String>) {
    let mut of_text = |text: &str| {
        let names = text.split("${").skip(1).filter_map(|piece| piece.split_once('}'));
        for (name, _) in names {
            if !used.contains(name) {
                used.insert(name.to_owned());
            }
        }
    };
    match value {
        Value::String(text) => of_text(text),
        Value::Array(items) => items.iter().for_each(|item| names_used(item, used)),
        Value::Object(fields) => {
            fields.keys().for_each(|key| of_text(key));
            fields.values().for_each(|value| names_used(value, used));
        }
        _ => {}
    }
}

pub(super) fn is_only_scope(call: &Value) -> bool {
    call.pointer("/body/scope").is_some()
        && call.get("outcome").is_none()
        && call.get("expect").is_none()
}

/// Does something with the fields of each step, within groups as well.
pub(super) fn each_call(step: &mut Value, change: &mut dyn FnMut(&mut Map<String, Value>)) {
    let Value::Object(fields) = step else { return };
    for value in fields.values_mut() {
        match value {
            Value::Object(inner) => change(inner),
            Value::Array(all) => all.iter_mut().for_each(|step| each_call(step, change)),
            _ => {}
        }
    }
}

/// The ids of steps that others name.
pub(super) fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if let (true, Some(text)) =
                    (["twin", "after", "step"].contains(&key.as_str()), value.as_str())
                {
                    found.insert(text.to_owned());
                }
                references(value, found);
            }
        }
        Value::Array(all) => all.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// Gives everything that has a number a readable name instead.
pub(super) fn readable(steps: &mut [Value]) {
    let whole: String = steps.iter().map(Value::to_string).collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let rooms = ["room", "other_room", "third_room", "fourth_room"];
    let mut count = 0;
    for word in words(&whole) {
        if names.contains_key(word) {
            continue;
        }
        let Some(stem) = numbered(word) else { continue };
        let plain = match stem {
            "room" => {
                count += 1;
                rooms.get(count - 1).map_or_else(|| format!("room_{count}"), |it| (*it).to_owned())
            }
            stem => {
                free(&taken, stem.trim_end_matches('-'), if word.contains('-') { "-" } else { "_" })
            }
        };
        taken.insert(plain.clone());
        names.insert(word.to_owned(), plain);
    }
    for step in steps {
        rename(step, &names);
    }
}

/// The first of `x`, `x_2`, `x_3` that is free.
pub(super) fn free(taken: &BTreeSet<String>, stem: &str, joint: &str) -> String {
    let mut all = (2..).map(|number| format!("{stem}{joint}{number}"));
    if !taken.contains(stem) {
        return stem.to_owned();
    }
    all.find(|name| !taken.contains(name)).unwrap_or_else(|| stem.to_owned())
}

/// The words of a text that may be names.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_of_word(c))
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// The name without its number, if it is one of those that are given with numbers.
pub(super) fn numbered(word: &str) -> Option<&str> {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_own = stem != word
        && (["room", "forged", "narrow"].contains(&stem)
            || stem.ends_with("_token")
            || STEMS.contains(&stem));
    is_own.then_some(stem)
}

/// What the ids of steps begin with.
pub(super) const STEMS: [&str; 20] = [
    "create-",
    "join-",
    "leave-",
    "invite-",
    "permissions-",
    "kick-",
    "message-",
    "send-",
    "participants-",
    "terminate-",
    "subscribe-",
    "unsubscribe-",
    "open-",
    "close-",
    "lose-",
    "return-",
    "token-",
    "logout-",
    "identify-",
    "aside-",
];

pub(super) fn rename(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(renamed) = renamed(text, names) {
                *text = renamed;
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|value| rename(value, names)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|value| rename(value, names));
            if fields.keys().any(|key| words(key).any(|word| names.contains_key(word))) {
                let old = std::mem::take(fields);
                let new = |key: String| renamed(&key, names).unwrap_or(key);
                fields.extend(old.into_iter().map(|(key, value)| (new(key), value)));
            }
        }
        _ => {}
    }
}

/// A text with these words renamed; none if it has none of them. Whole words only: a name can be part of
/// another one.
fn renamed(text: &str, names: &BTreeMap<String, String>) -> Option<String> {
    words(text).any(|word| names.contains_key(word)).then(|| {
        let pieces = text.split_inclusive(|c: char| !is_of_word(c));
        let renamed = pieces.map(|piece| {
            let word = piece.trim_end_matches(|c: char| !is_of_word(c));
            let new = names.get(word).map_or(word, String::as_str);
            format!("{new}{}", &piece[word.len()..])
        });
        renamed.collect()
    })
}

/// Whether a text has this word.
pub(super) fn mentions(text: &str, word: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_letter) && !after.is_some_and(is_letter)
    })
}
