//! SARIF 2.1.0, as code scanning reads it: a rule for each requirement that was evaluated, a result
//! for each that is broken.

use super::annotated::annotated;
use super::explanation::{Explanation, explain};
use super::judged::judged;
use super::{Record, Unrendered, told};
use invite_spec::requirement::RequirementId;
use invite_spec::requirement::{Level, Requirement};
use invite_text::{Untrusted, harmless};
use invite_trace::Verdict;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: RequirementId,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Text,
    default_configuration: Value,
    properties: Value,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: RequirementId,
    rule_index: usize,
    level: &'static str,
    kind: &'static str,
    message: Text,
    locations: Vec<Value>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    properties: Value,
}

/// The report.
pub(super) fn sarif(record: &Record) -> Result<String, Unrendered> {
    let judged = judged(record);
    let rules: Vec<Rule> = judged.iter().map(|one| rule(one.row)).collect();
    let place = |id: RequirementId| judged.iter().position(|one| one.row.id == id);
    let results: Vec<Finding> = explain(record)
        .iter()
        .filter_map(|one| Some(finding(record, one, place(one.rule.id)?)))
        .collect();
    let broken: Vec<Value> = record
        .checks
        .iter()
        .filter(|check| check.is_orphan() || check.verdict() == Verdict::Error)
        .filter_map(invite_trace::Check::evidence)
        .map(|it| json!({ "level": "error", "message": { "text": harmless(&it.seen_in_words()) } }))
        .collect();
    let partial = record.partial.as_ref().map(|it| harmless(&it.to_string()).into_owned());
    let succeeded = broken.is_empty();
    let notes = partial.iter().map(|it| json!({ "level": "note", "message": { "text": it } }));
    let notifications: Vec<Value> = notes.chain(broken).collect();
    let value = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "invite-conformance",
                "version": record.harness,
                "semanticVersion": record.harness,
                "rules": rules,
            }},
            "automationDetails": { "id": format!("invite-conformance/{}", Untrusted(&record.target.name)) },
            "invocations": [{
                "executionSuccessful": succeeded,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
            "properties": {
                "target": record.target.name, "summary": record.tally.summary, "partial": partial,
            },
        }],
    });
    Ok(format!("{value:#}\n"))
}

fn rule(row: &'static Requirement) -> Rule {
    let sources: Vec<String> = row
        .sources
        .iter()
        .map(|source| format!("{}, {}: {}", source.document.title(), source.at, source.evidence))
        .collect();
    let level = if row.level == Level::Must { "error" } else { "warning" };
    Rule {
        id: row.id,
        name: pascal(row.title),
        short_description: Text { text: row.title.to_owned() },
        full_description: Text { text: row.text.to_owned() },
        help: Text {
            text: format!(
                "{}\n\nWhy a server that does otherwise is wrong: {}\n\nSources:\n{}",
                row.text,
                row.why,
                sources.join("\n")
            ),
        },
        default_configuration: json!({ "level": level }),
        properties: json!({
            "tags": [row.basis, row.level, row.profile],
            "basis": row.basis, "level": row.level, "profile": row.profile,
            "security": row.security(),
        }),
    }
}

/// A title as the name of a rule.
fn pascal(title: &str) -> String {
    title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let mut rest = word.chars();
            let first = rest.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
            first + rest.as_str()
        })
        .collect()
}

fn finding(record: &Record, one: &Explanation, rule_index: usize) -> Finding {
    let mut location = json!({
        "logicalLocations": [{
            "name": one.at.to_string(),
            "fullyQualifiedName": format!("{}/{}", one.scenario, one.at),
            "kind": "member",
        }],
    });
    if let Some(place) = annotated(record, one) {
        location["physicalLocation"] = json!({
            "artifactLocation": { "uri": address(&place.file) },
            "region": { "startLine": place.line.max(1), "startColumn": place.column.max(1) },
        });
    }
    Finding {
        rule_id: one.rule.id,
        rule_index,
        level: if one.counts { "error" } else { "warning" },
        kind: "fail",
        message: Text { text: format!("{}\n\n{}", Untrusted(&one.headline), told(one)) },
        locations: vec![location],
        partial_fingerprints: BTreeMap::from([(
            "requirementInScenario/v1",
            format!("{}:{}:{}", one.rule.id, one.scenario, one.at),
        )]),
        properties: json!({
            "expected": harmless(&one.expected), "seen": harmless(&one.seen),
            "pointer": one.spot.as_ref().map(|spot| harmless(&spot.to_string()).into_owned()),
            "counts": one.counts, "again": harmless(&one.again),
        }),
    }
}

/// A path as the reference of a URI.
fn address(path: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const UNSAFE: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'[')
        .add(b'\\')
        .add(b']')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}')
        .add(b':');
    utf8_percent_encode(path, UNSAFE).to_string()
}
