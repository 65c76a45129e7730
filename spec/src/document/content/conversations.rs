//! The life of a participant, and the flows.

use super::table;
use crate::document::FLOWS;
use crate::document::flow::{Flow, What};
use crate::document::life::TRANSITIONS;
use crate::document::model::{Block, Section};
use crate::document::svg::Diagram;
use crate::document::text::{Inline, Target, Text};
use crate::participant::ParticipantStatus;
use crate::requirement::RequirementId;

pub(super) fn life() -> Section {
    let transitions = TRANSITIONS.iter().map(|transition| {
        let from = transition.from.as_ref();
        vec![
            from.map_or_else(|| Text::plain("outside"), |status| Text::code(status.as_str())),
            Text::plain(transition.when),
            Text::code(transition.to.as_str()),
            Text::rules(transition.rules.iter().copied()),
        ]
    });
    let statuses =
        ParticipantStatus::KNOWN.iter().zip(ParticipantStatus::MEANINGS).map(|(word, meaning)| {
            let is_tested = |id: &RequirementId| id.row().excluded.is_none();
            let mut leading = TRANSITIONS.iter().filter(|it| it.to.as_str() == *word);
            let drawn = if leading.clone().any(|it| it.rules.iter().any(is_tested)) {
                "yes"
            } else if leading.next().is_some() {
                "by calls outside this document"
            } else {
                "no, but clients know it"
            };
            vec![Text::code(*word), Text::parse(meaning.trim()), Text::plain(drawn)]
        });
    Section::new("life", "The life of a participant")
        .says(
            "Each person has one status in each conference. The server notifies participants with \
             `ParticipantAdded` if the person is new to them, and otherwise with \
             `ParticipantUpdated` (PRT-007). It notifies nobody else (PRT-008). A kicked person \
             stays kicked (KCK-005). A person who is connecting can leave or be kicked, just like \
             a connected person.",
        )
        .with(Block::Diagram(Diagram::Life))
        .with(Block::Folded(
            "The transitions as a table".into(),
            vec![table(&["From", "When the person", "To", "Requirements"], transitions)],
        ))
        .within([Section::new("statuses", "Statuses")
            .says(
                "Clients show `ON_AIR` as Connected. They do not know the word `CONNECTED` \
                (PRT-003).",
            )
            .with(table(&["Status", "Meaning", "Set by this protocol"], statuses))])
}

pub(super) fn flows() -> Section {
    Section::new("flows", "Flows")
        .says(
            "Solid arrows are requests, dashed arrows are responses. Frames over a WebSocket have \
             an open arrowhead. Each step names its requirements.",
        )
        .within(FLOWS.iter().map(|flow| section(flow)))
}

fn section(flow: &'static Flow) -> Section {
    let name = |id: &'static str| flow.actors.get(flow.place(id)).map_or(id, |actor| actor.name);
    let rows = flow.steps.iter().enumerate().map(|(index, step)| {
        let (from, to) = step.what.ends();
        let who = match step.what {
            What::Note(_) => String::new(),
            What::Loss(by) => name(by).to_owned(),
            _ => format!("{} → {}", name(from), name(to)),
        };
        let what = match step.what.name() {
            Some((name, anchor)) => Text(vec![Inline::Link {
                label: name.into(),
                is_code: true,
                to: Target::Anchor(anchor),
            }]),
            None => Text::plain(step.what.words()),
        };
        let what = Text::joined(
            [what, Text::parse(step.says)].into_iter().filter(|part| !part.0.iter().all(is_blank)),
            ": ",
        );
        vec![
            Text::plain((index + 1).to_string()),
            Text::plain(who),
            what,
            Text::rules(step.rules.iter().copied()),
        ]
    });
    Section::new(flow.anchor(), flow.title)
        .says(flow.about)
        .with(Block::Diagram(Diagram::Flow(flow)))
        .with(Block::Folded(
            "The steps in words".into(),
            vec![table(&["", "Who", "What", "Requirements"], rows)],
        ))
}

fn is_blank(inline: &Inline) -> bool {
    matches!(inline, Inline::Plain(text) if text.is_empty())
}
