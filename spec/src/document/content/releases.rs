//! What changed between releases.

use crate::document::model::{Block, Section};
use crate::document::text::Text;
use crate::release::{self, Release};
use crate::requirement::RequirementId;

/// The releases, the newest first, after what waits for the next one.
pub(super) fn section(all: &[Release], next: &Release) -> Section {
    let newer = all.iter().rev().map(Some).chain([None]);
    let pairs = [next].into_iter().chain(all.iter().rev()).zip(newer);
    Section::new("releases", "Releases")
        .says(
            "A requirement counts from the release that first holds it; until then it is checked \
             and told, and no server fails by it. A released one is changed only by a new \
             revision, which says why.",
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
    let changed = changes.changed.iter().map(|change| {
        let why = change.now.changed.as_ref().map_or("", |why| why.reason.as_str());
        let text = format!(" has revision {}: {why}", change.now.revision);
        rule(&change.now.id).and(Text::parse(&text))
    });
    // A withdrawn requirement stands nowhere any more.
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
        second.requirements[1].revision += 1;
        second.requirements[1].changed =
            Some(Reason { reason: "It is known better.".into(), ..Reason::default() });
        let section = section(&[first], &second);
        let titles: Vec<&str> = section.sections.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(titles, ["Not yet released", "0.1"]);
        let changed = &second.requirements[1];
        let expected = [
            rule(&added.id).and(Text::plain(" is new.")),
            rule(&changed.id).and(Text::plain(format!(
                " has revision {}: It is known better.",
                changed.revision
            ))),
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
