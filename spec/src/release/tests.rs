use super::*;
use crate::requirement::{Basis, Level, id};

/// A row of the catalogue, to be changed.
fn row() -> Requirement {
    Requirement { ..*id::INV_003.row() }
}

fn frozen(rows: &[Requirement]) -> Release {
    freeze("0.1", rows, None, &Next::default())
}

fn reasoned(mut next: Next) -> Next {
    for change in &mut next.changed {
        change.why = Reason { reason: "It was wrong.".into(), checks: "All read.".into() };
    }
    for row in &mut next.withdrawn {
        row.reason = "Nobody needs it.".into();
    }
    next
}

#[test]
fn every_file_can_be_read_and_is_written_as_it_is() {
    assert_eq!(all().len(), FROZEN.len());
    for release in all() {
        assert!(release.number().is_some(), "{}", release.release);
        assert!(FROZEN.contains(&release.text().as_str()), "{}", release.release);
    }
    serde_json::from_str::<Next>(NEXT).unwrap();
}

#[test]
fn released_requirements_are_what_they_were_or_say_why_not() {
    let faults = faults(requirement::all(), newest(), next());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_release_follows_from_the_one_before() {
    for pair in all().windows(2) {
        for before in &pair[0].requirements {
            let gone = pair[1].withdrawn.iter().any(|row| row.id == before.id);
            assert!(gone != pair[1].find(&before.id).is_some(), "{}", before.id);
        }
        for now in &pair[1].requirements {
            let before = pair[0].find(&now.id).map_or(0, |before| before.revision);
            assert!(now.revision == before.max(1) || now.revision == before + 1, "{}", now.id);
            assert_eq!(now.changed.is_some(), now.revision > 1, "{}", now.id);
        }
    }
}

#[test]
fn whatever_is_normative_cannot_be_changed_in_silence() {
    let released = frozen(&[row()]);
    let (level, basis) = (Level::Should, Basis::Chosen);
    for changed in [
        Requirement { text: "It MUST be otherwise.", ..row() },
        Requirement { level, ..row() },
        Requirement { basis, ..row() },
        Requirement { profile: requirement::Profile::Rest, ..row() },
        Requirement { excluded: Some("No time."), ..row() },
    ] {
        let said = faults([&changed], Some(&released), &Next::default());
        assert_eq!(said.len(), 1, "{changed:?}");
        assert!(said[0].starts_with("INV-003 differs from release 0.1"), "{said:?}");
    }
    let editorial = Requirement { title: "other words", why: "For another reason.", ..row() };
    assert!(faults([&editorial], Some(&released), &Next::default()).is_empty());
}

#[test]
fn a_change_needs_its_reason_and_its_review() {
    let released = frozen(&[row()]);
    let changed = Requirement { text: "It MUST be otherwise.", ..row() };
    let mut next = record([&changed], Some(&released), &Next::default());
    assert!(faults([&changed], Some(&released), &next)[0].contains("`reason`"));
    next.changed[0].why.reason = "The client needs it.".into();
    assert!(faults([&changed], Some(&released), &next)[0].contains("review its checks"));
    let next = reasoned(next);
    assert!(faults([&changed], Some(&released), &next).is_empty());

    // Changed once more: the reason stays, the review is void.
    let again = Requirement { text: "It MUST be so.", ..row() };
    assert!(faults([&again], Some(&released), &next)[0].contains("without a reason"));
    let renewed = record([&again], Some(&released), &next);
    assert_eq!(renewed.changed[0].why.reason, "It was wrong.");
    assert_eq!(renewed.changed[0].why.checks, "");

    // Changed back: the entry is stale.
    assert!(faults([&row()], Some(&released), &next)[0].contains("has an entry for INV-003"));
    assert_eq!(record([&row()], Some(&released), &next), Next::default());
}

#[test]
fn a_released_id_neither_vanishes_nor_comes_back() {
    let released = frozen(&[row()]);
    let none: [&Requirement; 0] = [];
    assert!(
        faults(none, Some(&released), &Next::default())[0].contains("was removed without a reason")
    );
    let next = record(none, Some(&released), &Next::default());
    assert!(faults(none, Some(&released), &next)[0].contains("`reason`"));
    let next = reasoned(next);
    assert!(faults(none, Some(&released), &next).is_empty());
    let second = freeze("0.2", none, Some(&released), &next);
    let said = faults([&row()], Some(&second), &Next::default());
    assert_eq!(said, ["INV-003 was withdrawn earlier and cannot be reused"]);
}

#[test]
fn changes_are_added_changed_and_withdrawn() {
    let gone = Requirement { id: id::INV_001, ..row() };
    let first = frozen(&[row(), gone]);
    let changed = Requirement { text: "It MUST be otherwise.", ..row() };
    let added = Requirement { id: id::INV_002, ..row() };
    let rows = [changed, added];
    let next = reasoned(record(&rows, Some(&first), &Next::default()));
    let second = freeze("0.2", &rows, Some(&first), &next);
    let changes = changes(&first, &second);
    assert_eq!(changes.added, [&second.requirements[1]]);
    assert_eq!(changes.changed.len(), 1);
    let Changed { before, now } = changes.changed[0];
    assert_eq!((before.revision, now.revision), (1, 2));
    assert_eq!(now.changed.as_ref().unwrap().reason, "It was wrong.");
    assert_eq!(changes.withdrawn[0].reason, "Nobody needs it.");

    // The release after that has no change, and keeps reasons and ids.
    let third = freeze("0.3", &rows, Some(&second), &Next::default());
    let nothing = super::changes(&second, &third);
    assert!(nothing.added.is_empty() && nothing.changed.is_empty());
    assert!(nothing.withdrawn.is_empty());
    assert_eq!((third.requirements, third.withdrawn), (second.requirements, second.withdrawn));
}

#[test]
fn what_the_release_does_not_demand_does_not_count_yet() {
    let released = newest().expect("a release");
    for row in requirement::all() {
        let demanded = |strict| released.find(row.id.as_str()).is_some_and(|it| it.binds(strict));
        let expected = demanded(false) || row.security().is_some() && row.excluded.is_none();
        assert_eq!(counts(row, false), row.is_binding() && expected, "{}", row.id);
    }
    let (new, old) = (row(), [frozen(&[Requirement { id: id::INV_001, ..row() }])]);
    let [before] = &old;
    assert!(new.is_binding() && counts(&new, false) && !is_pending(&new));
    assert!(!counts_by(Some(before), &new, false) && !counts_by(Some(before), &new, true));
    assert!(is_pending_by(Some(before), &new));
    assert_eq!((since(new.id), first_with(&old, new.id)), (Some("0.1"), None));
    assert_eq!(revision(&new), unreleased().find("INV-003").unwrap().revision);
    assert_eq!(freeze::revision(&Frozen::of(&new), Some(before)), 1);
}

#[test]
fn the_security_floor_waits_for_no_release() {
    let before = frozen(&[row()]);
    let protects = Requirement { ..*id::AUTH_015.row() };
    assert!(protects.security().is_some() && before.find("AUTH-015").is_none());
    assert!(counts_by(Some(&before), &protects, false) && !is_pending_by(Some(&before), &protects));
    let chosen = Requirement { basis: Basis::Chosen, ..protects };
    assert!(!counts_by(Some(&before), &chosen, false) && counts_by(Some(&before), &chosen, true));
}

#[test]
fn the_hash_is_what_anybody_would_compute() {
    // printf 'MUST\ndocumented\nrest\ntested\nIt MUST be so.' | sha256sum
    let row = Requirement {
        level: Level::Must,
        basis: Basis::Documented,
        profile: requirement::Profile::Rest,
        text: "It MUST be so.",
        excluded: None,
        ..row()
    };
    assert_eq!(
        Frozen::of(&row).sha256,
        "609ce5fd8914c2921178cce4513af637057ee6943988664ad89e6e81d8d3a83a"
    );
}

#[test]
fn newer_releases_come_last() {
    let named = |name: &str| Release { release: name.into(), ..frozen(&[]) };
    assert!(named("0.10").number() > named("0.9").number());
    assert_eq!(named("next").number(), None);
}
