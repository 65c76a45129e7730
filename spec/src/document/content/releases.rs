//! What changed between releases.

use crate::document::model::{Block, Section};
use crate::document::text::Text;
use crate::release::{self, Changed, Release};
use crate::requirement::RequirementId;

/// The releases, the newest first, after what waits for the next one.
pub(super) fn section(all: &[Release], next: &Release) -> Section {
    let newer = all.iter().rev().map(Some).chain([None]);
    let pairs = [next].into_iter().chain(all.iter().rev()).zip(newer);
    Section::new("releases", "Releases")
        .says(
            "A requirement counts from its first release on. Until then, checks evaluate and \
             report it, but no server fails because of it. A released requirement changes only \
             with a new revision, which gives the reason.",
        )
        .within(pairs.map(|(new, old)| one(new, old)))
}

fn one(new: &Release, old: Option<&Release>) -> Section {
    let is_released = new.number().is_some();
    let title = if is_released { &*new.release } else { "Not yet released" };
    let section = Section::new(format!("release-{}", new.release), title);
    let Some(old) = old else {
        let which =
            if is_released { "The first release has" } else { "The first release will have" };
        return section.says(&format!("{which} {} requirements.", new.requirements.len()));
    };
    let changes = release::changes(old, new);
    let added = changes.added.iter().map(|row| rule(&row.id).and(Text::plain(" is new.")));
    let changed = by_reason(&changes.changed).into_iter().map(|((revision, why), ids)| {
        let has = if ids.len() == 1 { "has" } else { "have" };
        Text::joined(ids.into_iter().map(rule), ", ")
            .and(Text::parse(&format!(" {has} revision {revision}: {why}")))
    });
    // A withdrawn requirement has no row to link to.
    let withdrawn = changes
        .withdrawn
        .iter()
        .map(|row| Text::code(&row.id).and(Text::parse(&format!(" is withdrawn: {}", row.reason))));
    let all: Vec<Text> = added.chain(changed).chain(withdrawn).collect();
    if all.is_empty() {
        return section.says(&format!("No requirement differs from {}.", old.release));
    }
    section.with(Block::List(all))
}

/// The ids that changed to the same revision for the same reason, in the order of the first of
/// each.
fn by_reason<'r>(changed: &[Changed<'r>]) -> Vec<((u32, &'r str), Vec<&'r str>)> {
    let mut groups: Vec<((u32, &str), Vec<&str>)> = Vec::new();
    for Changed { now, .. } in changed {
        let why = now.changed.as_ref().map_or("", |why| why.reason.as_str());
        let key = (now.revision, why);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, ids)) => ids.push(&now.id),
            None => groups.push((key, vec![&now.id])),
        }
    }
    groups
}

/// A requirement that a release names: a link, while the catalogue has it.
fn rule(id: &str) -> Text {
    RequirementId::parse(id).map_or_else(|| Text::code(id), Text::rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::{Reason, Withdrawn};

    fn items(section: &Section) -> Vec<Text> {
        match section.blocks.as_slice() {
            [Block::List(items)] => items.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_new_changed_and_withdrawn_is_told() {
        let first = release::unreleased();
        let mut second = first.clone();
        let mut first = Release { release: "0.1".into(), ..first };
        let added = first.requirements.remove(0);
        let gone = second.requirements.remove(1);
        second.withdrawn = vec![Withdrawn { id: gone.id.clone(), reason: "It was wrong.".into() }];
        for row in &mut second.requirements[1..3] {
            row.revision = 7;
            row.changed =
                Some(Reason { reason: "It is known better.".into(), ..Reason::default() });
        }
        let section = section(&[first], &second);
        let titles: Vec<&str> = section.sections.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(titles, ["Not yet released", "0.1"]);
        let [_, one, another, ..] = &second.requirements[..] else { panic!("few rows") };
        let expected = [
            rule(&added.id).and(Text::plain(" is new.")),
            rule(&one.id)
                .and(Text::plain(", "))
                .and(rule(&another.id))
                .and(Text::plain(" have revision 7: It is known better.")),
            Text::code(gone.id).and(Text::plain(" is withdrawn: It was wrong.")),
        ];
        assert_eq!(items(&section.sections[0]), expected);
    }

    #[test]
    fn where_nothing_changed_that_is_said() {
        let next = release::unreleased();
        let first = Release { release: "0.1".into(), ..next.clone() };
        let section = section(&[first], &next);
        let said: Vec<String> =
            section.sections.iter().map(|it| format!("{:?}", it.blocks)).collect();
        assert!(said[0].contains("No requirement differs from 0.1"), "{said:?}");
        assert!(said[1].contains("The first release has"), "{said:?}");
    }
}
