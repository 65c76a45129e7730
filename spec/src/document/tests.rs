//! Properties of both documents, whatever their content.

use super::{Evaluator, EvaluatorKind, Input, MARKDOWN, PAGE, artefacts};
use crate::example::Example;
use crate::requirement::{Profile, id};
use crate::{endpoint, payload, push, requirement};
use std::collections::{BTreeMap, BTreeSet};

/// A title with characters that need escaping.
const ODD: &str = "Does <script>alert(1)</script> & \"this\" | `<b>` *hold*?";

fn input() -> Input {
    let evaluator = |kind, id: &str| Evaluator {
        kind,
        id: id.into(),
        title: ODD.into(),
        file: Some(format!("fixtures/scenarios/{id}.yaml")),
        step: crate::path::Step::find("invite").filter(|_| kind != EvaluatorKind::Law),
        about: vec![id::INV_010, id::INV_016],
        besides: vec![id::AUTH_001],
    };
    Input {
        evaluators: vec![
            evaluator(EvaluatorKind::Scenario(Profile::Sdk), "odd-scenario"),
            evaluator(EvaluatorKind::Law, "an odd law"),
        ],
        of_clients: Vec::new(),
    }
}

fn both() -> [(String, &'static str); 2] {
    let mut texts: BTreeMap<String, String> =
        artefacts(&input()).into_iter().map(|it| (it.path, it.text)).collect();
    [(texts.remove(MARKDOWN).unwrap(), MARKDOWN), (texts.remove(PAGE).unwrap(), PAGE)]
}

/// Every text between `open` and `close`.
fn all<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).filter_map(|rest| Some(&rest[..rest.find(close)?])).collect()
}

/// The text without what is between `open` and `close`.
fn without(text: &str, open: &str, close: &str) -> String {
    let parts = text.split(open).enumerate();
    parts
        .map(|(place, part)| match place {
            0 => part,
            _ => part.split_once(close).map_or("", |(_, after)| after),
        })
        .collect()
}

#[test]
fn everything_has_an_anchor_and_no_anchor_stands_twice() {
    for (text, path) in both() {
        let ids = all(&text, " id=\"", "\"");
        let distinct: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), distinct.len(), "{path}");
        let rows = requirement::all().map(|row| row.id.to_string());
        let calls = endpoint::ENDPOINTS.iter().map(|endpoint| endpoint.operation.to_string());
        let payloads = payload::all().map(|payload| format!("payload-{}", payload.name));
        let flows = super::FLOWS.iter().map(|flow| format!("flow-{}", flow.id));
        let others = ["scenario-odd-scenario", "law-an-odd-law", "release-0.1"];
        for id in rows.chain(calls).chain(payloads).chain(flows).chain(others.map(Into::into)) {
            assert!(distinct.contains(&*id), "{path}: no {id}");
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    for (text, path) in both() {
        let ids: BTreeSet<&str> = all(&text, " id=\"", "\"").into_iter().collect();
        let (open, close) = if path == PAGE { (" href=\"", "\"") } else { ("](", ")") };
        let links: BTreeSet<&str> = all(&text, open, close).into_iter().collect();
        assert!(links.len() > 300, "{path}: {}", links.len());
        let files: BTreeSet<String> =
            crate::artefact::all().into_iter().map(|artefact| artefact.path).collect();
        for link in links {
            let found = match link.strip_prefix('#') {
                Some(id) => ids.contains(id),
                // The icon that keeps a browser from asking for one.
                None if link == "data:," => true,
                None => files.contains(&format!("spec/{link}")) || link.starts_with("../fixtures/"),
            };
            assert!(found, "{path}: {link} leads nowhere");
        }
    }
}

#[test]
fn requirements_and_what_evaluates_them_lead_to_each_other() {
    for (text, path) in both() {
        let (to_scenario, to_rule) = match path {
            PAGE => ("href=\"#scenario-odd-scenario\"", "href=\"#INV-016\""),
            _ => ("](#scenario-odd-scenario)", "](#INV-016)"),
        };
        // About two, and on the way by a third.
        assert_eq!(text.matches(to_scenario).count(), 3, "{path}");
        let row = text.split("id=\"scenario-odd-scenario\"").nth(1).unwrap();
        let row = &row[..row.find(if path == PAGE { "</tr>" } else { "\n" }).unwrap()];
        assert!(row.contains(to_rule), "{path}: {row}");
    }
}

