//! One field of one payload is changed.

mod change;
mod expected;
mod field_path;
mod mutation;

use super::site::PayloadSite;
use crate::scope::Scope;
use crate::specimen::{Expected, Kind, Make, Specimen};
use invite_judge::validate;
use invite_spec::payload::Payload;
use invite_spec::requirement::{Profile, RequirementId};
use mutation::FieldMutation;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The specimens for every field of every payload.
pub(super) fn all() -> Vec<Specimen> {
    let mut specimens = Vec::new();
    for site in PayloadSite::all() {
        let Some(payload) = site.payload() else { continue };
        for path in field_path::field_paths(&payload) {
            let made = FieldMutation::ALL
                .into_iter()
                .filter_map(|mutation| specimen(site, &payload, &path, mutation));
            specimens.extend(made);
        }
    }
    specimens
}

/// The specimen with this mutation; `None` if it would change nothing.
fn specimen(
    site: PayloadSite,
    payload: &Payload,
    path: &str,
    mutation: FieldMutation,
) -> Option<Specimen> {
    let replacement = expected::replacement(site, path);
    let changed = mutation::mutated(&payload.example(), path, mutation, replacement)?;
    let held = path.to_owned();
    Some(Specimen {
        name: format!("{}{path}:{mutation}", site.name()),
        kind: Kind::Shape,
        does: format!("{} {path} {}", mutation.does(), place(site)),
        expected: expected(site, payload, path, mutation, &changed),
        make: Make::Proxy {
            change: Arc::new(move || change::make(site, held.clone(), mutation, replacement)),
            keeps_order: true,
            scope: Scope::of(site),
        },
    })
}

fn place(site: PayloadSite) -> String {
    match site {
        PayloadSite::Response(operation) => format!("in responses to {operation}"),
        PayloadSite::Refusal(Profile::Sdk | Profile::Client) => {
            "in refusals of SDK calls".to_owned()
        }
        PayloadSite::Refusal(Profile::Rest) => "in refusals of REST calls".to_owned(),
        PayloadSite::Frame(frame) => format!("in {frame}"),
    }
}

/// The table decides where it has the field. Otherwise the schema does, which asks for no more than
/// the clients need.
fn expected(
    site: PayloadSite,
    payload: &Payload,
    path: &str,
    mutation: FieldMutation,
    changed: &Value,
) -> Expected {
    if let Some(expected) = expected::of_field(site, path, mutation) {
        return expected;
    }
    let faults = validate::faults(payload, changed, site.general());
    if faults.is_empty() {
        return Expected::allowed(match mutation {
            FieldMutation::Alter => "no source says which value it must have",
            _ => "its schema does not require it: no client breaks",
        });
    }
    let broken: BTreeSet<RequirementId> = faults.iter().map(|fault| fault.requirement).collect();
    Expected::MustFail(broken.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_spec::requirement::id;

    #[test]
    fn every_field_of_every_server_payload_has_its_specimens() {
        let names: BTreeSet<String> = all().into_iter().map(|specimen| specimen.name).collect();
        for site in PayloadSite::all() {
            for path in field_path::field_paths(&site.payload().unwrap()) {
                use FieldMutation::{Drop, Null, Rename, Retype};
                for mutation in [Drop, Null, Retype, Rename] {
                    let name = format!("{}{path}:{mutation}", site.name());
                    assert!(names.contains(&name), "no {name}");
                }
            }
        }
    }

    #[test]
    fn a_field_that_its_schema_requires_must_not_be_dropped_and_another_may() {
        let expected = |name: &str| all().into_iter().find(|it| it.name == name).unwrap().expected;
        assert_eq!(expected("UpdateToken/amu:drop"), Expected::must_fail(&[id::PRM_024]));
        assert_eq!(expected("ParticipantAdded/user_id:null"), Expected::must_fail(&[id::WIRE_005]));
        let optional = expected("InvitationReceived/inviter/externalAvatarUrl:drop");
        assert!(matches!(optional, Expected::Allowed(_)), "{optional:?}");
    }
}
