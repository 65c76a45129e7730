//! One field of one payload is changed.

use super::change::{self, Edit};
use super::mutant::{Class, How, Kind, Mutant};
use super::rules;
use super::spot::{self, Of, Place, Spot};
use super::touch::Touch;
use invite_judge::validate;
use invite_spec::requirement::{self, RequirementId};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The mutants of every field.
pub(super) fn all() -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for place in spot::places() {
        for spot in spot::spots(&place.payload) {
            for edit in Edit::ALL {
                mutants.extend(mutant(&place, &spot, edit));
            }
        }
    }
    mutants
}

fn mutant(place: &Place, spot: &Spot, edit: Edit) -> Option<Mutant> {
    let how = rules::altered(place.name, &spot.pointer);
    // What an edit leaves as it is is no mutant.
    let changed = change::edited(&place.payload.example(), &spot.pointer, edit, how)?;
    let (of, pointer) = (place.of, spot.pointer.clone());
    Some(Mutant {
        name: format!("{}{}:{edit}", place.name, spot.pointer),
        kind: Kind::Shape,
        does: format!("{} {} of {}", edit.does(), spot.pointer, whose(place)),
        class: class(place, spot, edit, &changed),
        how: How::Proxy {
            change: Arc::new(move || change::field(of, pointer.clone(), edit, how)),
            keeps_order: true,
            touches: Touch::of(of),
        },
    })
}

fn whose(place: &Place) -> String {
    match place.of {
        Of::Answer(_) => format!("what {} answers", place.name),
        Of::Refusal { sdk: true } => "what an SDK call is refused with".to_owned(),
        Of::Refusal { sdk: false } => "what a REST call is refused with".to_owned(),
        Of::Frame(_) => place.name.to_owned(),
    }
}

/// What the sources say: the table, where it speaks of the field; otherwise the schema, which asks
/// for no more than the clients need.
fn class(place: &Place, spot: &Spot, edit: Edit, changed: &serde_json::Value) -> Class {
    if let Some(class) = rules::of_field(place, &spot.pointer, edit) {
        return class;
    }
    let faults = validate::faults(&place.payload, changed, general(place));
    if faults.is_empty() {
        return Class::permitted(match edit {
            Edit::Alter => "no source says what it must say",
            _ => "its schema does without it: no client breaks",
        });
    }
    let broken: BTreeSet<&'static str> =
        faults.iter().map(|fault| fault.requirement.as_str()).collect();
    Class::MustKill { breaks: broken.into_iter().collect() }
}

fn general(place: &Place) -> RequirementId {
    RequirementId::parse(place.general).unwrap_or_else(requirement::of_frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_every_server_payload_has_its_mutants() {
        let names: BTreeSet<String> = all().into_iter().map(|mutant| mutant.name).collect();
        for place in spot::places() {
            for spot in spot::spots(&place.payload) {
                for edit in [Edit::Drop, Edit::Null, Edit::Retype, Edit::Rename] {
                    let name = format!("{}{}:{edit}", place.name, spot.pointer);
                    assert!(names.contains(&name), "no {name}");
                }
            }
        }
    }

    #[test]
    fn a_field_that_its_schema_needs_cannot_be_dropped_and_another_can() {
        let class = |name: &str| all().into_iter().find(|it| it.name == name).unwrap().class;
        assert_eq!(class("UpdateToken/amu:drop"), Class::breaks(&["PRM-024"]));
        assert_eq!(class("ParticipantAdded/user_id:null"), Class::breaks(&["WIRE-005"]));
        assert_eq!(class("InvitationReceived/inviter/externalAvatarUrl:drop").broken().len(), 0);
    }
}
