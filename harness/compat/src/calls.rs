//! Every change between the endpoints and frame types of two versions.

use super::change::{About, Breaks, Change};
use super::schema::Kind;
use super::surface::{Endpoint, Frame, Surface};
use std::collections::{BTreeMap, BTreeSet};

/// Every change of endpoints and of frame types.
pub(super) fn changes(old: &Surface, new: &Surface) -> Vec<Change> {
    let mut changes = Vec::new();
    let renamed = renamed(old, new);
    for (id, was) in &old.endpoints {
        let id = renamed.get(id.as_str()).copied().unwrap_or(id);
        match new.endpoints.get(id) {
            Some(is) => endpoint(&Pair { id, was, is }, &mut changes),
            None => changes.push(gone(id, was)),
        }
    }
    let known: BTreeSet<&str> = renamed.values().copied().collect();
    for (id, is) in &new.endpoints {
        if !old.endpoints.contains_key(id) && !known.contains(id.as_str()) {
            changes.push(come(id, is));
        }
    }
    frames(old, new, &mut changes);
    changes
}

/// Operations that have only a new name: method and path are the same, and the name is not sent.
fn renamed<'s>(old: &'s Surface, new: &'s Surface) -> BTreeMap<&'s str, &'s str> {
    let lacking = |one: &'s Surface, other: &'s Surface| {
        one.endpoints.iter().filter(|(id, _)| !other.endpoints.contains_key(*id))
    };
    let come: BTreeMap<String, &str> =
        lacking(new, old).map(|(id, it)| (it.shape(), id.as_str())).collect();
    lacking(old, new).filter_map(|(id, it)| Some((id.as_str(), *come.get(&it.shape())?))).collect()
}

fn change(id: &str, endpoint: &Endpoint, kind: Kind, what: &str) -> Change {
    Change {
        about: About::Endpoint,
        name: id.to_owned(),
        sender: None,
        pointer: String::new(),
        kind,
        what: what.to_owned(),
        old: String::new(),
        new: String::new(),
        breaks: Breaks::Nobody,
        why: String::new(),
        requirements: endpoint.requirements.clone(),
    }
}

fn gone(id: &str, was: &Endpoint) -> Change {
    Change {
        old: was.call(),
        new: "absent".to_owned(),
        breaks: Breaks::Clients,
        why: "Servers may no longer serve clients that call it.".to_owned(),
        ..change(id, was, Kind::EndpointRemoved, "endpoint removed")
    }
}

fn come(id: &str, is: &Endpoint) -> Change {
    Change {
        old: "absent".to_owned(),
        new: is.call(),
        breaks: Breaks::Servers,
        why: "Servers that conformed before do not serve it.".to_owned(),
        ..change(id, is, Kind::EndpointAdded, "endpoint added")
    }
}

/// One endpoint before and after the change.
struct Pair<'s> {
    id: &'s str,
    was: &'s Endpoint,
    is: &'s Endpoint,
}

fn endpoint(pair: &Pair<'_>, changes: &mut Vec<Change>) {
    let (was, is) = (pair.was, pair.is);
    let mut push = |what: &str, old: String, new: String, breaks: Breaks, why: &str| {
        let change = change(pair.id, is, Kind::Endpoint, what);
        changes.push(Change { old, new, breaks, why: why.to_owned(), ..change });
    };
    if was.shape() != is.shape() {
        let why = "Existing clients call the old place, and existing servers serve only that.";
        push("endpoint moved", was.call(), is.call(), Breaks::Both, why);
    }
    let without = |all: &BTreeSet<String>, demands: &BTreeSet<String>| -> BTreeSet<String> {
        all.difference(demands).cloned().collect()
    };
    let (clients, servers) = (Breaks::Clients, Breaks::Servers);
    for (what, old, new, lost, won) in [
        (
            "credentials",
            was.credentials.clone(),
            is.credentials.clone(),
            (clients, "Calls with these credentials were valid before and are rejected now."),
            (
                servers,
                "Servers written for the old description reject calls with these credentials.",
            ),
        ),
        (
            "required part",
            was.demands.clone(),
            is.demands.clone(),
            (servers, "Servers written for the old description reject calls without it."),
            (clients, "Calls without it were valid before and are rejected now."),
        ),
        (
            "optional part",
            without(&was.takes, &was.demands),
            without(&is.takes, &is.demands),
            (clients, "Servers no longer do what clients ask for with it."),
            (servers, "Servers that conformed before ignore it."),
        ),
        (
            "response body",
            was.answers.clone(),
            is.answers.clone(),
            (clients, "Clients that read it may no longer find it."),
            (servers, "Servers that conformed before do not send it."),
        ),
        (
            "documented error",
            was.refusals.clone(),
            is.refusals.clone(),
            (Breaks::Nobody, "The list of documented statuses is not binding: others may occur."),
            (Breaks::Nobody, "The list of documented statuses is not binding: others may occur."),
        ),
    ] {
        // A part that became optional, or stopped being so, is listed as a required part already.
        let listed_before = |it: &&String| {
            what == "optional part" && (was.demands.contains(*it) || is.demands.contains(*it))
        };
        for it in old.difference(&new).filter(|it| !listed_before(it)) {
            push(&format!("{what} removed"), it.clone(), "none".to_owned(), lost.0, lost.1);
        }
        for it in new.difference(&old).filter(|it| !listed_before(it)) {
            push(&format!("{what} added"), "none".to_owned(), it.clone(), won.0, won.1);
        }
    }
}

fn frames(old: &Surface, new: &Surface, changes: &mut Vec<Change>) {
    let side = |frame: &Frame| {
        if frame.pushed { "sent by the server" } else { "sent by the client" }.to_owned()
    };
    let names: BTreeSet<&String> = old.frames.keys().chain(new.frames.keys()).collect();
    for name in names {
        let (was, is) = (old.frames.get(name), new.frames.get(name));
        let Some(frame) = is.or(was) else { continue };
        let mut push =
            |kind: Kind, what: &str, old: String, new: String, breaks: Breaks, why: &str| {
                changes.push(Change {
                    about: About::Frame,
                    name: name.clone(),
                    sender: None,
                    pointer: String::new(),
                    kind,
                    what: what.to_owned(),
                    old,
                    new,
                    breaks,
                    why: why.to_owned(),
                    requirements: frame.requirements.clone(),
                });
            };
        let absent = || "absent".to_owned();
        match (was, is) {
            (None, Some(is)) => {
                let why = if is.pushed {
                    "Servers that conformed before do not send it; clients ignore frames that they \
                     do not know."
                } else {
                    "Servers that conformed before do not accept it."
                };
                let what = "frame type added";
                push(Kind::FrameAdded, what, absent(), side(is), Breaks::Servers, why);
            }
            (Some(was), None) => {
                let why = if was.pushed {
                    "Clients that wait for it may never receive it."
                } else {
                    "Servers may no longer accept it from clients that send it."
                };
                let what = "frame type removed";
                push(Kind::FrameRemoved, what, side(was), absent(), Breaks::Clients, why);
            }
            (Some(was), Some(is)) => {
                if was.pushed != is.pushed {
                    let why = "The side that sent it must stop, and the other side must start.";
                    push(Kind::Frame, "sender changed", side(was), side(is), Breaks::Both, why);
                }
                if was.payload != is.payload {
                    let why = "Undecided, so treated as breaking both: it carries another \
                        payload, and only payloads of the same name are compared.";
                    let (old, new) = (was.payload.clone(), is.payload.clone());
                    push(Kind::Frame, "payload changed", old, new, Breaks::Unknown, why);
                }
            }
            (None, None) => {}
        }
    }
}
