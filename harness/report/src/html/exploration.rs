//! What an exploration tried, as a picture: a square for each situation, a row for each operation.

use super::printable;
use invite_record::{Exploration, Situation};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// How often a situation was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Often {
    Never,
    Once,
    Some,
    Many,
}

impl Often {
    const ALL: [Often; 4] = [Often::Never, Often::Once, Often::Some, Often::Many];

    fn of(tried: u64) -> Often {
        match tried {
            0 => Often::Never,
            1 => Often::Once,
            2..=19 => Often::Some,
            _ => Often::Many,
        }
    }

    /// The class of its square.
    fn class(self) -> &'static str {
        match self {
            Often::Never => "square never",
            Often::Once => "square once",
            Often::Some => "square some",
            Often::Many => "square many",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Often::Never => "never",
            Often::Once => "once",
            Often::Some => "2 to 19 times",
            Often::Many => "20 times or more",
        }
    }
}

/// The picture.
pub(super) fn picture(explored: &Exploration) -> Markup {
    let mut rows: BTreeMap<&str, Vec<&Situation>> = BTreeMap::new();
    for one in &explored.situations {
        rows.entry(&one.operation).or_default().push(one);
    }
    let never: Vec<&Situation> = explored.situations.iter().filter(|it| it.tried == 0).collect();
    html! {
        section id="exploration" aria-labelledby="exploration-title" {
            h2 id="exploration-title" { "What was explored" }
            p {
                (explored.walks) " walks with " (explored.steps) " steps in all, by seed " (explored.seed) ". "
                (explored.tried()) " of " (explored.situations.len())
                " situations within reach were tried; the last new one by walk " (explored.last_new) "."
            }
            p class="quiet" {
                @for often in Often::ALL {
                    span class=(often.class()) {} " " (often.words()) " \u{a0} "
                }
            }
            div class="situations" {
                @for (operation, all) in &rows { (row(operation, all)) }
            }
            @if !never.is_empty() {
                details {
                    summary { "Within reach and never tried: " (never.len()) }
                    ul class="plain" {
                        @for one in never { li { code { (printable(&one.operation)) } ": " (words(one)) } }
                    }
                }
            }
        }
    }
}

fn row(operation: &str, all: &[&Situation]) -> Markup {
    let tried = all.iter().filter(|it| it.tried > 0).count();
    html! {
        code { (printable(operation)) }
        span class="quiet" { (tried) " of " (all.len()) }
        span class="squares" {
            @for one in all {
                span class=(Often::of(one.tried).class()) title={ (words(one)) ": " (times(one.tried)) } {}
            }
        }
    }
}

/// A situation, without its operation.
fn words(one: &Situation) -> String {
    let parts = [
        ("caller", &one.caller),
        ("person", &one.person),
        ("token", &one.token),
        ("protected", &one.protected),
    ];
    let said = parts.into_iter().filter(|(_, value)| *value != "-");
    let said: Vec<String> = said.map(|(name, value)| format!("{name} {value}")).collect();
    printable(&said.join(", "))
}

fn times(tried: u64) -> String {
    match tried {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        many => format!("{many} times"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn situation(operation: &str, token: &str, tried: u64) -> Situation {
        Situation {
            operation: operation.to_owned(),
            caller: "connected".to_owned(),
            person: "-".to_owned(),
            token: token.to_owned(),
            protected: "yes".to_owned(),
            tried,
        }
    }

    #[test]
    fn each_situation_is_a_square_that_says_what_it_is() {
        let situations = vec![
            situation("sdk.join", "own", 40),
            situation("sdk.join", "revoked", 1),
            situation("sdk.leave", "<another's>", 0),
        ];
        let explored = Exploration { seed: 7, walks: 3, steps: 50, last_new: 2, situations };
        let page = picture(&explored).into_string();
        assert!(page.contains("2 of 3 situations within reach"), "{page}");
        let many =
            r#"class="square many" title="caller connected, token own, protected yes: 40 times""#;
        assert!(page.contains(many), "{page}");
        assert!(page.contains("token revoked, protected yes: once"), "{page}");
        assert!(page.contains("Within reach and never tried: 1"), "{page}");
        assert!(page.contains("&lt;another's&gt;") && !page.contains("<another's>"), "{page}");
    }
}