#[test]
fn nothing_that_is_said_becomes_markup() {
    let [(markdown, _), (page, _)] = both();
    assert_eq!(page.matches("<script>").count(), 3, "the page's own");
    assert!(page.contains("Does &lt;script&gt;alert(1)&lt;/script&gt; &amp; "));
    assert!(page.contains("<code>&lt;b&gt;</code>"));
    assert!(!markdown.contains("<script") && markdown.contains("&lt;script>alert(1)&lt;/script>"));
    assert!(markdown.contains("\"this\" \\| `<b>` \\*hold\\*?"));
}

#[test]
fn the_page_needs_nothing_else() {
    let [_, (page, _)] = both();
    // What is shown as code is shown, and not done.
    let markup = without(&without(&page, "<pre>", "</pre>"), "<code>", "</code>");
    for foreign in ["src=", "@import", "url(", "http://", "<link rel=\"stylesheet\"", "fetch("] {
        assert!(!markup.contains(foreign), "{foreign}");
    }
    let links = all(&page, " href=\"", "\"");
    assert!(links.iter().all(|link| !link.contains("//")), "{links:?}");
}

#[test]
fn each_diagram_is_one_drawing_for_both_documents() {
    let [(markdown, _), (page, _)] = both();
    let ids: BTreeSet<&str> = all(&page, " id=\"", "\"").into_iter().collect();
    let mut count = 0;
    for file in super::diagrams() {
        let name = file.path.strip_prefix("spec/").unwrap();
        assert!(markdown.contains(&format!("]({name})")), "{name}");
        assert!(file.text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "), "{name}");
        // The page has the same shapes; only style and the targets of links differ.
        let inline = file.text.replace("../specification.html#", "#");
        for shape in inline.lines().filter(|it| it.starts_with("<g ") && it.ends_with("</g>")) {
            assert!(page.contains(shape), "{name}: {shape}");
            count += 1;
        }
        for link in all(&file.text, " href=\"", "\"") {
            let id = link.strip_prefix("../specification.html#").unwrap();
            assert!(ids.contains(id), "{name}: {link} leads nowhere");
        }
        assert!(!file.text.contains("url(") && !file.text.contains("@import"), "{name}");
    }
    assert!(count > 100, "{count}");
}

#[test]
fn every_message_is_shown_with_its_example() {
    let [(markdown, _), (page, _)] = both();
    for payload in payload::all() {
        let example = format!("{:#}", payload.example());
        assert!(markdown.contains(&example), "{}", payload.name);
    }
    let pairs = endpoint::ENDPOINTS.iter().map(|it| 2 + usize::from(it.answer.is_some()));
    let steps = crate::path::STEPS.len() + 1;
    let sockets = 3;
    let shown = payload::all().count() + pairs.sum::<usize>() + steps + sockets;
    assert_eq!(page.matches("<pre>").count(), shown);
    for kind in push::KINDS {
        assert!(page.contains(&format!("<code>{}</code>", kind.name)), "{}", kind.name);
    }
    for endpoint in endpoint::ENDPOINTS {
        assert!(markdown.contains(&format!("\n{} {}\n", endpoint.method, endpoint.path)));
        assert!(page.contains(&format!("</b> {}</code>", endpoint.path)), "{}", endpoint.path);
    }
}

#[test]
fn every_call_is_shown_with_its_examples_and_every_step_with_its_command() {
    let [(markdown, _), (page, _)] = both();
    for endpoint in endpoint::ENDPOINTS {
        let example = Example::of(endpoint);
        for text in [example.curl(), example.javascript()] {
            assert!(markdown.contains(&text), "{}: {text}", endpoint.operation);
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            assert!(page.contains(&escaped.replace('"', "&quot;")), "{}", endpoint.operation);
        }
    }
    for step in &crate::path::STEPS {
        let command = format!(" --only {}", step.pattern());
        assert!(markdown.contains(&command) && page.contains(&command), "{command}");
    }
}
